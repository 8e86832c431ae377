import { isObject, JsonObject, objectsOf } from './json';
import { OutputItem } from './output-item';

/** Token counts as the Responses API gives them; codex refuses one without total or details. */
export interface ResponseUsage {
  readonly input_tokens: number;
  readonly input_tokens_details: { readonly cached_tokens: number };
  readonly output_tokens: number;
  readonly output_tokens_details: { readonly reasoning_tokens: number };
  readonly total_tokens: number;
}

export interface ResponseFailure {
  readonly code: string;
  readonly message: string;
}

/** What changes in the course of a response. */
export interface ResponseProgress {
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'failed';
  readonly output: readonly OutputItem[];
  readonly usage: ResponseUsage | null;
  readonly error: ResponseFailure | null;
  readonly incomplete_details: { readonly reason: string } | null;
}

/** The fields of a response that stay the same from its first event to its last. */
export type ResponseFrame = JsonObject & { readonly id: string };

/** The response object: every field that the Open Responses specification requires, `user` as its older versions do. */
export type ResponseSnapshot = ResponseFrame & ResponseProgress & { readonly completed_at: number | null };

/** The state of a response that has only begun. */
export const IN_PROGRESS: ResponseProgress = {
  status: 'in_progress',
  output: [],
  usage: null,
  error: null,
  incomplete_details: null,
};

const orNull = (value: unknown): unknown => value ?? null;

/**
 * The constant fields, told back from the request's body.
 *
 * `lean` leaves out tools and instructions: codex knows them, ignores them here, and would parse tens of kilobytes
 * with every event that carries a response.
 */
export function responseFrame(
  id: string,
  body: JsonObject,
  { model, lean, store = false }: { model: string; lean: boolean; store?: boolean },
): ResponseFrame {
  return {
    id,
    object: 'response',
    created_at: epochSeconds(),
    model,
    previous_response_id: orNull(body.previous_response_id),
    instructions: lean ? null : orNull(body.instructions),
    tools: lean ? [] : objectsOf(body.tools).map(wholeTool),
    tool_choice: wholeChoice(body.tool_choice),
    truncation: body.truncation ?? 'disabled',
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    text: wholeText(body.text),
    top_p: body.top_p ?? 1,
    presence_penalty: body.presence_penalty ?? 0,
    frequency_penalty: body.frequency_penalty ?? 0,
    top_logprobs: body.top_logprobs ?? 0,
    temperature: body.temperature ?? 1,
    reasoning: { effort: null, summary: null, ...(isObject(body.reasoning) ? body.reasoning : {}) },
    max_output_tokens: orNull(body.max_output_tokens),
    max_tool_calls: orNull(body.max_tool_calls),
    store,
    background: false,
    service_tier: 'default',
    metadata: body.metadata ?? {},
    safety_identifier: orNull(body.safety_identifier),
    prompt_cache_key: orNull(body.prompt_cache_key),
    user: orNull(body.user),
  };
}

/** What a request may leave out and a response may not. */
const wholeTool = (tool: JsonObject): JsonObject =>
  tool.type === 'function' ? { description: null, parameters: null, strict: null, ...tool } : tool;

const wholeChoice = (choice: unknown): unknown =>
  isObject(choice) && choice.type === 'allowed_tools' ? { mode: 'auto', ...choice } : (choice ?? 'auto');

function wholeText(text: unknown): JsonObject {
  const { verbosity, ...rest } = isObject(text) ? text : {};
  const given: JsonObject = verbosity == null ? rest : { ...rest, verbosity };
  const format = isObject(given.format) ? given.format : { type: 'text' };
  return { ...given, format: format.type === 'json_schema' ? { description: null, strict: false, ...format } : format };
}

export const snapshotOf = (frame: ResponseFrame, progress: ResponseProgress): ResponseSnapshot => ({
  ...frame,
  ...progress,
  completed_at: progress.status === 'completed' ? epochSeconds() : null,
});

const epochSeconds = (): number => Math.floor(Date.now() / 1000);
