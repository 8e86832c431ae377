import { Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { UsageLimits } from '../../access/limits/usage-limits';
import { now } from '../../common/clock';
import { ComponentLogger, Logger } from '../../common/logger';
import { Semaphore } from '../../common/semaphore';
import { ChatConfig } from '../../config/chat.config';
import { Database } from '../../database/database';
import { update } from '../../database/rows';
import type { Write } from '../../database/write-queue';
import { ChatQuestions } from '../../gateway/chat-questions';
import { asTitle, titleFrom } from '../chat-title';
import { ChatEntity } from '../entities/chat.entity';
import { MessageEntity } from '../entities/message.entity';
import { TurnEntity } from '../entities/turn.entity';
import { EventFeed } from '../event-log/event-feed';
import { EventLog } from '../event-log/event-log';
import { transcriptOf } from './transcript';

const AT_ONCE = 4;
/** Chats beyond that go without. */
const MAX_WAITING = 100;
const DEADLINE_MS = 60_000;
const MAX_TRANSCRIPT = 6_000;
/** With room for a model that thinks first. */
const MAX_OUTPUT_TOKENS = 1_000;

const REQUEST =
  'Name the conversation below, as the title of an entry in a list: three to seven words in the language of the user, ' +
  'without quotation marks and without a full stop. Answer with the title alone.';

/** Has the model name chats after their first answer, where nobody has. Nobody waits for it, and no turn depends on it. */
@Injectable()
export class ChatTitles implements OnApplicationBootstrap {
  private readonly logger: ComponentLogger;
  private readonly asking = new Semaphore(AT_ONCE);

  constructor(
    private readonly config: ChatConfig,
    private readonly database: Database,
    private readonly questions: ChatQuestions,
    private readonly limits: UsageLimits,
    private readonly log: EventLog,
    private readonly feed: EventFeed,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'titles' });
  }

  onApplicationBootstrap(): void {
    if (this.config.titles === 'off') return;
    this.feed.subscribeAll(
      (events) => {
        for (const event of events) {
          if (event.type === 'turn.completed' && event.data.status === 'completed') this.answered(event.data.turn.id);
        }
      },
      () => undefined,
    );
  }

  private answered(turnId: string): void {
    if (this.asking.waiting >= MAX_WAITING) return;
    this.asking
      .run(() => this.propose(turnId))
      .catch((error: unknown) => this.logger.warn({ err: error, turnId }, 'a chat was given no title by its model'));
  }

  private async propose(turnId: string): Promise<void> {
    const { read } = this.database;
    const turn = await read.findOneBy(TurnEntity, { id: turnId });
    const chat = turn && (await read.findOneBy(ChatEntity, { id: turn.chatId }));
    if (!chat || !(await this.isUnnamed(chat))) return;
    const question = {
      ...{ chatId: chat.id, userId: turn.authorId ?? chat.userId, backendId: chat.backend, model: chat.model },
      ...{ text: `${REQUEST}\n\n${await transcriptOf(this.database, chat.id, MAX_TRANSCRIPT)}` },
      maxOutputTokens: MAX_OUTPUT_TOKENS,
    };
    if (this.config.titles === 'unpriced' && !this.questions.isUnpriced(question)) return;
    await this.limits.requireUnspent(question.userId);
    const answer = await this.questions.ask(question, AbortSignal.timeout(DEADLINE_MS));
    const title = asTitle(answer.replace(/^["'“”„«»\s]+|["'“”„«».\s]+$/gu, ''));
    if (title !== '') await this.name(chat, title);
  }

  /** It has had its first answer, and has the title of its first message. */
  private async isUnnamed(chat: ChatEntity): Promise<boolean> {
    const { read } = this.database;
    if ((await read.countBy(TurnEntity, { chatId: chat.id, status: 'completed' })) !== 1) return false;
    const where = { chatId: chat.id, role: 'user' as const };
    const first = await read.findOne(MessageEntity, { where, order: { seq: 'ASC' } });
    return first !== null && chat.title === titleFrom(first.content);
  }

  /** Unless somebody has named it meanwhile, or has deleted it. */
  private async name({ id: chatId, userId, title: before }: ChatEntity, title: string): Promise<void> {
    const named: Write<void> = async (tx) => {
      const changed = await update(ChatEntity, { id: chatId, title: before }, { title, updatedAt: now() })(tx);
      if (changed !== 1) throw new Error('the chat has another title by now');
    };
    const event = { type: 'chat.updated' as const, turnId: null, data: { title } };
    await this.log.append({ chatId, userId }, { events: [event], writes: [named] }, 'refuse');
  }
}
