import { t } from '../../languages/text';
import type { ReactNode } from 'react';
import { useQuiet } from '../../browser/quiet';
import type { ThreadEntry } from '../../log/thread-entries';
import { Icon } from '../shell/Icon';
import { type Earlier, EarlierTurns } from './EarlierTurns';
import { MessageRows } from './MessageRows';
import { useThreadScroll } from './use-thread-scroll';
import './thread.css';

interface ThreadProps {
  entries: readonly ThreadEntry[];
  /** The agent is at work. */
  isRunning: boolean;
  empty: ReactNode;
  earlier?: Earlier;
  /** A turn that the reader is led to. */
  sought?: { readonly turnId: string } | null;
  children: ReactNode;
}

/** The scrolling list of messages, with what belongs below it (`children`) always in sight. */
export function Thread({ entries, isRunning, empty, earlier, sought = null, children }: ThreadProps) {
  const [isQuiet] = useQuiet();
  const { scroll, scroller, list, shown, isAtEnd } = useThreadScroll(entries, sought);
  return (
    <div
      ref={scroller}
      className="thread-scroller relative flex min-h-0 flex-1 flex-col overflow-x-hidden overflow-y-auto overscroll-contain px-4"
    >
      {entries.length === 0 && empty}
      {earlier && <EarlierTurns {...earlier} />}
      <div
        ref={list}
        role="log"
        // What comes into view while one reads further up is no news.
        aria-live={isQuiet || !isAtEnd ? 'off' : 'polite'}
        // What is being written is announced once it is there, and not word by word.
        aria-busy={isRunning}
        aria-label={t('Conversation')}
        className="mx-auto w-full max-w-3xl flex-1 pt-6 pb-4 empty:hidden sm:text-[0.9375rem]"
      >
        <MessageRows scroll={scroll} entries={entries} shown={shown} hasEarlier={earlier?.hasEarlier ?? false} />
      </div>
      <div className="sticky bottom-0 mx-auto w-full max-w-3xl bg-background pb-[max(0.75rem,env(safe-area-inset-bottom))]">
        {!isAtEnd && <ScrollToEnd onClick={() => scroll.scrollToEnd()} />}
        {children}
      </div>
    </div>
  );
}

function ScrollToEnd({ onClick }: { onClick: () => void }) {
  return (
    <button
      type="button"
      className="button absolute start-1/2 -top-12 size-9 -translate-x-1/2 rounded-full p-0 shadow-md rtl:translate-x-1/2"
      aria-label={t('Scroll to the end')}
      onClick={onClick}
    >
      <Icon name="arrowDown" />
    </button>
  );
}
