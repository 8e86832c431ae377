import { BeforeApplicationShutdown, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { ComponentLogger, Logger } from '../../common/logger';
import { Database } from '../../database/database';
import { update } from '../../database/rows';
import type { Write } from '../../database/write-queue';
import type { WriteTransaction } from '../../database/write-transaction';
import { StorageState } from '../../storage/storage-state.entity';
import { EventEntity } from '../entities/event.entity';
import { MessageEntity } from '../entities/message.entity';
import { MessagePictures } from './message-pictures';

/** Where the migration has come to: the id of the last message that was looked at. */
const STATE = 'pictures';
/** Messages that are looked for in one statement; one may hold some MiB. */
const STEP = 10;
const PAUSE_MS = 50;
const RETRY_MS = 60_000;

/**
 * Makes blobs of the pictures that older versions of this service have put into the rows of messages and their events, as
 * data URLs: beside all other work, message by message, each in one transaction. It goes on where the last run was stopped;
 * until it has ended, both forms are read.
 */
@Injectable()
export class PictureMigration implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: ComponentLogger;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly pictures: MessagePictures,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'pictures' });
  }

  onApplicationBootstrap(): void {
    this.running = this.runUntilDone();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /**
   * Goes to the end, or until it is stopped.
   *
   * @returns messages whose pictures have become blobs
   * @throws what the database and the store throw; the next run goes on behind the last message
   */
  async run(): Promise<number> {
    const state = await this.database.read.findOneBy(StorageState, { name: STATE });
    const newest = await this.newestId();
    let after = state?.value ?? '';
    let migrated = 0;
    while (after < newest && !this.stopping.signal.aborted) {
      const messages = await this.next(after);
      for (const message of messages) {
        if (this.stopping.signal.aborted) return migrated;
        if (await this.migrate(message)) migrated += 1;
        after = message.id;
      }
      // What comes later has no such pictures, but for those that could not be stored: the next run looks at it.
      if (messages.length < STEP && after < newest) after = newest;
      await this.database.write((tx) => remember(tx, after));
      await this.pause(PAUSE_MS);
    }
    return migrated;
  }

  private async runUntilDone(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        const migrated = await this.run();
        if (migrated > 0) this.logger.info({ messages: migrated }, 'pictures in older messages have become blobs');
        return;
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        this.logger.warn({ err: error }, 'pictures in older messages cannot become blobs now; it is tried again');
        await this.pause(RETRY_MS);
      }
    }
  }

  private async newestId(): Promise<string> {
    const [row] = await this.database.read.find(MessageEntity, {
      select: { id: true },
      order: { id: 'DESC' },
      take: 1,
    });
    return row?.id ?? '';
  }

  private next(after: string): Promise<MessageEntity[]> {
    return this.database.read
      .createQueryBuilder(MessageEntity, 'message')
      .where('message.id > :after AND message.content LIKE :pattern', { after, pattern: PATTERN })
      .orderBy('message.id', 'ASC')
      .limit(STEP)
      .getMany();
  }

  /** Whether there was a picture. What is none stays as it is. */
  private async migrate(message: MessageEntity): Promise<boolean> {
    const { content, writes } = await this.pictures.storeUrls(message, message.content);
    if (writes.length === 0) return false;
    const event = await this.eventOf(message);
    const change: Write<void> = async (tx) => {
      // Not for one that was deleted meanwhile.
      if ((await update(MessageEntity, { id: message.id }, { content })(tx)) !== 1) return;
      for (const write of writes) await write(tx);
      if (event === undefined) return;
      const { chatId, seq } = event;
      await update(EventEntity, { chatId, seq }, { data: { message: { ...event.data.message, content } } })(tx);
    };
    await this.database.write(change, { lane: message.chatId });
    return true;
  }

  /** The event that shows the message, where it is kept; it never changes. */
  private async eventOf({ id, chatId, seq }: MessageEntity): Promise<MessageEvent | undefined> {
    const event = await this.database.read.findOneBy(EventEntity, { chatId, seq });
    return event !== null && isEventOf(event, id) ? event : undefined;
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopping.signal, ref: false }).catch(() => undefined);
  }
}

const PATTERN = '%"data:%';

type MessageEvent = EventEntity & { readonly data: { readonly message: object } };

function isEventOf(event: EventEntity, id: string): event is MessageEvent {
  const message: unknown = event.type === 'message.created' && 'message' in event.data ? event.data.message : undefined;
  return typeof message === 'object' && message !== null && 'id' in message && message.id === id;
}

async function remember(tx: WriteTransaction, position: string): Promise<void> {
  await tx.run(
    'INSERT INTO "storage_state"("name","value") VALUES ($1,$2) ON CONFLICT ("name") DO UPDATE SET "value" = excluded."value"',
    [STATE, position],
  );
}
