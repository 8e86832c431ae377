import { In, Not } from 'typeorm';
import type { Database } from '../../database/database';
import { textOf } from '../dto/message.dto';
import { MessageEntity } from '../entities/message.entity';
import { TurnEntity } from '../entities/turn.entity';

/** Turns that are looked at, the newest. */
const MAX_TURNS = 200;
/** Of one message; its middle is left out. */
const MAX_MESSAGE = 4_000;

/** What was said in a chat, for a model to read: the newest of it, up to so many characters. */
export async function transcriptOf(database: Database, chatId: string, maxLength: number): Promise<string> {
  const { read } = database;
  const where = { chatId, status: In(['running', 'completed', 'interrupted', 'failed'] as const) };
  const turns = await read.find(TurnEntity, { where, order: { ordinal: 'DESC' }, take: MAX_TURNS });
  const spoken = turns.filter(({ options }) => options.kind !== 'compaction').map(({ id }) => id);
  const messages = await read.find(MessageEntity, {
    ...{ where: { turnId: In(spoken), status: Not(In(['streaming', 'superseded'] as const)) } },
    ...{ order: { seq: 'DESC' as const } },
  });
  const lines: string[] = [];
  let room = maxLength;
  for (const { role, content } of messages) {
    const text = shortened(textOf(content).trim());
    if (text === '') continue;
    const line = `${role === 'user' ? 'User' : 'Agent'}: ${text}`;
    room -= line.length;
    if (room < 0) break;
    lines.unshift(line);
  }
  return lines.join('\n\n');
}

function shortened(text: string): string {
  if (text.length <= MAX_MESSAGE) return text;
  const half = MAX_MESSAGE / 2;
  return `${text.slice(0, half)} [...] ${text.slice(-half)}`;
}
