import { createHash } from 'node:crypto';
import type { ChatEvent } from '../../../src/chat/event-log/chat-event';

/** A short fingerprint of everything that an event says. */
export function digestOf({ chatId, seq, turnId, type, at, data }: ChatEvent): string {
  const text = JSON.stringify([chatId, seq, turnId, type, at, data]);
  return createHash('sha1').update(text).digest('base64').slice(0, 12);
}
