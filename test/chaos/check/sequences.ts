import { isDeepStrictEqual } from 'node:util';
import type { ChatEvent } from '../../../src/chat/event-log/chat-event';
import type { ClientEntry, Evidence } from '../evidence/entries';
import { Violation, violation } from './violation';

type Seen = Extract<ClientEntry, { kind: 'event' | 'followed' }>;

/** Every chat's log is numbered 1, 2, 3 ..., and every reader saw exactly that. */
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
  const wrong = log.find(({ seq }, index) => seq !== index + 1);
  return wrong === undefined ? [] : [violation('log_gap', `chat ${chatId} has ${wrong.seq} out of turn`)];
}

function checkReader(
  reader: string,
  entries: readonly Seen[],
  logs: ReadonlyMap<string, readonly ChatEvent[]>,
): Violation[] {
  const log = logs.get(entries[0]?.chatId ?? '') ?? [];
  const found: Violation[] = [];
  let last = 0;
  for (const entry of entries) {
    if (entry.kind === 'followed') last = entry.after;
    else {
      const { seq } = entry.event;
      const where = `${reader}: ${seq} after ${last}`;
      if (seq > last + 1) found.push(violation('client_gap', where));
      if (seq <= last) found.push(violation('client_repeat', where));
      if (!isDeepStrictEqual(log[seq - 1], entry.event)) {
        found.push(violation('event_changed', `${reader}: ${seq} ${entry.event.type}`));
      }
      last = Math.max(last, seq);
    }
  }
  if (last < log.length) found.push(violation('client_behind', `${reader} is at ${last} of ${log.length}`));
  return found;
}
