import { invalidRequest } from '../errors/openai.error';
import { isObject, JsonObject, numberOf, objectsOf, textOf, without } from './json';

/** A call of the Responses API, checked as far as every caller's is. */
export interface ResponsesRequest {
  /** The body as it came, for providers that speak the Responses API themselves. */
  readonly body: JsonObject;
  readonly model: string | undefined;
  readonly stream: boolean;
  readonly instructions: string | undefined;
  /** Input items; a text input is one user message. */
  readonly input: readonly JsonObject[];
  /** Tools of the request and of its `additional_tools` items. */
  readonly tools: readonly JsonObject[];
  readonly toolChoice: unknown;
  readonly parallelToolCalls: boolean;
  readonly maxOutputTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly presencePenalty: number | undefined;
  readonly frequencyPenalty: number | undefined;
  /** `text.format`, when it asks for JSON. */
  readonly format: JsonObject | undefined;
}

/** @throws OpenAiError 400 that names the field. */
export function readResponsesRequest(body: unknown): ResponsesRequest {
  if (!isObject(body)) throw invalidRequest(null, 'The body must be a JSON object.');
  const input = readInput(body.input ?? (body.previous_response_id == null ? undefined : []));
  if (body.model != null && textOf(body.model) === undefined) throw invalidRequest('model', '"model" must be a text.');
  if (body.tools != null && !Array.isArray(body.tools)) throw invalidRequest('tools', '"tools" must be a list.');
  return {
    body,
    model: textOf(body.model),
    stream: body.stream === true,
    instructions: textOf(body.instructions),
    input,
    tools: toolsOf(body, input),
    toolChoice: body.tool_choice,
    parallelToolCalls: body.parallel_tool_calls !== false,
    maxOutputTokens: numberOf(body.max_output_tokens),
    temperature: numberOf(body.temperature),
    topP: numberOf(body.top_p),
    presencePenalty: numberOf(body.presence_penalty),
    frequencyPenalty: numberOf(body.frequency_penalty),
    format: readFormat(body.text),
  };
}

/** The same request about another input. */
export function withInput(request: ResponsesRequest, input: readonly JsonObject[]): ResponsesRequest {
  const body = { ...request.body, input };
  return { ...request, body, input, tools: toolsOf(body, input) };
}

/**
 * The same request for a provider that is to keep nothing: it is sent the whole conversation each time, so that any
 * deployment and any key can answer it.
 *
 * @param isKept whether the gateway keeps the response. A model that reasons then has to hand out its sealed reasoning,
 * or the next request could not give it back.
 */
export function selfContained(request: ResponsesRequest, isKept: boolean): ResponsesRequest {
  const rest = without(request.body, 'previous_response_id');
  const asked: readonly unknown[] = Array.isArray(rest.include) ? rest.include : [];
  const isReasoning = isKept && isObject(rest.reasoning) && !asked.includes(SEALED_REASONING);
  const include = isReasoning ? { include: [...asked, SEALED_REASONING] } : {};
  return { ...request, body: { ...rest, ...include, store: false } };
}

const SEALED_REASONING = 'reasoning.encrypted_content';

const toolsOf = (body: JsonObject, input: readonly JsonObject[]): readonly JsonObject[] => [
  ...objectsOf(body.tools),
  ...input.filter(isAdditionalTools).flatMap((item) => objectsOf(item.tools)),
];

function readInput(input: unknown): readonly JsonObject[] {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }];
  if (Array.isArray(input) && input.every(isObject)) return input;
  if (input === undefined) throw invalidRequest('input', '"input" is missing.');
  throw invalidRequest('input', '"input" must be a text or a list of items.');
}

/** Some models of codex's catalog get their tools as an input item. */
const isAdditionalTools = (item: JsonObject): boolean => item.type === 'additional_tools';

function readFormat(text: unknown): JsonObject | undefined {
  const format = isObject(text) && isObject(text.format) ? text.format : undefined;
  return format?.type === 'json_schema' || format?.type === 'json_object' ? format : undefined;
}
