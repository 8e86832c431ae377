import type { JsonValue } from '../../app-server/protocol/generated/serde_json/JsonValue';
import type { Turn } from '../../app-server/protocol/generated/v2/Turn';
import { textOf } from '../dto/message.dto';
import { MessageEntity } from '../entities/message.entity';

/** Characters of history that are put into a thread at most; the newest count. */
const MAX_HISTORY = 200_000;

/** Messages in the form of codex's own history, the newest of them that fit. */
export function historyItems(messages: readonly MessageEntity[]): JsonValue[] {
  let room = MAX_HISTORY;
  const fitting = messages.toReversed().filter((message) => (room -= textOf(message.content).length) >= 0);
  return fitting.toReversed().flatMap(historyItem);
}

function historyItem({ role, content }: MessageEntity): JsonValue[] {
  const text = textOf(content);
  if (text === '') return [];
  const part = { type: role === 'user' ? 'input_text' : 'output_text', text };
  return [{ type: 'message', role, content: [part] }];
}

/** Those of a turn's messages that codex's own record of its last turn lacks. */
export function unknownToCodex(messages: readonly MessageEntity[], last: Turn | null): MessageEntity[] {
  const items = last?.items ?? [];
  const sent = new Set(items.map((item) => (item.type === 'userMessage' ? item.clientId : null)));
  const said = new Set(items.map((item) => (item.type === 'agentMessage' ? item.text : null)));
  return messages.filter(({ id, role, content }) => (role === 'user' ? !sent.has(id) : !said.has(textOf(content))));
}
