import { textOf } from '../../chat/dto/message.dto';
import type { MessageEntity } from '../../chat/entities/message.entity';
import type { EarlierMessage } from './input-parts';

type StoredMessage = Pick<MessageEntity, 'turnId' | 'role' | 'content'>;

/**
 * The turn of a chat at which a client's history ends: its last answer is that of the turn, or a part of that, and the client has the
 * turn's message, too.
 *
 * @param stored the newest messages of the chat, the newest first
 * @param chatId which a question of the agent names in its link
 */
export function turnOfHistory(
  earlier: readonly EarlierMessage[],
  stored: readonly StoredMessage[],
  chatId: string,
): string | undefined {
  const lastSaid = earlier.findLast(({ role }) => role === 'assistant');
  const asked = earlier.filter(({ role }) => role === 'user').map(({ text }) => plain(text));
  const answer = plain(lastSaid?.text ?? '');
  const turnIds = [...new Set(stored.map(({ turnId }) => turnId))];
  return turnIds.find((turnId) => {
    const messages = stored.filter((message) => message.turnId === turnId);
    const question = messages.findLast(({ role }) => role === 'user');
    const isAsked = question !== undefined && asked.some((text) => text !== '' && isEnd(plainOf(question), text));
    return isAsked && isAnswer(answer, messages.filter(({ role }) => role === 'assistant').map(plainOf), chatId);
  });
}

/** An answer as a client shows it has the agent's texts among others, or the beginning of one that was cut. */
function isAnswer(shown: string, texts: readonly string[], chatId: string): boolean {
  if (shown === '') return true;
  if (shown.includes(`#/chats/${chatId}`)) return true;
  return texts.some((text) => text !== '' && (shown.includes(text) || text.startsWith(shown)));
}

/** A first message may have the told history before it. */
const isEnd = (stored: string, text: string): boolean => stored === text || stored.endsWith(` ${text}`);

const plainOf = ({ content }: StoredMessage): string => plain(textOf(content));
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();
