import { Dialect, INTERLUDE, OPENING } from '../providers/translation/dialect';
import { CallIdMap } from '../providers/translation/call-ids';
import { isObject, JsonObject, objectsOf, textOf } from '../wire/json';
import { CompletionRequest } from './completion-request';
import { mayNeedFitting } from './message-scan';

/** The fields of a request that a provider with the same API would refuse as they are, as it takes them. */
export function fittedFields(request: CompletionRequest, dialect: Dialect): JsonObject {
  if (request.spans !== undefined && !mayNeedFitting(request.bytes, request.spans, dialect)) return {};
  const messages = request.messages();
  const fitted = fittedMessages(messages, dialect);
  const isChanged = fitted.length !== messages.length || fitted.some((message, index) => message !== messages[index]);
  return { ...(isChanged ? { messages: fitted } : {}), ...thinkingOf(request.body, fitted, dialect) };
}

/** The messages in the order and with the ids that a provider takes; those that may stay are the same objects. */
export function fittedMessages(messages: readonly JsonObject[], dialect: Dialect): JsonObject[] {
  const ids = new CallIdMap(dialect.callIds);
  const fitted: JsonObject[] = [];
  for (const arrived of messages) {
    const last = fitted.at(-1);
    const isAtHead = last === undefined || isSystem(last);
    const message = dialect.rolesAlternate ? withKnownRole(arrived, isAtHead) : arrived;
    if (dialect.rolesAlternate && last !== undefined && isJoined(last, message)) {
      fitted[fitted.length - 1] = joinedMessage(last, message);
      continue;
    }
    if (dialect.beginsWithUser && isAtHead && message.role === 'assistant') {
      fitted.push({ role: 'user', content: OPENING });
    }
    if (!dialect.userAfterTool && last?.role === 'tool' && message.role === 'user') {
      fitted.push({ role: 'assistant', content: INTERLUDE });
    }
    fitted.push(message);
  }
  return fitted.map((message) => withIds(message, ids));
}

const isSystem = ({ role }: JsonObject): boolean => role === 'system' || role === 'developer';

/** One word of the system stands first; later words of the developer are the user's, as in translated prompts. */
function withKnownRole(message: JsonObject, isAtHead: boolean): JsonObject {
  if (!isSystem(message)) return message;
  const role = isAtHead ? 'system' : 'user';
  return message.role === role ? message : { ...message, role };
}

const JOINED: readonly unknown[] = ['system', 'user', 'assistant'];
const isJoined = (first: JsonObject, second: JsonObject): boolean =>
  first.role === second.role && JOINED.includes(first.role);

function joinedMessage(first: JsonObject, second: JsonObject): JsonObject {
  const calls = [...objectsOf(first.tool_calls), ...objectsOf(second.tool_calls)];
  return {
    ...(first.name === second.name ? first : { ...first, name: undefined }),
    ...second,
    content: joinedContent(first.content, second.content),
    ...(first.name === second.name ? {} : { name: undefined }),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
}

function joinedContent(first: unknown, second: unknown): unknown {
  const [text, more] = [plainText(first), plainText(second)];
  if (text !== undefined && more !== undefined) return [text, more].filter((one) => one !== '').join('\n\n');
  return [...partsOf(first), ...partsOf(second)];
}

/** A content that is text alone; nothing is an empty text. */
function plainText(content: unknown): string | undefined {
  if (content == null) return '';
  if (typeof content === 'string') return content;
  const parts = objectsOf(content);
  const texts = parts.flatMap((part) => (part.type === 'text' ? (textOf(part.text) ?? []) : []));
  return texts.length === parts.length ? texts.join('\n\n') : undefined;
}

const partsOf = (content: unknown): readonly unknown[] => {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return Array.isArray(content) ? content : [];
};

function withIds(message: JsonObject, ids: CallIdMap): JsonObject {
  if (message.role === 'tool') {
    const id = textOf(message.tool_call_id) ?? '';
    const taken = ids.ofResult(id);
    return taken === id ? message : { ...message, tool_call_id: taken };
  }
  if (!Array.isArray(message.tool_calls)) return message;
  const calls: readonly unknown[] = message.tool_calls;
  const fitted = calls.map((call) => (isObject(call) ? withId(call, ids) : call));
  return fitted.every((call, index) => call === calls[index]) ? message : { ...message, tool_calls: fitted };
}

function withId(call: JsonObject, ids: CallIdMap): JsonObject {
  const id = textOf(call.id) ?? '';
  const taken = ids.ofCall(id);
  return taken === id ? call : { ...call, id: taken };
}

/** No thinking over calls that come without the thoughts that led to them. */
function thinkingOf(body: JsonObject, messages: readonly JsonObject[], dialect: Dialect): JsonObject {
  const asksForThoughts = body.reasoning_effort != null || body.thinking != null;
  if (!dialect.thoughtsBesideCalls || !asksForThoughts || !hasBareCalls(messages)) return {};
  return { reasoning_effort: undefined, thinking: { type: 'disabled' } };
}

function hasBareCalls(messages: readonly JsonObject[]): boolean {
  const lastQuestion = messages.findLastIndex(({ role }, at) => role === 'user' && messages[at - 1]?.role !== 'tool');
  return messages
    .slice(lastQuestion + 1)
    .some(({ tool_calls, reasoning_content }) => objectsOf(tool_calls).length > 0 && textOf(reasoning_content) == null);
}
