import { JsonObject, textOf } from '../wire/json';

/** Marks a summary as ours; a provider's own `encrypted_content` never starts so. */
const PREFIX = 'crkc1.';

/** What the next model reads before the summary. */
const INTRODUCTION = 'Summary of the conversation so far, made because it had grown long:\n\n';

/**
 * The summary of a conversation in the `encrypted_content` of a compaction item. It is opaque, not secret: the client
 * knows the conversation. It holds words alone, so that any backend can go on from it.
 */
export const sealSummary = (summary: string): string => PREFIX + Buffer.from(summary).toString('base64url');

export function openSummary(encryptedContent: unknown): string | undefined {
  const sealed = textOf(encryptedContent);
  if (sealed === undefined || !sealed.startsWith(PREFIX)) return undefined;
  return Buffer.from(sealed.slice(PREFIX.length), 'base64url').toString();
}

/** The message that stands for a compaction item of ours, for the model; `undefined` for a provider's own. */
export function summaryMessage(item: JsonObject): JsonObject | undefined {
  const summary = openSummary(item.encrypted_content);
  if (summary === undefined) return undefined;
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text: INTRODUCTION + summary }] };
}
