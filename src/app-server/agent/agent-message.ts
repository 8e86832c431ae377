import type { JsonValue } from '../protocol/generated/serde_json/JsonValue';
import type { UserInput } from '../protocol/generated/v2/UserInput';

/** A part of a message: text, or an image as a data URL. */
export type AgentContent =
  { readonly type: 'text'; readonly text: string } | { readonly type: 'image'; readonly url: string };

/** What a user sends to the agent, under an id by which the record of the turn names it later. */
export interface UserMessage {
  readonly id: string;
  readonly content: readonly AgentContent[];
}

/** A message of a conversation that happened before. */
export interface HistoryMessage {
  readonly role: 'user' | 'assistant';
  readonly content: readonly AgentContent[];
}

/** Characters that are put into a thread at most, of texts and of images; what is newest counts. */
const MAX_HISTORY: Readonly<Record<AgentContent['type'], number>> = { text: 200_000, image: 4_194_304 };

/** Content as codex takes it. */
export function userInput(content: readonly AgentContent[]): UserInput[] {
  return content.map((part) =>
    part.type === 'text' ? { type: 'text', text: part.text, text_elements: [] } : { type: 'image', url: part.url },
  );
}

/** What we have sent, as codex records it; its other kinds of input we do not send. */
export function contentOf(input: readonly UserInput[]): AgentContent[] {
  return input.flatMap((part): AgentContent[] => {
    if (part.type === 'text') return [{ type: 'text', text: part.text }];
    return part.type === 'image' && 'url' in part ? [{ type: 'image', url: part.url }] : [];
  });
}

/** Items of codex's own history, of the newest messages whose texts fit, with the newest images that do. */
export function historyItems(messages: readonly HistoryMessage[]): JsonValue[] {
  const room = { ...MAX_HISTORY };
  const items: JsonValue[] = [];
  for (const { role, content } of messages.toReversed()) {
    room.text -= content.reduce((sum, part) => sum + (part.type === 'text' ? part.text.length : 0), 0);
    if (room.text < 0) break;
    const fitting = content.filter((part) => part.type === 'text' || (room.image -= part.url.length) >= 0);
    const parts = fitting.flatMap((part) => historyPart(role, part));
    if (parts.length > 0) items.unshift({ type: 'message', role, content: parts });
  }
  return items;
}

function historyPart(role: HistoryMessage['role'], part: AgentContent): JsonValue[] {
  if (part.type === 'image') return [{ type: 'input_image', image_url: part.url }];
  return part.text === '' ? [] : [{ type: role === 'user' ? 'input_text' : 'output_text', text: part.text }];
}
