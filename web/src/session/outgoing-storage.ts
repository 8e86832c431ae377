import { ownKey } from '../browser/own-storage';
import { readJson, writeJson, writeText } from '../browser/storage';
import { randomUuid } from '../browser/uuid';
import type { OutgoingMessage, Written } from '../log/outgoing-message';
import { modeOf } from '../log/slash-command';
import { t } from '../languages/text';

/** Pictures can be more than the browser's storage takes, so what this page itself has sent is known here in full. */
const ofThisPage = new Map<string, readonly OutgoingMessage[]>();

export function newOutgoing({ text, images, files = [], effort }: Written, afterSeq: number): OutgoingMessage {
  const chosen = effort === undefined ? {} : { effort };
  return {
    clientMessageId: randomUuid(),
    ...modeOf(text),
    ...chosen,
    images,
    files,
    state: 'sending',
    afterSeq,
    error: null,
  };
}

export function loadOutgoing(chatId: string): readonly OutgoingMessage[] {
  // What is being offered to a turn is in the hands of the view of the chat that sent it.
  const known = ofThisPage.get(chatId)?.filter(({ state }) => state !== 'steering');
  if (known) return known;
  const stored = readJson(storageKey(chatId));
  return Array.isArray(stored) ? stored.filter(isOutgoing).map(takenUp) : [];
}

/** Those that any view of the chat in this page has on their way. */
export function sentByThisPage(chatId: string): readonly OutgoingMessage[] {
  return ofThisPage.get(chatId) ?? [];
}

export function saveOutgoing(chatId: string, messages: readonly OutgoingMessage[]): void {
  const key = storageKey(chatId);
  if (messages.length === 0) {
    ofThisPage.delete(chatId);
    writeText(key, null);
    return;
  }
  ofThisPage.set(chatId, messages);
  if (!writeJson(key, messages)) writeJson(key, messages.map(withoutImages));
}

function storageKey(chatId: string): string {
  return ownKey(`outbox.${chatId}`);
}

interface StoredMessage extends OutgoingMessage {
  lostImages?: boolean;
}

function withoutImages(message: OutgoingMessage): StoredMessage {
  return message.images.length === 0 ? message : { ...message, images: [], lostImages: true };
}

/** A message as a page that was closed has left it. What may have arrived under no id of its own is not sent again. */
function takenUp({ lostImages, ...message }: StoredMessage): OutgoingMessage {
  const { state } = message;
  const images = Array.isArray(message.images) ? message.images : [];
  if (state === 'sending' && lostImages) {
    return {
      ...message,
      images,
      state: 'failed',
      error: t('The page was closed before the server had answered. Its pictures are no longer here.'),
    };
  }
  if (state === 'steering')
    return { ...message, images, state: 'failed', error: t('The page was closed before the server had answered.') };
  return { ...message, images };
}

/** Storage may hold what another version of this page wrote. */
function isOutgoing(value: unknown): value is StoredMessage {
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
    ['steering', 'sending', 'accepted', 'failed'].includes(String(value.state))
  );
}
