import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { ModelSpec, REASONING_LEVELS } from '../../backends/model-spec';
import { isObject, JsonObject, objectsOf, textOf } from '../../wire/json';
import { ResponsesRequest } from '../../wire/responses-request';
import { RequestTraits } from '../provider';
import { promptOf } from './prompt';
import { ToolCatalog } from './tool-catalog';

/** The AI SDK's call for a Responses request. A request without tools, as compaction is one, has no tool choice. */
export function callOptionsOf(
  request: ResponsesRequest,
  catalog: ToolCatalog,
  backendId: string,
): LanguageModelV4CallOptions {
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
export const traitsOf = (request: ResponsesRequest, { tools }: LanguageModelV4CallOptions): RequestTraits => ({
  oneCallAtATime: tools !== undefined && !request.parallelToolCalls,
  looseSchema: request.format?.strict === false,
});

export const askedEffort = ({ body: { reasoning } }: ResponsesRequest): unknown =>
  isObject(reasoning) ? reasoning.effort : undefined;

/** The effort that was asked for, if the model is known to have it. */
export const effortOf = (
  asked: unknown,
  { reasoningLevels }: Pick<ModelSpec, 'reasoningLevels'>,
): LanguageModelV4CallOptions['reasoning'] =>
  REASONING_LEVELS.find((level) => level === asked && reasoningLevels?.includes(level));

/** Never more than the model can give. */
export const outputLimitOf = (
  { maxOutputTokens: asked }: ResponsesRequest,
  { maxOutputTokens: most }: Pick<ModelSpec, 'maxOutputTokens'>,
): number | undefined => (asked === undefined || most === null ? asked : Math.min(asked, most));
