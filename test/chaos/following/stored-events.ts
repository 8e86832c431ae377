import { readEvents } from '../evidence/database-rows';
import type { StoredRows } from '../evidence/stored-rows';
import { digestOf } from './event-digest';

/** Digests of a chat's events in the database, by number. @throws Error for a log with a gap in itself. */
export async function storedDigests(rows: StoredRows, chatId: string): Promise<Map<number, string>> {
  let last = 0;
  const digests = (await readEvents(rows, chatId)).map((event): [number, string] => {
    if (event.previousSeq !== last) throw new Error(`event ${event.previousSeq} of chat ${chatId} is missing`);
    last = event.seq;
    return [event.seq, digestOf(event)];
  });
  return new Map(digests);
}
