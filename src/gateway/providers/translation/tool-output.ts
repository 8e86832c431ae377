import type { LanguageModelV4FilePart } from '@ai-sdk/provider';
import { isObject, JsonObject } from '../../wire/json';
import { contentParts, contentText } from './content-parts';

/** What a tool gave back, split by what a chat API's `tool` message can carry. */
export interface ToolOutput {
  readonly text: string;
  /** Goes into a user message after the tool messages. */
  readonly files: readonly LanguageModelV4FilePart[];
}

/** For a call whose output is not in the history: an interrupted turn. Chat APIs refuse a call without an answer. */
export const MISSING_OUTPUT: ToolOutput = { text: 'aborted', files: [] };

export const isToolOutput = (item: JsonObject): boolean =>
  item.type === 'function_call_output' || item.type === 'custom_tool_call_output';

export function toolOutputOf(item: JsonObject): ToolOutput {
  const { output } = item;
  if (isObject(output)) return { text: JSON.stringify(output), files: [] };
  const files = contentParts(output).flatMap((part) => (part.type === 'file' ? part : []));
  const text = contentText(output);
  return { text: text === '' && files.length > 0 ? 'The output is the image in the next message.' : text, files };
}
