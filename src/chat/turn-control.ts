import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Authors } from '../access/authors';
import { User } from '../auth/user';
import { conflict } from '../common/domain.error';
import { newId } from '../common/ids';
import { ChatDirectory } from './chat-directory';
import { EventLog } from './event-log/event-log';
import { parseContent } from './message-content';
import { UploadedParts } from './uploaded-parts';
import { MessagePictures } from './pictures/message-pictures';
import { ChatThreads } from './turns/chat-threads';
import { steered } from './turns/steering';
import type { TurnExecution } from './turns/turn-execution';
import { TurnScheduler } from './turns/turn-scheduler';
import { messageAdded } from './turns/turn-state';

const END_DEADLINE_MS = 5_000;
/** For pictures and files of what is added, from the store that has just taken them. */
const LOAD_MS = 60_000;

/** What a user can do to the turn that runs. */
@Injectable()
export class TurnControl {
  constructor(
    private readonly directory: ChatDirectory,
    private readonly scheduler: TurnScheduler,
    private readonly threads: ChatThreads,
    private readonly log: EventLog,
    private readonly pictures: MessagePictures,
    private readonly uploads: UploadedParts,
    private readonly authors: Authors,
  ) {}

  /**
   * Stops the turn that runs or is next to, and the commands that the agent has left running. Returns the turn's id, or
   * null when there is none. A turn that waits is not begun any more then, after a crash either.
   *
   * @param spares whether one that is next and has not begun is left alone
   */
  async interrupt(user: User, chatId: string, spares: 'nothing' | 'what waits' = 'nothing'): Promise<string | null> {
    const chat = await this.directory.find(user, chatId, 'write');
    const current = this.scheduler.current(chat.id);
    const isRunning = current?.turn.status === 'running';
    const execution = isRunning || spares === 'nothing' ? current : undefined;
    execution?.interrupt();
    // One that runs ends them itself, and has begun for good.
    if (!isRunning) await Promise.all([this.threads.endCommands(chat), execution && storedEndOf(execution)]);
    return execution?.turn.id ?? null;
  }

  /**
   * Adds to what the running turn was given. Stored once the agent has accepted it.
   *
   * @throws DomainError `no_running_turn`, `message_unconfirmed`, `storage_low`, `blob_store_unavailable`, or those of a
   * message's content.
   */
  async steer(user: User, chatId: string, content: unknown): Promise<{ messageId: string; turnId: string }> {
    const parsed = await parseContent(content);
    this.scheduler.checkStorage();
    const chat = await this.directory.find(user, chatId, 'write');
    const parts = await this.uploads.resolved(user, chat.id, parsed);
    const author = await this.authors.ofCaller(user);
    const execution = this.scheduler.current(chat.id);
    if (execution?.turn.status !== 'running') throw NO_RUNNING_TURN;
    const { id: turnId, userId } = execution.turn;
    const id = newId();
    // Before: what the agent has been given must be there to be stored.
    const stored = await this.pictures.store({ id, userId }, parts);
    const given = { id, userId, chatId: chat.id, content: stored.content, pending: stored.references };
    const message = await this.pictures.load(given, AbortSignal.timeout(LOAD_MS));
    if (!(await steered(this.threads, chat, execution, message))) throw NO_RUNNING_TURN;
    const entry = messageAdded(execution.turn, { id: message.id, ...stored }, author);
    await this.log.append({ chatId: chat.id, userId }, entry, 'retry');
    return { messageId: message.id, turnId };
  }
}

const NO_RUNNING_TURN = conflict('no_running_turn', 'No turn of this chat runs; send a message instead.');

/** Waits until the end of a turn is stored, for as long as a database in order takes. */
const storedEndOf = (execution: TurnExecution): Promise<void> =>
  Promise.race([execution.over, sleep(END_DEADLINE_MS, undefined, { ref: false })]);
