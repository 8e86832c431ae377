import { readJson, writeJson, writeText } from '../browser/storage';
import { randomUuid } from '../browser/uuid';
import type { OutgoingMessage } from '../log/outgoing-message';

export function newOutgoing(text: string, afterSeq: number): OutgoingMessage {
  return { clientMessageId: randomUuid(), text, state: 'sending', messageId: null, afterSeq, error: null };
}

export function loadOutgoing(chatId: string): OutgoingMessage[] {
  const stored = readJson(storageKey(chatId));
  return Array.isArray(stored) ? stored.filter(isOutgoing) : [];
}

export function saveOutgoing(chatId: string, messages: readonly OutgoingMessage[]): void {
  if (messages.length === 0) writeText(storageKey(chatId), null);
  else writeJson(storageKey(chatId), messages);
}

function storageKey(chatId: string): string {
  return `relay.outbox.${chatId}`;
}

/** Storage may hold what another version of this page wrote. */
function isOutgoing(value: unknown): value is OutgoingMessage {
  return (
    typeof value === 'object' &&
    value !== null &&
    'clientMessageId' in value &&
    typeof value.clientMessageId === 'string' &&
    'text' in value &&
    typeof value.text === 'string' &&
    'afterSeq' in value &&
    typeof value.afterSeq === 'number' &&
    'state' in value &&
    (value.state === 'sending' || value.state === 'accepted' || value.state === 'failed')
  );
}
