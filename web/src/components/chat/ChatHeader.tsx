import type { ReactNode } from 'react';
import { Icon } from '../shell/Icon';
import { ThemeToggle } from '../shell/ThemeToggle';
import { t } from '../../languages/text';

interface ChatHeaderProps {
  title: string;
  status?: ReactNode;
  onOpenDrawer: () => void;
  /** The controls of this page, before the theme toggle. */
  children?: ReactNode;
}

export function ChatHeader({ title, status, onOpenDrawer, children }: ChatHeaderProps) {
  return (
    <header className="flex min-h-14 shrink-0 items-center gap-1.5 border-b px-3 pt-[env(safe-area-inset-top)] sm:gap-2 sm:px-4">
      <button
        type="button"
        data-opens-list
        className="icon-button md:hidden"
        aria-label={t('Open the list of chats')}
        onClick={onOpenDrawer}
      >
        <Icon name="menu" size={18} />
      </button>
      <div className="min-w-0 flex-1">
        <h1 tabIndex={-1} className="flex text-[0.9375rem] font-semibold outline-none" title={title}>
          <span dir="auto" className="truncate">
            {title}
          </span>
        </h1>
        {status}
      </div>
      {children}
      <ThemeToggle />
    </header>
  );
}
