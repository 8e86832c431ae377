import { join } from 'node:path';
import { readEvents } from '../evidence/database-rows';
import { digestOf } from './event-digest';

/** Digests of a chat's events in the database file, by number. @throws Error for a log with a gap in itself. */
export function storedDigests(dataRoot: string, chatId: string): Map<number, string> {
  let last = 0;
  const digests = readEvents(join(dataRoot, 'db'), chatId).map((event): [number, string] => {
    if (event.previousSeq !== last) throw new Error(`event ${event.previousSeq} of chat ${chatId} is missing`);
    last = event.seq;
    return [event.seq, digestOf(event)];
  });
  return new Map(digests);
}
