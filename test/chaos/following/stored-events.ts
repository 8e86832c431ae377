import { join } from 'node:path';
import { readEvents } from '../evidence/database-rows';
import { digestOf } from './event-digest';

/** Digests of a chat's events in the database file, number 1 first. @throws Error for a log with a gap in itself. */
export function storedDigests(dataRoot: string, chatId: string): string[] {
  return readEvents(join(dataRoot, 'db'), chatId).map((event, index) => {
    if (event.seq !== index + 1) throw new Error(`event ${index + 1} of chat ${chatId} is missing in the database`);
    return digestOf(event);
  });
}
