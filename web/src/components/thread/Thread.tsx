import { AuiIf, ThreadPrimitive } from '@assistant-ui/react';
import type { ReactNode } from 'react';
import { Icon } from '../shell/Icon';
import { AssistantMessage } from './AssistantMessage';
import { UserMessage } from './UserMessage';

interface ThreadProps {
  empty: ReactNode;
  /** Stands above the first message. */
  earlier?: ReactNode;
  children: ReactNode;
}

/** The scrolling list of messages, with what belongs below it (`children`) always in sight. */
export function Thread({ empty, earlier, children }: ThreadProps) {
  return (
    <ThreadPrimitive.Root className="flex min-h-0 flex-1 flex-col">
      <ThreadPrimitive.Viewport className="relative flex min-h-0 flex-1 flex-col overflow-x-hidden overflow-y-auto overscroll-contain px-4">
        <AuiIf condition={(state) => state.thread.messages.length === 0}>{empty}</AuiIf>
        {earlier}
        <div
          role="log"
          aria-live="polite"
          aria-label="Conversation"
          className="mx-auto flex w-full max-w-3xl flex-1 flex-col gap-6 pt-6 pb-10 empty:hidden sm:text-[0.9375rem]"
        >
          <ThreadPrimitive.Messages>
            {({ message }) => (message.role === 'user' ? <UserMessage /> : <AssistantMessage />)}
          </ThreadPrimitive.Messages>
        </div>
        <ThreadPrimitive.ViewportFooter className="sticky bottom-0 mx-auto w-full max-w-3xl bg-background pb-[max(0.75rem,env(safe-area-inset-bottom))]">
          <ScrollToEnd />
          {children}
        </ThreadPrimitive.ViewportFooter>
      </ThreadPrimitive.Viewport>
    </ThreadPrimitive.Root>
  );
}

function ScrollToEnd() {
  return (
    <ThreadPrimitive.ScrollToBottom
      className="button absolute -top-12 left-1/2 size-9 -translate-x-1/2 rounded-full p-0 shadow-md disabled:hidden"
      aria-label="Scroll to the end"
    >
      <Icon name="arrowDown" />
    </ThreadPrimitive.ScrollToBottom>
  );
}
