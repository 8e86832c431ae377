import { once } from '../../common/once';
import { isObject, JsonObject, numberOf, objectsOf, parseJson, textOf, without } from './json';
import { fieldSpans, JsonSpan, lazyObject } from './json-spans';
import { invalidRequest } from './openai.error';

/** A call of the Responses API, checked as far as every caller's is. */
export interface ResponsesRequest {
  /** The body as it came, for providers that speak the Responses API themselves. */
  readonly body: JsonObject;
  /** The same as bytes, where a provider can be given them but for a few fields. */
  readonly source?: RequestSource;
  /** Fields that a provider which is given the body is given besides. */
  readonly added?: JsonObject;
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

/** The bytes of a request, and where its fields stand in them. */
export interface RequestSource {
  readonly bytes: Buffer;
  readonly spans: readonly JsonSpan[];
}

/** Bytes up to which a request is read at once; codex's are longer, by its instructions and tools alone. */
const SHORT_BYTES = 16 * 1024;

/** In the bytes of a request, an item that this gateway has sealed, and no provider could read. */
const SEALED = '"crk';

/**
 * A request of which only a provider needs to know everything: what is long in it is read when somebody asks for it. For
 * requests of codex, which are what they should be, and mostly go to a provider as they are: reading and writing 100 KB
 * of history took a third of the processor time of a whole turn (measured).
 *
 * @throws OpenAiError 400 for bytes that are no JSON object.
 */
export function readLazily(bytes: Buffer): ResponsesRequest {
  if (bytes.length <= SHORT_BYTES) return readResponsesRequest(parseJson(bytes.toString()));
  const spans = fieldSpans(bytes);
  if (spans === undefined) throw invalidRequest(null, 'The body must be a JSON object.');
  const isContinued = spans.some(({ key }) => key === 'previous_response_id');
  const isForProvider = !isContinued && !bytes.includes(SEALED);
  return requestOf(shortFields(bytes, spans), isForProvider ? { bytes, spans } : undefined);
}

function shortFields(bytes: Buffer, spans: readonly JsonSpan[]): JsonObject {
  try {
    return lazyObject(bytes, spans);
  } catch (cause) {
    throw Object.assign(invalidRequest(null, 'The body must be a JSON object.'), { cause });
  }
}

/** @throws OpenAiError 400 that names the field. */
export function readResponsesRequest(body: unknown): ResponsesRequest {
  if (!isObject(body)) throw invalidRequest(null, 'The body must be a JSON object.');
  const request = requestOf(body);
  const { input } = request;
  if (body.model != null && textOf(body.model) === undefined) throw invalidRequest('model', '"model" must be a text.');
  if (body.tools != null && !Array.isArray(body.tools)) throw invalidRequest('tools', '"tools" must be a list.');
  return { ...request, input };
}

function requestOf(body: JsonObject, source?: RequestSource): ResponsesRequest {
  const input = once(() => readInput(body));
  const tools = once(() => toolsOf(body, input()));
  return {
    body,
    source,
    get input() {
      return input();
    },
    get tools() {
      return tools();
    },
    get instructions() {
      return textOf(body.instructions);
    },
    model: textOf(body.model),
    stream: body.stream === true,
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
  return { ...request, source: undefined, body, input, tools: toolsOf(body, input) };
}

/** How a model is to answer, where whoever runs the thread says so. */
export interface Sampling {
  readonly temperature?: number;
  readonly maxOutputTokens?: number;
}

/** The same request, which is not read for it, with another sampling. */
export function withSampling(request: ResponsesRequest, { temperature, maxOutputTokens }: Sampling): ResponsesRequest {
  const added = {
    ...(temperature !== undefined && { temperature }),
    ...(maxOutputTokens && { max_output_tokens: maxOutputTokens }),
  };
  if (Object.keys(added).length === 0) return request;
  const set = {
    temperature: temperature ?? request.temperature,
    maxOutputTokens: maxOutputTokens ?? request.maxOutputTokens,
  };
  const same = Object.getOwnPropertyDescriptors(request);
  const other = Object.getOwnPropertyDescriptors({ ...set, added });
  return Object.defineProperties({}, { ...same, ...other }) as ResponsesRequest;
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
  const included: readonly unknown[] = Array.isArray(rest.include) ? rest.include : [];
  const isReasoning = isKept && isObject(rest.reasoning) && !included.includes(SEALED_REASONING);
  const include = isReasoning ? { include: [...included, SEALED_REASONING] } : {};
  return { ...request, source: undefined, body: { ...rest, ...include, store: false } };
}

const SEALED_REASONING = 'reasoning.encrypted_content';

const toolsOf = (body: JsonObject, input: readonly JsonObject[]): readonly JsonObject[] => [
  ...objectsOf(body.tools),
  ...input.filter(isAdditionalTools).flatMap((item) => objectsOf(item.tools)),
];

function readInput(body: JsonObject): readonly JsonObject[] {
  const input = body.input ?? (body.previous_response_id == null ? undefined : []);
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }];
  if (Array.isArray(input) && input.every(isObject)) return input;
  if (input === undefined) throw invalidRequest('input', '"input" is missing.');
  throw invalidRequest('input', '"input" must be a text or a list of items.');
}

/** A conversation that was replaced by a summary, sealed by whoever made it. */
export const isCompaction = (item: JsonObject): boolean => item.type === 'compaction';

/** Some models of codex's catalog get their tools as an input item. */
const isAdditionalTools = (item: JsonObject): boolean => item.type === 'additional_tools';

function readFormat(text: unknown): JsonObject | undefined {
  const format = isObject(text) && isObject(text.format) ? text.format : undefined;
  return format?.type === 'json_schema' || format?.type === 'json_object' ? format : undefined;
}
