import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { isObject, JsonObject, numberOf, objectsOf, textOf } from '../wire/json';
import { invalidRequest } from '../wire/openai.error';
import { ResponsesRequest } from '../wire/responses-request';
import { inputItemsOf } from './completion-input';
import { CompletionRequest } from './completion-request';

/** What only OpenAI's own protocol can carry, so that it is refused instead of lost. */
const PASSED_ONLY = ['logprobs', 'audio', 'functions', 'function_call', 'web_search_options'];

/**
 * The same request in the terms of the Responses API, which the translation of the gateway starts from.
 *
 * @throws OpenAiError 400 for what cannot be translated.
 */
export function asResponsesRequest({ body, model, messages, stream }: CompletionRequest): ResponsesRequest {
  const lost = PASSED_ONLY.find((name) => body[name] != null && body[name] !== false);
  if (lost !== undefined) throw invalidRequest(lost, `This model's provider has no "${lost}".`);
  const input = inputItemsOf(messages());
  return {
    body: { reasoning: { effort: body.reasoning_effort } },
    ...{ model, stream, instructions: undefined, input },
    tools: objectsOf(body.tools).map(flatTool),
    toolChoice: toolChoiceOf(body.tool_choice),
    parallelToolCalls: body.parallel_tool_calls !== false,
    maxOutputTokens: numberOf(body.max_completion_tokens) ?? numberOf(body.max_tokens),
    temperature: numberOf(body.temperature),
    topP: numberOf(body.top_p),
    presencePenalty: numberOf(body.presence_penalty),
    frequencyPenalty: numberOf(body.frequency_penalty),
    format: formatOf(body.response_format),
  };
}

/** What the Responses API has no fields for. */
export const samplingOf = (body: JsonObject): Partial<LanguageModelV4CallOptions> => ({
  stopSequences: stopOf(body.stop),
  seed: numberOf(body.seed),
});

function stopOf(stop: unknown): string[] | undefined {
  if (typeof stop === 'string') return [stop];
  return Array.isArray(stop) ? stop.flatMap((text: unknown) => textOf(text) ?? []) : undefined;
}

/** A function or custom tool with its fields at the top, as the Responses API has them. */
function flatTool(tool: JsonObject): JsonObject {
  if (isObject(tool.custom)) return { type: 'custom', ...tool.custom, format: grammarOf(tool.custom.format) };
  return { type: 'function', ...(isObject(tool.function) ? tool.function : {}) };
}

const grammarOf = (format: unknown): unknown =>
  isObject(format) && isObject(format.grammar) ? { type: 'grammar', ...format.grammar } : format;

function toolChoiceOf(choice: unknown): unknown {
  if (!isObject(choice)) return choice;
  if (choice.type !== 'allowed_tools' || !isObject(choice.allowed_tools)) return flatTool(choice);
  const { mode, tools } = choice.allowed_tools;
  return { type: 'allowed_tools', mode, tools: objectsOf(tools).map(flatTool) };
}

function formatOf(format: unknown): JsonObject | undefined {
  if (!isObject(format)) return undefined;
  if (format.type === 'json_schema' && isObject(format.json_schema))
    return { type: 'json_schema', ...format.json_schema };
  return format.type === 'json_object' ? { type: 'json_object' } : undefined;
}
