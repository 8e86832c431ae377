import { ScriptedCall, ScriptedReply } from './scripted-reply';

const FRAME = { object: 'chat.completion.chunk', created: 1, model: 'scripted' };

type Delta = Readonly<Record<string, unknown>>;

/** The server-sent events of a reply in the chat completions API, one string a chunk; usage as OpenAI, Groq and DeepSeek tell it. */
export function chatFrames(reply: ScriptedReply, index: number): string[] {
  const chunks = reply.chunks ?? chatChunks(reply, index);
  return [...chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`), 'data: [DONE]\n\n'];
}

/** The same reply to a request that does not stream. */
export function chatCompletion(reply: ScriptedReply, index: number): unknown {
  const calls = (reply.calls ?? []).map((call, position) => ({
    id: idOf(call, index, position),
    type: 'function',
    function: { name: call.name, arguments: argumentsOf(call) },
  }));
  const message = {
    role: 'assistant',
    content: reply.text?.join('') ?? null,
    ...(reply.reasoning ? { reasoning_content: reply.reasoning.join('') } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  const choices = [{ index: 0, message, finish_reason: finishOf(reply) }];
  return { ...FRAME, object: 'chat.completion', id: `chat-${index}`, choices, usage: usageOf(reply) };
}

function chatChunks(reply: ScriptedReply, index: number): unknown[] {
  const id = `chat-${index}`;
  const chunk = (delta: Delta, finish_reason: string | null = null): Delta => ({
    ...FRAME,
    id,
    choices: [{ index: 0, delta, finish_reason }],
  });
  const usage = usageOf(reply);
  return [
    chunk({ role: 'assistant', content: '' }),
    ...(reply.reasoning ?? []).map((reasoning_content) => chunk({ reasoning_content })),
    ...(reply.text ?? []).map((content) => chunk({ content })),
    ...callDeltas(reply, index).map((delta) => chunk(delta)),
    ...(reply.streamError === undefined ? [] : [{ error: reply.streamError }]),
    reply.usageWithFinish ? { ...chunk({ content: '' }, finishOf(reply)), usage } : chunk({}, finishOf(reply)),
    ...(usage === null || reply.usageWithFinish ? [] : [{ ...FRAME, id, choices: [], usage, x_groq: { usage } }]),
  ];
}

function callDeltas(reply: ScriptedReply, index: number): Delta[] {
  const perCall = (reply.calls ?? []).map((call, position) => {
    const id = idOf(call, index, position);
    const start = { index: position, id, type: 'function', function: { name: call.name, arguments: '' } };
    const pieces = piecesOf(argumentsOf(call), reply.argumentPieces ?? 1);
    return [start, ...pieces.map((piece) => ({ index: position, function: { arguments: piece } }))];
  });
  const ordered = reply.interleaved ? takingTurns(perCall) : perCall.flat();
  return ordered.map((delta) => ({ tool_calls: [delta] }));
}

function takingTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, round) => lists.flatMap((list) => list.slice(round, round + 1))).flat();
}

function piecesOf(text: string, count: number): string[] {
  const size = Math.max(1, Math.ceil(text.length / count));
  return Array.from({ length: Math.ceil(text.length / size) }, (_, piece) =>
    text.slice(piece * size, (piece + 1) * size),
  );
}

const finishOf = ({ finishReason, calls = [] }: ScriptedReply): string =>
  finishReason ?? (calls.length > 0 ? 'tool_calls' : 'stop');

export const idOf = (call: ScriptedCall, index: number, position: number): string =>
  call.id ?? `call_${index}_${position}`;

export const argumentsOf = ({ arguments: value }: ScriptedCall): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

function usageOf({ usage = { input: 10, output: 5 } }: ScriptedReply): unknown {
  if (usage === null) return null;
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cached ?? 0 },
    prompt_cache_hit_tokens: usage.cached ?? 0,
    completion_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
  };
}
