import type { LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { Dialect, INTERLUDE, NO_OUTPUT, OPENING } from './dialect';
import { CallIdMap } from './call-ids';
import { ContentPart } from './prompt-content';

type Message = LanguageModelV4Message;
type Assistant = Extract<Message, { role: 'assistant' }>;
type ToolMessage = Extract<Message, { role: 'tool' }>;

/** The prompt in the order, with the ids and the texts that a provider takes. */
export function fittedPrompt(prompt: LanguageModelV4Prompt, dialect: Dialect): LanguageModelV4Prompt {
  const ids = new CallIdMap(dialect.callIds);
  const fitted: Message[] = [];
  for (const message of prompt) {
    const last = fitted.at(-1);
    const joined = dialect.rolesAlternate && last !== undefined ? joinedMessage(last, message) : undefined;
    if (joined !== undefined) {
      fitted[fitted.length - 1] = joined;
      continue;
    }
    const isFirst = last === undefined || last.role === 'system';
    if (dialect.beginsWithUser && isFirst && message.role === 'assistant') fitted.push(userMessage(OPENING));
    if (!dialect.userAfterTool && last?.role === 'tool' && message.role === 'user') fitted.push(INTERLUDE_MESSAGE);
    fitted.push(message);
  }
  const isEmpty = fitted.every(({ role }) => role === 'system');
  if (dialect.beginsWithUser && isEmpty) fitted.push(userMessage(OPENING));
  return fitted.map((message) => withIds(dialect.blankText ? message : withOutput(message), ids));
}

const userMessage = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });
const INTERLUDE_MESSAGE: Message = { role: 'assistant', content: [{ type: 'text', text: INTERLUDE }] };

/** Two neighbours of one role as one message; undefined for others. */
function joinedMessage(first: Message, second: Message): Message | undefined {
  if (first.role === 'user' && second.role === 'user') {
    return { role: 'user', content: second.content.reduce(withPart, first.content) };
  }
  if (first.role !== 'assistant' || second.role !== 'assistant') return undefined;
  return { ...first, content: [...first.content, ...second.content] };
}

/** Texts that follow each other are one: many servers take a message of one text only as such. */
function withPart(parts: readonly ContentPart[], part: ContentPart): ContentPart[] {
  const last = parts.at(-1);
  if (last?.type !== 'text' || part.type !== 'text') return [...parts, part];
  return [...parts.slice(0, -1), { type: 'text', text: `${last.text}\n\n${part.text}` }];
}

function withOutput(message: Message): Message {
  if (message.role !== 'tool') return message;
  const content = message.content.map((part): ToolMessage['content'][number] => {
    if (part.type !== 'tool-result' || part.output.type !== 'text' || part.output.value.trim() !== '') return part;
    return { ...part, output: { type: 'text', value: NO_OUTPUT } };
  });
  return { ...message, content };
}

function withIds(message: Message, ids: CallIdMap): Message {
  if (message.role === 'assistant') {
    const content = message.content.map((part): Assistant['content'][number] =>
      part.type === 'tool-call' ? { ...part, toolCallId: ids.ofCall(part.toolCallId) } : part,
    );
    return { ...message, content };
  }
  if (message.role !== 'tool') return message;
  const content = message.content.map((part): ToolMessage['content'][number] =>
    part.type === 'tool-result' ? { ...part, toolCallId: ids.ofResult(part.toolCallId) } : part,
  );
  return { ...message, content };
}

/**
 * Whether the calls that the model is about to go on from come without thoughts: another model made them, or the same
 * when it did not think.
 */
export function hasForeignCalls(prompt: LanguageModelV4Prompt): boolean {
  for (let at = prompt.length - 1; at >= 0; at--) {
    const message = prompt[at];
    const before = prompt[at - 1]?.role;
    if (message?.role === 'system') return false;
    // What the user says right behind results, in however many messages, goes out as one message with them.
    if (message?.role === 'user' && before !== 'tool' && before !== 'user') return false;
    if (message?.role === 'assistant' && isBare(message)) return true;
  }
  return false;
}

const hasCalls = ({ content }: Assistant): boolean => content.some(({ type }) => type === 'tool-call');
const isBare = (message: Assistant): boolean =>
  hasCalls(message) && !message.content.some(({ type }) => type === 'reasoning');
