import { newId } from '../../common/ids';
import { isObject, JsonObject, objectsOf } from './json';
import { ResponseUsage } from './usage';

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export interface OutputText {
  readonly type: 'output_text';
  readonly text: string;
  readonly annotations: readonly never[];
  readonly logprobs: readonly never[];
}

export interface MessageItem {
  readonly type: 'message';
  readonly id: string;
  readonly status: ItemStatus;
  readonly role: 'assistant';
  readonly content: readonly OutputText[];
}

export interface SummaryText {
  readonly type: 'summary_text';
  readonly text: string;
}

export interface ReasoningItem {
  readonly type: 'reasoning';
  readonly id: string;
  readonly status: ItemStatus;
  readonly summary: readonly SummaryText[];
  /** Absent until the item is done. */
  readonly encrypted_content?: string;
}

export interface FunctionCallItem {
  readonly type: 'function_call';
  readonly id: string;
  readonly status: ItemStatus;
  readonly call_id: string;
  readonly name: string;
  readonly namespace?: string;
  readonly arguments: string;
}

export interface CustomToolCallItem {
  readonly type: 'custom_tool_call';
  readonly id: string;
  readonly status: ItemStatus;
  readonly call_id: string;
  readonly name: string;
  readonly namespace?: string;
  readonly input: string;
}

export type OutputItem = MessageItem | ReasoningItem | FunctionCallItem | CustomToolCallItem;

export const outputText = (text: string): OutputText => ({ type: 'output_text', text, annotations: [], logprobs: [] });

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

const effortIn = (used: ResponseEcho['used']): JsonObject => (used === undefined ? {} : { effort: used.effort });
const orNull = (value: unknown): unknown => value ?? null;

/** What a response says of its request, and what the request does not say. */
export interface ResponseEcho {
  readonly model: string;
  readonly echoesTools: boolean;
  readonly store?: boolean;
  /** What a model of another protocol was asked instead of what the request says. */
  readonly used?: { readonly effort: string | null; readonly maxOutputTokens: number | null };
}

/**
 * The constant fields, repeated from the request's body.
 *
 * Without `echoesTools` it leaves out tools and instructions: codex knows them, ignores them here, and would parse tens of kilobytes
 * with every event that carries a response.
 */
export function responseFrame(
  id: string,
  body: JsonObject,
  { model, echoesTools, store = false, used }: ResponseEcho,
): ResponseFrame {
  return {
    id,
    object: 'response',
    created_at: epochSeconds(),
    model,
    previous_response_id: orNull(body.previous_response_id),
    instructions: !echoesTools ? null : orNull(body.instructions),
    tools: !echoesTools ? [] : objectsOf(body.tools).map(completeTool),
    tool_choice: completeChoice(body.tool_choice),
    truncation: body.truncation ?? 'disabled',
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    text: completeText(body.text),
    top_p: body.top_p ?? 1,
    presence_penalty: body.presence_penalty ?? 0,
    frequency_penalty: body.frequency_penalty ?? 0,
    top_logprobs: body.top_logprobs ?? 0,
    temperature: body.temperature ?? 1,
    reasoning: { effort: null, summary: null, ...(isObject(body.reasoning) ? body.reasoning : {}), ...effortIn(used) },
    max_output_tokens: used === undefined ? orNull(body.max_output_tokens) : used.maxOutputTokens,
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
const completeTool = (tool: JsonObject): JsonObject =>
  tool.type === 'function' ? { description: null, parameters: null, strict: null, ...tool } : tool;

const completeChoice = (choice: unknown): unknown =>
  isObject(choice) && choice.type === 'allowed_tools' ? { mode: 'auto', ...choice } : (choice ?? 'auto');

function completeText(text: unknown): JsonObject {
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

/** A provider's own item with the status that the specification wants of every item. */
export const completeItem = (item: JsonObject, status: ItemStatus): JsonObject =>
  item.status == null ? { ...item, status } : item;

/**
 * A provider's own response with every field that the specification requires: what it left out is as the request had
 * it. Whether it is stored, and what it continues, is the gateway's to say: the provider was sent the whole input.
 */
export function completeResponse(response: JsonObject, frame: ResponseFrame): JsonObject {
  const defaults: JsonObject = { ...frame, ...IN_PROGRESS, completed_at: null };
  const given = Object.entries(response).filter(([key, value]) => value != null || !(key in defaults));
  const { store, previous_response_id } = frame;
  const status: ItemStatus = response.status === 'in_progress' ? 'in_progress' : 'completed';
  const output = objectsOf(response.output).map((item) => completeItem(item, status));
  const completed = response.status === 'completed' ? { completed_at: completedAt(response) } : {};
  return { ...defaults, ...completed, ...Object.fromEntries(given), output, store, previous_response_id };
}

const completedAt = ({ completed_at }: JsonObject): unknown => completed_at ?? Math.floor(Date.now() / 1000);

export const isResponseObject = (value: unknown): value is JsonObject => isObject(value) && Array.isArray(value.output);

/** Prefixes as OpenAI uses them for responses, items and calls. */
export type IdPrefix = 'resp' | 'msg' | 'rs' | 'fc' | 'ctc' | 'fco' | 'ctco' | 'cmp' | 'item' | 'call';

/** An id that no other response, item or call of this or another process has. */
export const uniqueId = (prefix: IdPrefix): string => `${prefix}_${newId().replaceAll('-', '')}`;
