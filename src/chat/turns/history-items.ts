import type { JsonValue } from '../../app-server/protocol/generated/serde_json/JsonValue';
import type { Turn } from '../../app-server/protocol/generated/v2/Turn';
import { textOf } from '../dto/message.dto';
import { ContentPart, MessageEntity, MessageRole } from '../entities/message.entity';

/** Characters that are put into a thread at most, of texts and of images; what is newest counts. */
const MAX_HISTORY: Readonly<Record<ContentPart['type'], number>> = { text: 200_000, image: 4_194_304 };

/** Messages in the form of codex's own history, the newest of them whose texts fit, with the newest images that do. */
export function historyItems(messages: readonly MessageEntity[]): JsonValue[] {
  const room = { ...MAX_HISTORY };
  const items: JsonValue[] = [];
  for (const { role, content } of messages.toReversed()) {
    room.text -= textOf(content).length;
    if (room.text < 0) break;
    const fitting = content.filter((part) => part.type === 'text' || (room.image -= part.url.length) >= 0);
    const parts = fitting.flatMap((part) => historyPart(role, part));
    if (parts.length > 0) items.unshift({ type: 'message', role, content: parts });
  }
  return items;
}

function historyPart(role: MessageRole, part: ContentPart): JsonValue[] {
  if (part.type === 'image') return [{ type: 'input_image', image_url: part.url }];
  return part.text === '' ? [] : [{ type: role === 'user' ? 'input_text' : 'output_text', text: part.text }];
}

/** Those of a turn's messages that codex's own record of its last turn lacks. */
export function unknownToCodex(messages: readonly MessageEntity[], last: Turn | null): MessageEntity[] {
  const items = last?.items ?? [];
  const sent = new Set(items.map((item) => (item.type === 'userMessage' ? item.clientId : null)));
  const said = new Set(items.map((item) => (item.type === 'agentMessage' ? item.text : null)));
  return messages.filter(({ id, role, content }) => (role === 'user' ? !sent.has(id) : !said.has(textOf(content))));
}
