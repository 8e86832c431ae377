import { Answer } from './behaviour';
import { Json } from './api-history';

/** An answer of one round, with what the client's history takes over from it. */
export interface Round extends Answer {
  readonly kept: readonly Json[];
  readonly asked: readonly { readonly id: string; readonly arguments: string }[];
}

interface Failure {
  readonly code?: string | null;
  readonly message?: string;
  readonly param?: string | null;
}

const EMPTY: Round = {
  ...{ status: 'completed', http: 200, text: '', texts: [], shown: '', reasoning: '', calls: [], raw: '' },
  ...{ kept: [], asked: [] },
};

/** The data of each server-sent event, comments and `[DONE]` left out. */
export const eventsIn = (raw: string): Json[] =>
  raw
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:') && line.slice(5).trim() !== '[DONE]')
    .map((line) => JSON.parse(line.slice(5)) as Json);

const failed = (http: number, raw: string, { code, message, param }: Failure, more: Partial<Round> = {}): Round => ({
  ...{ ...EMPTY, ...more, status: 'failed', http, raw, code, message, param },
});

/** An HTTP error, in whatever form it came. */
export function refusedRound(http: number, raw: string): Round {
  const error = raw.startsWith('{') ? ((JSON.parse(raw) as { error?: Failure }).error ?? {}) : {};
  return failed(http, raw, error);
}

interface ResponseBody {
  readonly status?: string;
  readonly error?: Failure | null;
  readonly incomplete_details?: { readonly reason?: string } | null;
  readonly output?: readonly OutputItem[];
  readonly usage?: { readonly input_tokens: number; readonly output_tokens: number } | null;
}

interface OutputItem extends Json {
  readonly type?: string;
  readonly call_id?: string;
  readonly arguments?: string;
  readonly content?: readonly { readonly text?: string }[];
  readonly summary?: readonly { readonly text?: string }[];
}

/** A whole response of the Responses API. @param shown the deltas that came before it, if it was streamed. */
export function responseRound(raw: string, body: ResponseBody, shown?: string): Round {
  const { output = [], usage, error, status } = body;
  const text = output.flatMap(({ type, content }) => (type === 'message' ? textIn(content) : [])).join('');
  const asked = output
    .filter(({ type }) => type === 'function_call')
    .map(({ call_id = '', arguments: args = '' }) => ({ id: call_id, arguments: args }));
  const seen: Partial<Round> = {
    ...{ text, texts: text === '' ? [] : [text], shown: shown ?? text, kept: output, asked, raw },
    calls: asked.map((call) => call.arguments),
    reasoning: output.flatMap(({ type, summary }) => (type === 'reasoning' ? textIn(summary) : [])).join(''),
    ...(usage ? { usage: { input: usage.input_tokens, output: usage.output_tokens } } : {}),
  };
  if (status === 'failed' || error) return failed(200, raw, error ?? {}, seen);
  if (status !== 'incomplete') return { ...EMPTY, ...seen };
  return { ...EMPTY, ...seen, status: 'incomplete', code: body.incomplete_details?.reason };
}

const textIn = (parts: readonly { readonly text?: string }[] = []): string =>
  parts.map(({ text = '' }) => text).join('');

/** A streamed response; one without an end has failed. */
export function streamedResponseRound(raw: string): Round {
  const events = eventsIn(raw);
  const shown = events.map(({ type, delta }) => (type === 'response.output_text.delta' ? String(delta) : '')).join('');
  const last = events.findLast(({ type }) => /^response\.(completed|failed|incomplete)$/.test(String(type)));
  if (last !== undefined) return responseRound(raw, last.response as ResponseBody, shown);
  const error = events.find(({ type }) => type === 'error');
  return failed(200, raw, error ?? { code: 'no_end', message: 'the stream had no end' }, { shown });
}

interface Choice {
  readonly message?: ChatMessage;
  readonly delta?: ChatMessage;
  readonly finish_reason?: string | null;
}

interface ChatMessage extends Json {
  readonly content?: string | null;
  readonly reasoning_content?: string | null;
  readonly tool_calls?: readonly CallDelta[];
}

interface CallDelta {
  readonly index?: number;
  readonly id?: string;
  readonly function?: { readonly name?: string; readonly arguments?: string };
}

interface Completion {
  readonly error?: Failure;
  readonly choices?: readonly Choice[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
}

/** A whole completion. */
export function completionRound(raw: string, { choices = [], usage, error }: Completion): Round {
  if (error) return failed(200, raw, error);
  const [choice] = choices;
  return chatRound(raw, choice?.message ?? {}, choice?.finish_reason ?? null, usage);
}

/** A streamed completion: deltas put together as clients do, by index. */
export function streamedCompletionRound(raw: string): Round {
  const chunks = eventsIn(raw) as Completion[];
  const choices = chunks.flatMap((chunk) => chunk.choices ?? []);
  const joined = (field: 'content' | 'reasoning_content'): string =>
    choices.map(({ delta }) => delta?.[field] ?? '').join('');
  const calls: { id: string; name: string; arguments: string }[] = [];
  for (const call of choices.flatMap(({ delta }) => delta?.tool_calls ?? [])) {
    const known = (calls[Number(call.index ?? 0)] ??= { id: '', name: '', arguments: '' });
    known.id ||= call.id ?? '';
    known.name += call.function?.name ?? '';
    known.arguments += call.function?.arguments ?? '';
  }
  // Servers may begin to count at 1.
  const tool_calls = calls.filter(Boolean).map(({ id, ...rest }) => ({ id, type: 'function', function: rest }));
  const message = { role: 'assistant', content: joined('content'), reasoning_content: joined('reasoning_content') };
  const finish = choices.findLast(({ finish_reason }) => finish_reason)?.finish_reason ?? null;
  const usage = chunks.findLast((chunk) => chunk.usage)?.usage;
  const round = chatRound(raw, { ...message, ...(calls.length > 0 ? { tool_calls } : {}) }, finish, usage);
  const error = chunks.find((chunk) => chunk.error)?.error;
  if (error) return failed(200, raw, error, round);
  return finish === null ? failed(200, raw, { code: 'no_end', message: 'the stream had no end' }, round) : round;
}

function chatRound(raw: string, message: ChatMessage, finish: string | null, usage: Completion['usage']): Round {
  const text = message.content ?? '';
  const asked = (message.tool_calls ?? []).map((call) => ({
    id: call.id ?? '',
    arguments: call.function?.arguments ?? '',
  }));
  const isCut = finish === 'length' || finish === 'content_filter';
  return {
    ...EMPTY,
    ...{ text, texts: text === '' ? [] : [text], shown: text, reasoning: message.reasoning_content ?? '', raw, asked },
    calls: asked.map((call) => call.arguments),
    kept: [message],
    ...(isCut ? { status: 'incomplete' as const, code: finish } : {}),
    ...(usage ? { usage: { input: usage.prompt_tokens, output: usage.completion_tokens } } : {}),
  };
}
