import type { JsonValue } from '../../app-server/protocol/generated/serde_json/JsonValue';
import type { Turn } from '../../app-server/protocol/generated/v2/Turn';
import { textOf } from '../dto/message.dto';
import { ContentPart, MessageEntity, MessageRole } from '../entities/message.entity';
import { asPublished, wholeTexts } from '../projection/whole-texts';
import { messageIdsOf, textsOf } from './codex-record';

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

/**
 * Those of a turn's messages that codex's own record of its last turn lacks. Of an answer that was cut off while it was
 * published codex may have the whole: it is known, too.
 */
export function unknownToCodex(messages: readonly MessageEntity[], last: Turn | null): MessageEntity[] {
  const record = { items: last?.items ?? [] };
  const sent = new Set(messageIdsOf(record));
  const said = messages.filter(({ role }) => role === 'assistant');
  const { ofMessages } = wholeTexts(said.map(asPublished), textsOf(record));
  const known = new Set(said.filter((_, index) => ofMessages[index] !== undefined));
  return messages.filter((message) => (message.role === 'user' ? !sent.has(message.id) : !known.has(message)));
}
