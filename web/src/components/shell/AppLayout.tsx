import { type ReactNode, useEffect } from 'react';

interface AppLayoutProps {
  sidebar: ReactNode;
  isDrawerOpen: boolean;
  onCloseDrawer: () => void;
  children: ReactNode;
}

/** The list of chats beside the page; on a phone it is a drawer over it. */
export function AppLayout({ sidebar, isDrawerOpen, onCloseDrawer, children }: AppLayoutProps) {
  useCloseOnEscape(isDrawerOpen, onCloseDrawer);
  const position = isDrawerOpen ? 'translate-x-0 shadow-2xl' : '-translate-x-full max-md:invisible';
  return (
    <div className="flex h-dvh">
      {isDrawerOpen && (
        <button
          type="button"
          aria-label="Close the list of chats"
          className="fixed inset-0 z-30 bg-black/40 md:hidden"
          onClick={onCloseDrawer}
        />
      )}
      <aside
        className={`fixed inset-y-0 left-0 z-40 w-[min(19rem,85vw)] border-r transition-[translate,visibility] duration-200 md:static md:w-68 md:shrink-0 md:translate-x-0 md:shadow-none ${position}`}
      >
        {sidebar}
      </aside>
      <main className="flex min-w-0 flex-1 flex-col" inert={isDrawerOpen}>
        {children}
      </main>
    </div>
  );
}

function useCloseOnEscape(isOpen: boolean, onClose: () => void): void {
  useEffect(() => {
    if (!isOpen) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') onClose();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [isOpen, onClose]);
}
