import { join } from 'node:path';
import { AgentActionEntity } from '../../src/chat/entities/agent-action.entity';
import { ChatEntity } from '../../src/chat/entities/chat.entity';
import { EventEntity } from '../../src/chat/entities/event.entity';
import { MessageEntity } from '../../src/chat/entities/message.entity';
import { TurnEntity } from '../../src/chat/entities/turn.entity';
import { toAgentActionDto } from '../../src/chat/dto/agent-action.dto';
import { toMessageDto } from '../../src/chat/dto/message.dto';
import { toTurnDto } from '../../src/chat/dto/turn.dto';
import { newId } from '../../src/common/ids';
import { now } from '../../src/common/clock';
import { Database } from '../../src/database/database';
import { insert } from '../../src/database/rows';
import { SqliteDialect } from '../../src/database/sqlite-dialect';
import { schema } from '../../src/schema';
import { Random } from '../chaos/seeded-random';
import type { RelayService } from './service';
import { newTurn } from './stored-turn';

export interface LongChat {
  readonly turns: number;
  readonly words: number;
  readonly actions: number;
}

const DELTA_WORDS = 5;
const ROWS_AT_ONCE = 500;

/** Writes turns into a chat of a service on SQLite, as its agent would have, deltas included. Restarts the service for that. */
export async function fillChat(service: RelayService, chatId: string, size: LongChat): Promise<void> {
  const { port } = new URL(service.url);
  await service.stop();
  const database = new Database(new SqliteDialect(join(service.dataRoot, 'db'), schema));
  await database.open();
  try {
    await new Writing(database, chatId, new Random(1)).write(size);
  } finally {
    await database.close();
  }
  await service.restart({ PORT: port });
}

class Writing {
  private readonly events: EventEntity[] = [];
  private readonly vocabulary: readonly string[];

  constructor(
    private readonly database: Database,
    private readonly chatId: string,
    private readonly random: Random,
  ) {
    const syllables = [
      'ta',
      'ri',
      'no',
      'vel',
      'ash',
      'ku',
      'men',
      'dor',
      'is',
      'pra',
      'lo',
      'den',
      'qui',
      'sta',
      'er',
    ];
    const word = (): string => Array.from({ length: random.between(1, 4) }, () => random.pick(syllables)).join('');
    this.vocabulary = Array.from({ length: 2_500 }, word);
  }

  async write({ turns, words, actions }: LongChat): Promise<void> {
    for (let turn = 1; turn <= turns; turn++) {
      await this.writeTurn(
        turn,
        Math.ceil(words / turns),
        Math.round((actions * turn) / turns) - Math.round((actions * (turn - 1)) / turns),
      );
    }
    for (let start = 0; start < this.events.length; start += ROWS_AT_ONCE) {
      await this.database.write(insert(EventEntity, this.events.slice(start, start + ROWS_AT_ONCE)));
    }
    const lastSeq = this.events.length;
    await this.database.write((tx) => tx.update(ChatEntity, { id: this.chatId }, { lastSeq, title: 'A long chat' }));
  }

  private async writeTurn(ordinal: number, words: number, actions: number): Promise<void> {
    const at = now();
    const turn = newTurn(this.chatId, { ordinal, status: 'completed', synced: true, startedAt: at, endedAt: at });
    await this.database.write(insert(TurnEntity, turn));
    await this.message(turn, 'user', `Question ${ordinal}: ${this.words(12)}?`);
    this.add(turn, 'turn.queued', { turn: toTurnDto(turn), position: 0 });
    this.add(turn, 'turn.started', { turn: toTurnDto(turn) });
    this.add(turn, 'reasoning.completed', { itemId: newId(), text: this.words(40), superseded: false });
    for (let action = 0; action < actions; action++) await this.command(turn);
    await this.message(turn, 'assistant', `Answer ${ordinal}: ${this.words(words)}`);
    this.add(turn, 'turn.completed', { status: 'completed', usage: turn.usage, error: null, turn: toTurnDto(turn) });
  }

  private async message(turn: TurnEntity, role: MessageEntity['role'], text: string): Promise<void> {
    const base = {
      id: newId(),
      userId: turn.userId,
      authorId: role === 'user' ? turn.authorId : null,
      chatId: this.chatId,
      turnId: turn.id,
      role,
      clientMessageId: null,
      fingerprint: null,
    };
    const row: Omit<MessageEntity, 'seq'> = {
      ...{ ...base, content: [{ type: 'text', text }], status: 'final', createdAt: now() },
    };
    const begun = role === 'user' ? row : { ...row, content: [], status: 'streaming' as const };
    const author = role === 'user' ? { id: turn.authorId ?? '', displayName: turn.authorId ?? '' } : null;
    const seq = this.add(turn, 'message.created', { message: toMessageDto(begun, author) });
    await this.database.write(insert(MessageEntity, { ...row, seq }));
    if (role === 'user') return;
    const pieces = text.match(new RegExp(`(?:\\S+\\s*){1,${DELTA_WORDS}}`, 'g')) ?? [];
    for (const delta of pieces) this.add(turn, 'message.delta', { messageId: row.id, delta });
    this.add(turn, 'message.completed', { message: toMessageDto(row) });
  }

  private async command(turn: TurnEntity): Promise<void> {
    const lines = Array.from({ length: this.random.between(1, 120) }, () => `${this.words(1)}.ts: ${this.words(8)}`);
    const command = `rg ${this.words(2)} src`;
    const data = { command: `bash -lc '${command}'`, cwd: '.', output: lines.join('\n'), exitCode: 0, durationMs: 31 };
    const base = { id: newId(), userId: turn.userId, chatId: this.chatId, turnId: turn.id, kind: 'command' as const };
    const row: Omit<AgentActionEntity, 'seq'> = {
      ...{ ...base, status: 'completed', title: command, data, startedAt: now(), endedAt: now() },
    };
    const seq = this.add(turn, 'item.started', {
      item: toAgentActionDto({ ...row, status: 'running', endedAt: null }),
    });
    this.add(turn, 'command.output', { itemId: row.id, delta: data.output });
    this.add(turn, 'item.completed', { item: toAgentActionDto(row) });
    await this.database.write(insert(AgentActionEntity, { ...row, seq }));
  }

  private add(turn: TurnEntity, type: string, data: object): number {
    const seq = this.events.length + 1;
    const { userId, id: turnId } = turn;
    this.events.push({ chatId: this.chatId, seq, previousSeq: null, userId, turnId, type, at: now(), data });
    return seq;
  }

  /** In sentences and paragraphs. */
  private words(count: number): string {
    const words = Array.from({ length: count }, () => this.random.pick(this.vocabulary));
    return words
      .map((word, index) => (index % 80 === 79 ? `${word}.\n\n` : index % 11 === 10 ? `${word}. ` : `${word} `))
      .join('')
      .trim();
  }
}
