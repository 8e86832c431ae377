import { Injectable } from '@nestjs/common';
import { Authors } from '../access/authors';
import { User } from '../auth/user';
import { conflict, DomainError, invalid, notFound } from '../common/domain.error';
import { isId } from '../common/ids';
import { Database } from '../database/database';
import { update } from '../database/rows';
import { BackendRegistry } from '../gateway/catalog/backend-registry';
import { ChatDirectory } from './chat-directory';
import { toMessageDto } from './dto/message.dto';
import type { EditWaitingMessageDto, QueueDto } from './dto/queue.dto';
import { EditedContents } from './edited-content';
import { MessageEntity } from './entities/message.entity';
import { TurnEntity, type TurnOptions } from './entities/turn.entity';
import type { LogEntry } from './event-log/log-entry';
import { requireRoute } from './model-check';
import { QueueCaller, QueueChanges } from './queue-changes';
import { QueueReader, WaitingTurn } from './queue-reader';

/** The messages of a chat that wait for their turn, for those who may write in it. */
@Injectable()
export class WaitingMessages {
  constructor(
    private readonly database: Database,
    private readonly directory: ChatDirectory,
    private readonly authors: Authors,
    private readonly reader: QueueReader,
    private readonly changes: QueueChanges,
    private readonly contents: EditedContents,
    private readonly backends: BackendRegistry,
  ) {}

  /** @throws DomainError `chat_not_found` */
  async list(user: User, chatId: string): Promise<QueueDto> {
    const { id } = await this.directory.find(user, chatId, 'read');
    return this.reader.shown(await this.reader.read(id));
  }

  /** Whose change it is. @throws DomainError `chat_not_found`, `read_only` */
  async caller(user: User, chatId: string, expectedVersion?: string): Promise<QueueCaller> {
    const chat = await this.directory.find(user, chatId, 'write');
    return { chat, author: await this.authors.ofCaller(user), expectedVersion };
  }

  /**
   * Changes what a message says, or its turn is asked for, before that begins. Its author alone may.
   *
   * @throws DomainError `message_not_found`, `not_the_author`, 409 `message_not_waiting`, `queue_changed`, those of a message's content
   */
  async edit(user: User, chatId: string, messageId: string, input: EditWaitingMessageDto): Promise<QueueDto> {
    const caller = await this.caller(user, chatId, input.expectedVersion);
    const { content, model, effort, outputSchema } = input;
    if ([content, model, effort, outputSchema].every((given) => given === undefined)) throw NOTHING_GIVEN;
    return this.changes.make(caller, async (queue) => {
      const waiting = await this.changes.waiting(queue, messageId);
      if (waiting.message.authorId !== user.id) throw NOT_THE_AUTHOR;
      if (waiting.turn.options.kind !== undefined) throw NO_MESSAGE;
      requireRoute(this.backends, caller.chat, optionsAfter(waiting.turn.options, input));
      return { change: 'edited', editedId: waiting.turn.id, entry: await this.edited(user, caller, waiting, input) };
    });
  }

  /**
   * Takes a message back: its turn ends as `interrupted` (`removed_from_queue`), and the agent is never given it.
   *
   * @param id of the message, or of its turn
   * @throws DomainError `chat_not_found`, `read_only`, `turn_not_found`, `turn_not_queued`, `queue_changed`, `storage_unavailable`
   */
  async remove(user: User, chatId: string, id: string, expectedVersion?: string): Promise<void> {
    const caller = await this.caller(user, chatId, expectedVersion);
    const turnId = await this.turnOf(caller.chat.id, id);
    await this.changes.remove(caller, 'removed', ({ waiting }) => {
      const found = waiting.find(({ turn }) => turn.id === turnId);
      if (!found) throw notQueued(turnId);
      return [found];
    });
  }

  private async turnOf(chatId: string, id: string): Promise<string> {
    const { read } = this.database;
    const turn = isId(id) && (await read.findOneBy(TurnEntity, { id, chatId }));
    const message = !turn && isId(id) && (await read.findOneBy(MessageEntity, { id, chatId, role: 'user' }));
    if (turn) return turn.id;
    if (message) return message.turnId;
    throw notFound('turn', id);
  }

  private async edited(
    user: User,
    { author }: QueueCaller,
    { turn, message }: WaitingTurn,
    input: EditWaitingMessageDto,
  ): Promise<LogEntry> {
    const { content, writes } =
      input.content === undefined
        ? { content: message.content, writes: [] }
        : await this.contents.of(user, message, input.content);
    const row = { ...message, content: [...content] };
    return {
      events: [{ type: 'message.updated', turnId: turn.id, data: { message: toMessageDto(row, author) } }],
      writes: [
        update(MessageEntity, { id: message.id }, { content: row.content }),
        update(TurnEntity, { id: turn.id }, { options: optionsAfter(turn.options, input) }),
        ...writes,
      ],
    };
  }
}

/** Null takes an option away, undefined leaves it. */
function optionsAfter(options: TurnOptions, { model, effort, outputSchema }: EditWaitingMessageDto): TurnOptions {
  const given = Object.entries({ model, effort, outputSchema }).filter(([, value]) => value !== undefined);
  return { ...options, ...Object.fromEntries(given.map(([name, value]) => [name, value ?? undefined])) };
}

const NO_MESSAGE = conflict(
  'message_not_editable',
  'What waits is no message but a summary or a review: take it back, and ask for another one.',
);

const NOTHING_GIVEN = invalid('validation_failed', 'One of content, model, effort and outputSchema must be given.');

const NOT_THE_AUTHOR = new DomainError(
  403,
  'not_the_author',
  'Only the author of a message may change what it says. Who may write in the chat may move it and remove it.',
);

const notQueued = (turnId: string) =>
  conflict(
    'turn_not_queued',
    `Turn ${turnId} does not wait any more: it runs or has ended. A turn that runs is stopped by an interrupt.`,
  );
