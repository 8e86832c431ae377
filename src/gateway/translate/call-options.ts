import type { LanguageModelV4CallOptions, SharedV4ProviderOptions } from '@ai-sdk/provider';
import { isObject, JsonObject, objectsOf, textOf } from '../protocol/json';
import { ResponsesRequest } from '../protocol/responses-request';
import { COMPATIBLE_OPTIONS_KEY } from '../providers/openai-compatible.provider';
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
    responseFormat: responseFormatOf(request.format),
    ...(tools.length > 0 ? { tools, toolChoice: toolChoiceOf(request.toolChoice, catalog) } : {}),
    providerOptions: providerOptionsOf(request, tools.length > 0),
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

/** `parallel_tool_calls` only where it says something: not every compatible server knows the field. */
function providerOptionsOf(request: ResponsesRequest, hasTools: boolean): SharedV4ProviderOptions {
  const oneCallAtATime = hasTools && !request.parallelToolCalls ? { parallel_tool_calls: false } : {};
  const looseSchema = request.format?.strict === false ? { strictJsonSchema: false } : {};
  return { [COMPATIBLE_OPTIONS_KEY]: { ...oneCallAtATime, ...looseSchema } };
}
