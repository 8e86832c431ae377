import { JsonObject, objectsOf, textOf } from '../wire/json';

/** What the model is asked for; the transcript follows. */
export const SUMMARY_REQUEST =
  'Summarize the conversation below for whoever continues it without having seen it. Keep every fact, decision, name, ' +
  'number and open task, what was tried and how it ended, and what the user asked for last. Write plain text, no preamble.';

/**
 * The conversation as text. It is quoted rather than replayed, so that the model neither answers it nor calls its
 * tools; images are named only.
 */
export function transcriptOf(items: readonly JsonObject[], instructions: string | undefined): string {
  const lines = items.flatMap((item) => lineOf(item) ?? []);
  const head = instructions === undefined ? [] : [`[instructions]\n${instructions}`];
  return ['<conversation>', ...head, ...lines, '</conversation>'].join('\n\n');
}

function lineOf(item: JsonObject): string | undefined {
  if (item.type === 'message' || item.type === undefined) return `[${String(item.role)}]\n${contentText(item.content)}`;
  if (item.type === 'function_call' || item.type === 'custom_tool_call') {
    return `[calls ${String(item.name)}]\n${textOf(item.arguments) ?? textOf(item.input) ?? ''}`;
  }
  if (textOf(item.type)?.endsWith('_call_output')) return `[output]\n${contentText(item.output)}`;
  return undefined;
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return objectsOf(content)
    .map((part) => textOf(part.text) ?? textOf(part.refusal) ?? `(${String(part.type)})`)
    .join('\n');
}

/** What a compaction keeps word for word. */
export const isUserMessage = ({ type, role }: JsonObject): boolean => type === 'message' && role === 'user';
