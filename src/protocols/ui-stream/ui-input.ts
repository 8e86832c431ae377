import { invalid } from '../../common/domain.error';
import { isObject, type JsonObject, objectsOf, textOf } from '../../gateway/wire/json';

/** Of an id of a message: what `clientMessageId` may have. */
const MAX_ID_LENGTH = 200;

/** What a request of `useChat` comes to. */
export type UiInput =
  | { readonly kind: 'message'; readonly id: string | undefined; readonly content: readonly object[] }
  | { readonly kind: 'answers'; readonly answers: readonly UiAnswer[]; readonly calls: readonly string[] };

/** An answer to a question of the agent. */
export interface UiAnswer {
  readonly approvalId: string;
  readonly approved: boolean;
  readonly reason: string | undefined;
}

/**
 * Reads the last message: one of the user is sent, answers to questions in one of the agent's are given. What else there is in the
 * history is the chat's already.
 *
 * @throws DomainError `validation_failed`, `empty_message`, `invalid_content`
 */
export function uiInputOf(message: unknown): UiInput {
  if (!isObject(message) || !Array.isArray(message.parts)) {
    throw invalid('validation_failed', 'The last of "messages", or "message", must be a message with parts.');
  }
  const parts = objectsOf(message.parts);
  if (message.role === 'user') {
    const content = parts.flatMap(contentOf);
    if (content.length === 0) throw invalid('empty_message', 'The message has no text and no file.');
    return { kind: 'message', id: idOf(message.id), content };
  }
  const answers = parts.flatMap(answerOf);
  if (answers.length > 0) {
    return { kind: 'answers', answers, calls: parts.flatMap(({ toolCallId }) => textOf(toolCallId) ?? []) };
  }
  throw invalid('empty_message', 'The last message is none of the user, and answers no question of the agent.');
}

function idOf(id: unknown): string | undefined {
  const text = textOf(id);
  return text === undefined || text === '' || text.length > MAX_ID_LENGTH ? undefined : text;
}

/** What is neither text nor a file, such as data of the page's own, is not the agent's. */
function contentOf({ type, text, url, mediaType, filename }: JsonObject): object[] {
  if (type === 'text' && typeof text === 'string' && text !== '') return [{ type: 'text', text }];
  if (type !== 'file') return [];
  if (typeof url !== 'string' || !url.startsWith('data:')) {
    throw invalid('invalid_content', 'A file must come as a data URL; none is fetched from elsewhere.');
  }
  if (typeof mediaType === 'string' && /^image\/(?:png|jpeg|gif|webp)$/.test(mediaType))
    return [{ type: 'image', url }];
  return [{ type: 'file', fileName: textOf(filename) ?? 'file', data: url }];
}

function answerOf({ state, approval }: JsonObject): UiAnswer[] {
  if (state !== 'approval-responded' || !isObject(approval) || typeof approval.id !== 'string') return [];
  return [{ approvalId: approval.id, approved: approval.approved === true, reason: textOf(approval.reason) }];
}
