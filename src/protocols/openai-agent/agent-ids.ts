import { createHash } from 'node:crypto';
import { isId, newId } from '../../common/ids';

/** What messages of this contract have as the beginning of their `clientMessageId`. */
const MARK = 'openai:';
const HEX = /^[0-9a-f]{32}/;

/** The `clientMessageId` of the first message of a conversation, by which it is found when a client sends its history. */
export const firstMessageId = (text: string): string =>
  `${MARK}first:${createHash('sha256').update(text.trim()).digest('hex').slice(0, 40)}`;

/** Of any later message. */
export const laterMessageId = (): string => `${MARK}${newId()}`;

export const isOfThisContract = (clientMessageId: string | null): boolean => clientMessageId?.startsWith(MARK) ?? false;

/**
 * The id of a response, which says what turn it is of: what is continued needs no table.
 *
 * @param from number of the event behind which it begins, where it is not the turn's first response
 */
export const responseIdOf = (turnId: string, from?: number): string =>
  `resp_${turnId.replaceAll('-', '')}${from === undefined ? '' : `_${from}`}`;

export const completionIdOf = (turnId: string): string => `chatcmpl-${turnId.replaceAll('-', '')}`;

export const conversationIdOf = (chatId: string): string => `conv_${chatId.replaceAll('-', '')}`;

/** The turn of a response. @returns undefined for an id that is none of ours */
export const turnIdOf = (responseId: string): string | undefined => idBehind('resp_', responseId);

/** The chat of a conversation, named by either id. @returns undefined for what names none */
export const chatIdOf = (conversation: string): string | undefined =>
  isId(conversation) ? conversation : idBehind('conv_', conversation);

function idBehind(prefix: string, id: string): string | undefined {
  const hex = id.startsWith(prefix) ? HEX.exec(id.slice(prefix.length))?.[0] : undefined;
  if (hex === undefined) return undefined;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
