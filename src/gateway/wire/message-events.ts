import { isObject, JsonObject, numberOf, textOf } from './json';
import { frameFor, frameObject, SseFrame } from './sse-frames';

const EVENTS = new Set([
  ...['message_start', 'message_delta', 'message_stop', 'ping', 'error'],
  ...['content_block_start', 'content_block_delta', 'content_block_stop'],
]);
/** What an answer of a model consists of. Blocks of tools that the provider runs itself say nothing to our clients. */
const BLOCKS = new Set(['text', 'thinking', 'redacted_thinking', 'tool_use']);
const DELTAS = new Set(['text_delta', 'thinking_delta', 'signature_delta', 'input_json_delta']);

/** By far the most events. */
const TEXT_DELTA = '"text_delta"';

/**
 * The events of Anthropic's Messages API that the AI SDK knows. Anthropic adds types of events, blocks and deltas without a new
 * version (https://docs.claude.com/en/api/versioning), and the SDK ends an answer at the first one that it does not know.
 */
export class MessageEvents {
  /** Indexes of the blocks that are left out. */
  private readonly leftOut = new Set<unknown>();

  /** The events to read for this one. */
  push(frame: SseFrame): readonly SseFrame[] {
    if (this.leftOut.size === 0 && frame.bytes.includes(TEXT_DELTA)) return [frame];
    const event = frameObject(frame);
    if (event === undefined) return frame.bytes.includes('[DONE]') ? [] : [frame];
    const type = textOf(event.type) ?? '';
    if (!EVENTS.has(type)) return [];
    if (type === 'content_block_start') return this.begin(frame, event);
    if (type.startsWith('content_block') && this.leftOut.has(event.index)) return [];
    if (type === 'content_block_delta') return DELTAS.has(typeIn(event.delta)) ? [frame] : [];
    return withUsage(frame, event, type);
  }

  private begin(frame: SseFrame, event: JsonObject): readonly SseFrame[] {
    const { index, content_block: block } = event;
    if (!BLOCKS.has(typeIn(block))) this.leftOut.add(index);
    else this.leftOut.delete(index);
    if (this.leftOut.has(index) || !isObject(block)) return [];
    const text = block.type === 'text' ? (textOf(block.text) ?? '') : '';
    if (text === '') return [frame];
    // The SDK reads the text of a block from its deltas alone.
    return [
      eventFor('content_block_start', { index, content_block: { ...block, text: '' } }),
      eventFor('content_block_delta', { index, delta: { type: 'text_delta', text } }),
    ];
  }
}

/** The SDK reads no event without its counts. */
function withUsage(frame: SseFrame, event: JsonObject, type: string): readonly SseFrame[] {
  if (type === 'message_start' && isObject(event.message)) {
    const { message } = event;
    const usage = isObject(message.usage) ? message.usage : {};
    if (numberOf(usage.input_tokens) !== undefined) return [frame];
    return [eventFor(type, { message: { ...message, usage: { ...usage, input_tokens: 0 } } })];
  }
  if (type !== 'message_delta') return [frame];
  const usage = isObject(event.usage) ? event.usage : {};
  if (numberOf(usage.output_tokens) !== undefined) return [frame];
  return [eventFor(type, { ...event, usage: { ...usage, output_tokens: 0 } })];
}

const typeIn = (value: unknown): string => (isObject(value) ? (textOf(value.type) ?? '') : '');

const eventFor = (type: string, fields: JsonObject): SseFrame => frameFor(type, JSON.stringify({ ...fields, type }));
