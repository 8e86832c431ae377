import { argumentsOf, idOf } from './scripted-chat';
import { ScriptedReply } from './scripted-reply';

type Json = Readonly<Record<string, unknown>>;

/** The server-sent events of a reply in Anthropic's Messages API, https://docs.claude.com/en/api/messages-streaming. */
export function anthropicFrames(reply: ScriptedReply, index: number): string[] {
  const { input = 10, output = 5, cached = 0 } = reply.usage ?? {};
  const message = {
    ...{ id: `msg_${index}`, type: 'message', role: 'assistant', model: 'scripted', content: [], stop_reason: null },
    usage: { input_tokens: input - cached, cache_read_input_tokens: cached, output_tokens: 1 },
  };
  const error = reply.streamError === undefined ? [] : [frame('error', { error: reply.streamError })];
  return [
    frame('message_start', { message }),
    frame('ping', {}),
    ...blocksOf(reply, index).flatMap(blockFrames),
    ...error,
    frame('message_delta', { delta: { stop_reason: finishOf(reply) }, usage: { output_tokens: output } }),
    frame('message_stop', {}),
  ];
}

interface Block {
  readonly start: Json;
  readonly deltas: readonly Json[];
}

function blocksOf(
  { reasoning, text, calls = [], signature, argumentPieces = 1 }: ScriptedReply,
  index: number,
): Block[] {
  const signed = signature === undefined ? [] : [{ type: 'signature_delta', signature }];
  const thoughts = (reasoning ?? []).map((thinking) => ({ type: 'thinking_delta', thinking }));
  const words = (text ?? []).map((piece) => ({ type: 'text_delta', text: piece }));
  return [
    ...(reasoning ? [{ start: { type: 'thinking', thinking: '' }, deltas: [...thoughts, ...signed] }] : []),
    ...(text ? [{ start: { type: 'text', text: '' }, deltas: words }] : []),
    ...calls.map((call, position) => ({
      start: { type: 'tool_use', id: idOf(call, index, position), name: call.name, input: {} },
      deltas: cut(argumentsOf(call), argumentPieces).map((partial_json) => ({
        type: 'input_json_delta',
        partial_json,
      })),
    })),
  ];
}

const blockFrames = ({ start, deltas }: Block, index: number): string[] => [
  frame('content_block_start', { index, content_block: start }),
  ...deltas.map((delta) => frame('content_block_delta', { index, delta })),
  frame('content_block_stop', { index }),
];

const frame = (type: string, fields: Json): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;

const finishOf = ({ finishReason, calls = [] }: ScriptedReply): string =>
  finishReason ?? (calls.length > 0 ? 'tool_use' : 'end_turn');

function cut(text: string, pieces: number): string[] {
  const size = Math.max(1, Math.ceil(text.length / pieces));
  return text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
}

/** An error answer in Anthropic's form. */
export const anthropicError = (status: number, type: string, message: string): ScriptedReply => ({
  status,
  error: { type: 'error', error: { type, message }, request_id: 'req_1' },
});
