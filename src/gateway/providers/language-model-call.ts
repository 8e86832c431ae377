import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FinishReason,
  LanguageModelV4Prompt,
  LanguageModelV4StreamPart,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider';
import { specOf } from '../catalog/backend';
import { Deployment } from '../catalog/deployment';
import { ModelSpec, REASONING_LEVELS } from '../catalog/model-spec';
import { parseExactly } from '../wire/exact-json';
import { failureIn } from '../wire/failure-reason';
import { endedWith, usualReason } from '../wire/finish-reason';
import { isObject, JsonObject, objectsOf, textOf } from '../wire/json';
import { ResponsesRequest } from '../wire/responses-request';
import { upstreamErrorOf } from '../wire/upstream-failure';
import { UpstreamError } from '../wire/upstream.error';
import { RequestTraits, TranslatedProvider } from './provider';
import { AnswerParts } from './translation/answer-parts';
import { Dialect } from './translation/dialect';
import { dialectOf } from './translation/dialect-table';
import { fittedPrompt, hasForeignCalls } from './translation/fitted-prompt';
import { promptOf } from './translation/prompt';
import { ToolCatalog } from './translation/tool-catalog';

export interface TranslatedCall {
  readonly model: LanguageModelV4;
  readonly options: LanguageModelV4CallOptions;
  /** Whether the model may write its thoughts into its text. */
  readonly thinksInText?: boolean;
}

/**
 * A Responses request in the terms of one deployment's language model.
 *
 * @param more what the request's own protocol says beyond the Responses API.
 */
export function translatedCall(
  provider: TranslatedProvider,
  deployment: Deployment,
  request: ResponsesRequest,
  catalog: ToolCatalog,
  more: Partial<LanguageModelV4CallOptions> = {},
): TranslatedCall {
  const { backend } = deployment;
  const spec = specOf(backend, deployment.model);
  const dialect = dialectOf(backend.type);
  const translated = callOptionsOf(request, catalog, backend.id);
  const prompt = fittedPrompt(translated.prompt, dialect);
  const traits = traitsOf(request, translated);
  const effort = effortOf(more.reasoning ?? requestedEffort(request), spec);
  const options: LanguageModelV4CallOptions = {
    ...translated,
    ...more,
    prompt: withJsonInstruction(
      dialect.argumentText ? prompt : withArgumentObjects(prompt),
      request.format?.type === 'json_object' && !dialect.jsonObject,
    ),
    maxOutputTokens: outputLimitOf(request, spec),
    reasoning: effort && dialect.thoughtsBesideCalls && hasForeignCalls(prompt) ? 'none' : effort,
    providerOptions: {
      ...sdkOptionsOf(dialect, traits),
      ...provider.providerOptions?.(traits),
      ...more.providerOptions,
    },
  };
  return {
    model: provider.languageModel(deployment),
    options: provider.prepare?.(options, deployment, traits) ?? options,
    thinksInText: dialect.thinksInText,
  };
}

/** The AI SDK's call for a Responses request. A request without tools, as compaction is one, has no tool choice. */
function callOptionsOf(request: ResponsesRequest, catalog: ToolCatalog, backendId: string): LanguageModelV4CallOptions {
  const tools = allowedTools(request.toolChoice, catalog);
  return {
    prompt: promptOf(request, catalog, backendId),
    maxOutputTokens: request.maxOutputTokens,
    temperature: request.temperature,
    topP: request.topP,
    presencePenalty: request.presencePenalty,
    frequencyPenalty: request.frequencyPenalty,
    responseFormat: responseFormatOf(request.format),
    ...(tools.length > 0 ? { tools, toolChoice: toolChoiceOf(request.toolChoice, catalog) } : {}),
  };
}

function allowedTools(choice: unknown, catalog: ToolCatalog): ToolCatalog['tools'] {
  if (!isObject(choice) || choice.type !== 'allowed_tools') return catalog.tools;
  const allowed = new Set(objectsOf(choice.tools).map((tool) => upstreamNameOf(tool, catalog)));
  return catalog.tools.filter(({ name }) => allowed.has(name));
}

const upstreamNameOf = (tool: JsonObject, catalog: ToolCatalog): string =>
  catalog.upstreamName(textOf(tool.name) ?? '', textOf(tool.namespace));

function toolChoiceOf(choice: unknown, catalog: ToolCatalog): LanguageModelV4CallOptions['toolChoice'] {
  const mode = isObject(choice) && choice.type === 'allowed_tools' ? choice.mode : choice;
  if (mode === 'none' || mode === 'required') return { type: mode };
  const named = isObject(mode) && (mode.type === 'function' || mode.type === 'custom');
  return named ? { type: 'tool', toolName: upstreamNameOf(mode, catalog) } : { type: 'auto' };
}

type ResponseFormat = LanguageModelV4CallOptions['responseFormat'];
type JsonSchema = Extract<ResponseFormat, { type: 'json' }>['schema'];
const isJsonSchema = (value: unknown): value is NonNullable<JsonSchema> => isObject(value);

function responseFormatOf(format: JsonObject | undefined): ResponseFormat {
  if (format === undefined) return undefined;
  return {
    type: 'json',
    schema: isJsonSchema(format.schema) ? format.schema : undefined,
    name: textOf(format.name),
    description: textOf(format.description),
  };
}

/** What each provider has its own option for. */
const traitsOf = (request: ResponsesRequest, { tools }: LanguageModelV4CallOptions): RequestTraits => ({
  oneCallAtATime: tools !== undefined && !request.parallelToolCalls,
  schemaFormat: request.format?.type === 'json_schema' ? request.format : undefined,
  strictSchema: request.format?.strict === true,
});

/** Options only where they say something: not every compatible server knows them. */
function sdkOptionsOf(
  { sdk }: Dialect,
  { oneCallAtATime, schemaFormat, strictSchema }: RequestTraits,
): SharedV4ProviderOptions {
  if (sdk === undefined) return {};
  const hasStrict = sdk.strictSchema !== undefined && schemaFormat !== undefined;
  return {
    [sdk.key]: {
      ...sdk.always,
      ...(oneCallAtATime ? sdk.oneCall : {}),
      ...(hasStrict ? { [sdk.strictSchema]: strictSchema } : {}),
    },
  };
}

/** An instruction to answer in JSON of any form, for a provider that has no field for it. */
const JSON_WISH = 'Answer with one JSON object and nothing else: no words around it, no code fence.';

function withJsonInstruction(prompt: LanguageModelV4Prompt, isNeeded: boolean): LanguageModelV4Prompt {
  if (!isNeeded) return prompt;
  const [first, ...rest] = prompt;
  if (first?.role !== 'system') return [{ role: 'system', content: JSON_WISH }, ...prompt];
  return [{ ...first, content: `${first.content}\n\n${JSON_WISH}` }, ...rest];
}

const requestedEffort = ({ body: { reasoning } }: ResponsesRequest): unknown =>
  isObject(reasoning) ? reasoning.effort : undefined;

/** The requested effort, if the model is known to have it. */
const effortOf = (
  requested: unknown,
  { reasoningLevels }: Pick<ModelSpec, 'reasoningLevels'>,
): LanguageModelV4CallOptions['reasoning'] =>
  REASONING_LEVELS.find((level) => level === requested && reasoningLevels?.includes(level));

/** What a translated request's answer says of itself, where that differs from what was asked: a response echoes what was used. */
export function usedParameters(request: ResponsesRequest, spec: ModelSpec): UsedParameters {
  return {
    effort: effortOf(requestedEffort(request), spec) ?? null,
    maxOutputTokens: outputLimitOf(request, spec) ?? null,
  };
}

export interface UsedParameters {
  readonly effort: string | null;
  readonly maxOutputTokens: number | null;
}

/** Never more than the model can give. */
const outputLimitOf = (
  { maxOutputTokens: requested }: ResponsesRequest,
  { maxOutputTokens: most }: Pick<ModelSpec, 'maxOutputTokens'>,
): number | undefined => (requested === undefined || most === null ? requested : Math.min(requested, most));

/**
 * The prompt with the arguments of earlier calls as objects: Anthropic, Gemini and Bedrock take nothing else, and some
 * of the AI SDK's providers would encode a text once more.
 */
const withArgumentObjects = (prompt: LanguageModelV4Prompt): LanguageModelV4Prompt =>
  prompt.map((message) => {
    if (message.role !== 'assistant') return message;
    const content = message.content.map((part) =>
      part.type === 'tool-call' ? { ...part, input: argumentObject(part.input) } : part,
    );
    return { ...message, content };
  });

function argumentObject(input: unknown): unknown {
  const value = typeof input === 'string' ? parseExactly(input) : input;
  return isObject(value) ? value : { input: value ?? input };
}

type Part = LanguageModelV4StreamPart;

const NO_OUTPUT = new Set<Part['type']>(['stream-start', 'response-metadata', 'ping', 'raw']);
const ENDS_ITEM = new Set<Part['type']>(['text-end', 'reasoning-end', 'tool-input-end', 'tool-call']);

/** Whether a part is something of the answer, which cannot be taken back once it is sent on. */
export const isOutput = ({ type }: Part): boolean => !NO_OUTPUT.has(type);

/**
 * The parts of one attempt at a model's answer.
 *
 * @throws UpstreamError; the signal's reason when it is aborted.
 */
export async function* languageModelStream(
  { model, options, thinksInText = false }: TranslatedCall,
  signal: AbortSignal,
): AsyncGenerator<Part> {
  try {
    const { stream } = await model.doStream({ ...options, abortSignal: signal });
    yield* completeItems(stream, new AnswerParts(thinksInText));
  } catch (error) {
    signal.throwIfAborted();
    throw upstreamErrorOf(error);
  }
}

/**
 * Buffers the end of an item until something good follows. When a stream is cut off the AI SDK ends the open
 * items before it says so; passed on, half a message would count as a complete one and half a call would be run.
 */
async function* completeItems(stream: ReadableStream<Part>, parts: AnswerParts): AsyncGenerator<Part> {
  let buffered: Part[] = [];
  let hasCalls = false;
  let hasText = false;
  for await (const given of stream) {
    if (given.type === 'error') throw upstreamErrorOf(given.error);
    hasCalls ||= given.type === 'tool-call';
    hasText ||= given.type === 'text-delta' && given.delta.trim() !== '';
    if (given.type === 'finish') checkEnd(given.finishReason, hasCalls || hasText);
    for (const part of parts.push(given)) {
      if (ENDS_ITEM.has(part.type)) {
        buffered.push(part);
        continue;
      }
      if (buffered.length > 0) {
        yield* part.type === 'finish' && part.finishReason.unified === 'length' ? buffered.filter(isCall) : buffered;
        buffered = [];
      }
      yield part;
    }
  }
}

/** At its longest length an answer has not ended its text, but stopped in it: the encoder closes it as incomplete. */
const isCall = ({ type }: Part): boolean => type === 'tool-call' || type === 'tool-input-end';

/** The AI SDK leaves out calls that have no name; an answer that consists of them would end the turn without a word. */
function checkEnd(reason: LanguageModelV4FinishReason, hasAnswer: boolean): void {
  const failure = failureIn(reason.raw);
  if (failure !== undefined) throw failure;
  if (usualReason(reason.raw ?? '') === 'failed') throw upstreamErrorOf({ message: endedWith(reason.raw) });
  if (brokeOff(reason)) throw UpstreamError.cutOff();
  if (reason.unified !== 'tool-calls' || hasAnswer) return;
  throw new UpstreamError('upstream_error', 'called a tool without saying which', { retryable: true });
}

/** Some of the AI SDK's providers finish whatever ends, also an empty body; then the model itself gave no reason. */
const brokeOff = ({ unified, raw }: LanguageModelV4FinishReason): boolean =>
  unified === 'error' || unified === 'interrupted' || raw === undefined;
