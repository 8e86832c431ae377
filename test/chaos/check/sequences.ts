import { isDeepStrictEqual } from 'node:util';
import type { ChatEvent } from '../../../src/chat/event-log/chat-event';
import type { ClientEntry, Evidence } from '../evidence/entries';
import { Violation, violation } from './violation';

type Seen = Extract<ClientEntry, { kind: 'event' | 'followed' }>;

/**
 * Each event of a chat's log names the one before it, and every reader saw all of them in order, and what was taken out of
 * the log since.
 */
export function checkSequences({ clients, database }: Evidence): Violation[] {
  const logs = Map.groupBy(database.events, ({ chatId }) => chatId);
  const seen = clients.filter((entry): entry is Seen => entry.kind === 'event' || entry.kind === 'followed');
  const readers = Map.groupBy(seen, ({ reader }) => reader);
  return [
    ...[...logs].flatMap(([chatId, log]) => checkLog(chatId, log)),
    ...[...readers].flatMap(([reader, entries]) => checkReader(reader, entries, logs)),
  ];
}

function checkLog(chatId: string, log: readonly ChatEvent[]): Violation[] {
  const wrong = log.find(({ previousSeq, seq }, index) => {
    return seq <= previousSeq || previousSeq !== (log[index - 1]?.seq ?? 0);
  });
  return wrong === undefined ? [] : [violation('log_gap', `chat ${chatId} has ${wrong.seq} out of turn`)];
}

function checkReader(
  reader: string,
  entries: readonly Seen[],
  logs: ReadonlyMap<string, readonly ChatEvent[]>,
): Violation[] {
  const log = logs.get(entries[0]?.chatId ?? '') ?? [];
  const stored = new Map(log.map((event) => [event.seq, event]));
  const end = log.at(-1)?.seq ?? 0;
  const found: Violation[] = [];
  let last = 0;
  for (const entry of entries) {
    if (entry.kind === 'followed') last = entry.after;
    else {
      const { seq, previousSeq } = entry.event;
      const where = `${reader}: ${seq} after ${last}`;
      if (previousSeq > last) found.push(violation('client_gap', where));
      if (seq <= last) found.push(violation('client_repeat', where));
      if (!isStored(entry.event, stored.get(seq))) {
        found.push(violation('event_changed', `${reader}: ${seq} ${entry.event.type}`));
      }
      last = Math.max(last, seq);
    }
  }
  if (last < end) found.push(violation('client_behind', `${reader} is at ${last} of ${end}`));
  return found;
}

/** The types of events that a log may lose when their turn has ended. */
const MAY_BE_TAKEN_OUT = [
  ...['message.delta', 'reasoning.delta', 'command.output', 'item.updated'],
  ...['diff.updated', 'plan.updated', 'usage.updated'],
];

/** What is kept says what it said; the event before it may be another since. */
function isStored(event: ChatEvent, stored: ChatEvent | undefined): boolean {
  if (stored === undefined) return MAY_BE_TAKEN_OUT.includes(event.type);
  return isDeepStrictEqual({ ...stored, previousSeq: 0 }, { ...event, previousSeq: 0 });
}
