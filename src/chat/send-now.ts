import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Authors } from '../access/authors';
import type { SentNowDto } from './dto/queue.dto';
import { MessagePictures } from './pictures/message-pictures';
import { QueueCaller, QueueChanges, idsOf } from './queue-changes';
import { QueueReader, WaitingTurn } from './queue-reader';
import { ChatThreads } from './turns/chat-threads';
import { steered } from './turns/steering';
import { TurnScheduler } from './turns/turn-scheduler';
import { messageSent } from './turns/turn-state';

/** For pictures and files of the message. */
const LOAD_MS = 60_000;
/** For a turn that is about to begin. */
const BEGIN_MS = 10_000;

/** Gives a message that waits to the turn that runs; where none does, it goes before all that waits. */
@Injectable()
export class SendNow {
  constructor(
    private readonly changes: QueueChanges,
    private readonly reader: QueueReader,
    private readonly scheduler: TurnScheduler,
    private readonly threads: ChatThreads,
    private readonly pictures: MessagePictures,
    private readonly authors: Authors,
  ) {}

  /**
   * @param id of the message, or of its turn
   * @throws DomainError `message_not_found`, 409 `message_not_waiting`, `queue_changed`; `message_unconfirmed`: the agent may have it, and
   * it waits still
   */
  send(caller: QueueCaller, id: string): Promise<SentNowDto> {
    return this.changes.exclusively(caller, async () => {
      const queue = await this.reader.read(caller.chat.id);
      const waiting = await this.changes.waiting(queue, id);
      await this.changes.expect(caller, queue);
      // What is no message has a turn of its own.
      const steered = waiting.turn.options.kind === undefined ? await this.steer(caller, waiting) : undefined;
      return steered ?? this.putFirst(caller, waiting);
    });
  }

  /** Undefined where no turn runs that takes it. */
  private async steer(caller: QueueCaller, { turn, message }: WaitingTurn): Promise<SentNowDto | undefined> {
    const { chat } = caller;
    const execution = this.scheduler.current(chat.id);
    if (execution?.turn.status !== 'running') return undefined;
    const given = await this.pictures.load(message, AbortSignal.timeout(LOAD_MS));
    await Promise.race([execution.begun(), sleep(BEGIN_MS, undefined, { ref: false })]);
    if (!(await steered(this.threads, chat, execution, given))) return undefined;
    const author = (await this.authors.of([message.authorId])).get(message.authorId ?? '') ?? null;
    // The agent has it: whatever else happens to the queue meanwhile, that is stored.
    await this.changes.change(
      { ...caller, expectedVersion: undefined },
      (queue) => ({
        ...{ change: 'sent', turnIds: idsOf(queue).filter((each) => each !== turn.id) },
        entry: messageSent(turn, execution.turn, message, author),
      }),
      'retry',
    );
    this.scheduler.withdraw({ chatId: chat.id, userId: chat.userId }, [turn.id]);
    return { messageId: message.id, turnId: execution.turn.id, steered: true };
  }

  private async putFirst(caller: QueueCaller, { turn, message }: WaitingTurn): Promise<SentNowDto> {
    await this.changes.change(caller, async (queue) => {
      await this.changes.waiting(queue, turn.id);
      const turnIds = [turn.id, ...idsOf(queue).filter((each) => each !== turn.id)];
      return { change: 'sent', turnIds, pass: queue.chat.queueHeld ? turn.id : null };
    });
    return { messageId: message.id, turnId: turn.id, steered: false };
  }
}
