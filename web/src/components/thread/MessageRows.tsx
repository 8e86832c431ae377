import { memo } from 'react';
import type { ThreadEntry } from '../../log/thread-entries';
import { AssistantMessage } from './AssistantMessage';
import type { ThreadScroll } from './thread-scroll';
import { UserMessage } from './UserMessage';

interface MessageRowsProps {
  scroll: ThreadScroll;
  entries: readonly ThreadEntry[];
  /** The numbers of those that are drawn. */
  shown: readonly number[];
  /** There are more before the first: nobody knows how many. */
  hasEarlier: boolean;
}

/** Those messages of a thread that are drawn, each where it would be if all were. */
export function MessageRows({ scroll: { layout, observe }, entries, shown, hasEarlier }: MessageRowsProps) {
  const last = shown.at(-1);
  const rest = last === undefined ? 0 : layout.height - layout.topOf(last + 1);
  return (
    <>
      {shown.map((index, place) => {
        const entry = entries[index];
        const before = shown[place - 1];
        const gap = layout.topOf(index) - (before === undefined ? 0 : layout.topOf(before + 1));
        return (
          entry && (
            <MessageRow
              key={entry.id}
              entry={entry}
              gap={gap}
              place={index + 1}
              isLast={index === entries.length - 1}
              count={hasEarlier ? -1 : entries.length}
              observe={observe}
            />
          )
        );
      })}
      {rest > 0 && <div aria-hidden style={{ height: rest }} />}
    </>
  );
}

interface MessageRowProps {
  entry: ThreadEntry;
  /** Pixels of what is not drawn between the row before and this one. */
  gap: number;
  place: number;
  isLast: boolean;
  count: number;
  observe: ThreadScroll['observe'];
}

const MessageRow = memo(function MessageRow({ entry, gap, place, isLast, count, observe }: MessageRowProps) {
  return (
    <div
      ref={observe}
      data-entry={entry.id}
      role="article"
      aria-posinset={place}
      aria-setsize={count}
      tabIndex={-1}
      className="thread-row pb-6"
      style={{ marginTop: gap }}
    >
      {entry.role === 'user' ? <UserMessage entry={entry} /> : <AssistantMessage entry={entry} isLast={isLast} />}
    </div>
  );
});
