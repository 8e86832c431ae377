import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { t } from '../../languages/text';

interface AppLayoutProps {
  sidebar: ReactNode;
  isDrawerOpen: boolean;
  onCloseDrawer: () => void;
  children: ReactNode;
}

/** The list of chats beside the page; on a phone it is a drawer over it. */
export function AppLayout({ sidebar, isDrawerOpen, onCloseDrawer, children }: AppLayoutProps) {
  const main = useRef<HTMLElement>(null);
  const drawer = useRef<HTMLElement>(null);
  useCloseOnEscape(isDrawerOpen, onCloseDrawer);
  useDrawerFocus(isDrawerOpen, drawer);
  // Open, it can be seen at once: what cannot takes no focus.
  const position = isDrawerOpen
    ? 'shadow-2xl transition-[translate]'
    : 'transition-[translate,visibility] ltr:max-md:-translate-x-full rtl:max-md:translate-x-full max-md:invisible';
  return (
    <div className="flex h-dvh">
      <SkipLink
        isOff={isDrawerOpen}
        onSkip={() => (main.current?.querySelector<HTMLElement>('textarea') ?? main.current)?.focus()}
      />
      {isDrawerOpen && (
        <button
          type="button"
          aria-label={t('Close the list of chats')}
          className="fixed inset-0 z-30 bg-black/40 md:hidden"
          onClick={onCloseDrawer}
        />
      )}
      <aside
        ref={drawer}
        tabIndex={-1}
        aria-label={t('List of chats')}
        className={`fixed inset-y-0 start-0 z-40 w-[min(19rem,85vw)] border-e outline-none duration-200 md:static md:w-68 md:shrink-0 md:shadow-none 2xl:w-80 ${position}`}
      >
        {sidebar}
      </aside>
      <main ref={main} tabIndex={-1} className="flex min-w-0 flex-1 flex-col outline-none" inert={isDrawerOpen}>
        {children}
      </main>
    </div>
  );
}

/** Past the list, which may be long, for who comes by the keyboard. The address stands for the page: it is left as it is. */
function SkipLink({ isOff, onSkip }: { isOff: boolean; onSkip: () => void }) {
  return (
    <button
      type="button"
      inert={isOff}
      onClick={onSkip}
      className="button fixed top-2 start-2 z-50 -translate-y-16 shadow-lg focus:translate-y-0"
    >
      {t('Skip to the chat')}
    </button>
  );
}

/** It has the focus while it is open, and gives it back to the button that opens it unless something on the page took it. */
function useDrawerFocus(isOpen: boolean, drawer: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (!isOpen) return;
    const isWithin = (): boolean => drawer.current?.contains(document.activeElement) ?? false;
    drawer.current?.focus();
    return () => {
      if (!isWithin() && document.activeElement !== document.body) return;
      document.querySelector<HTMLElement>('main [data-opens-list]')?.focus();
    };
  }, [isOpen, drawer]);
}

function useCloseOnEscape(isOpen: boolean, onClose: () => void): void {
  useEffect(() => {
    if (!isOpen) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      onClose();
    };
    document.addEventListener('keydown', onKeyDown, { capture: true });
    return () => document.removeEventListener('keydown', onKeyDown, { capture: true });
  }, [isOpen, onClose]);
}
