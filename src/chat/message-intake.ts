import { update } from '../database/rows';
import { Injectable } from '@nestjs/common';
import { AuthorDto } from '../access/author.dto';
import { Authors } from '../access/authors';
import { UsageLimits } from '../access/limits/usage-limits';
import { User } from '../auth/user';
import { now } from '../common/clock';
import { conflict, DomainError, notFound } from '../common/domain.error';
import { newId } from '../common/ids';
import { requestContext } from '../common/request-context';
import { Database } from '../database/database';
import type { Write } from '../database/write-queue';
import { isUniqueViolation } from '../database/storage-fault';
import { BackendRegistry } from '../gateway/catalog/backend-registry';
import { ChatDirectory } from './chat-directory';
import { titleFrom } from './chat-title';
import { SendMessageDto } from './dto/send-message.dto';
import { toMessageDto } from './dto/message.dto';
import { toTurnDto } from './dto/turn.dto';
import { ChatEntity } from './entities/chat.entity';
import { ContentPart, MessageEntity, NewMessage } from './entities/message.entity';
import { TurnEntity, TurnOptions } from './entities/turn.entity';
import type { ChatEvent, EventDraft } from './event-log/chat-event';
import { ChatRef, insertAt } from './event-log/log-entry';
import { parseContent, type ParsedPart } from './message-content';
import { isRepeat, optionsOf } from './message-repeat';
import { type GivenPart, MessagePictures } from './pictures/message-pictures';
import { NO_USAGE } from './entities/token-usage.dto';
import { UploadedParts } from './uploaded-parts';
import { requireRoute } from './model-check';
import { fingerprintOf } from './message-fingerprint';
import type { WaitsForDto } from './dto/queue.dto';
import { QueueReader } from './queue-reader';
import { insertTurn } from './turns/turn-state';
import { TurnScheduler } from './turns/turn-scheduler';

const OTHER_MESSAGE = conflict(
  'idempotency_conflict',
  'This clientMessageId belongs to a message of the chat with another content or other options. Repeat that one as it was, or send this one under a new clientMessageId.',
);

/** What a turn is to be begun with. */
interface Asked {
  readonly input: SendMessageDto;
  /** Left out: a message. */
  readonly kind?: TurnOptions['kind'];
  /** What is stored with it, such as a change of the chat that it comes with. */
  readonly change?: Write<void>;
}

/** The same with what the message says. */
interface Repeated extends Asked {
  readonly parsed: readonly (ParsedPart | GivenPart)[];
}

/** The same of a message whose content is there already. */
interface Again {
  readonly input: Omit<SendMessageDto, 'content'>;
  readonly kind?: TurnOptions['kind'];
}

/** A message that is stored and will be answered. */
export interface AcceptedMessage {
  readonly chat: ChatRef;
  readonly messageId: string;
  readonly turnId: string;
  /** The events of the acceptance; none for a message that was accepted before. */
  readonly events: readonly ChatEvent[];
  /** Number of the last event before those of this message. */
  readonly seqBefore: number;
  /** Null where it is next. */
  readonly waitsFor: WaitsForDto | null;
}

interface NewContent extends Asked {
  readonly parts: readonly GivenPart[];
  readonly fingerprint: string | null;
}

/** Takes users' messages in: once a message is accepted it is stored together with its queued turn. */
@Injectable()
export class MessageIntake {
  constructor(
    private readonly database: Database,
    private readonly backends: BackendRegistry,
    private readonly directory: ChatDirectory,
    private readonly scheduler: TurnScheduler,
    private readonly pictures: MessagePictures,
    private readonly uploads: UploadedParts,
    private readonly authors: Authors,
    private readonly limits: UsageLimits,
    private readonly queue: QueueReader,
  ) {}

  /**
   * Stores a message and queues its turn. The same `clientMessageId` again returns what it returned first.
   *
   * @param more.kind what the turn is for, where that is not to answer the message
   * @param more.change what is stored with it, or not at all where it is refused or repeated
   * @throws DomainError `idempotency_conflict`, `empty_message`, `invalid_content`, `invalid_image`, `message_too_large`,
   * `too_many_files`, `upload_not_found`, `attachment_too_large`, `chat_not_found`, `read_only`, `limit_reached`, `unknown_backend`, `unknown_model`, `unknown_effort`, `storage_low`, `pool_saturated`, `chat_queue_full`,
   * `storage_unavailable`, `blob_store_unavailable`; the message is not accepted then.
   */
  async accept(
    user: User,
    chatId: string,
    input: SendMessageDto,
    more: Pick<Asked, 'kind' | 'change'> = {},
  ): Promise<AcceptedMessage> {
    return this.take(user, chatId, { input, ...more }, await parseContent(input.content));
  }

  /** The same of what was stored with another message, in which files are named as uploads. @throws as `accept` */
  async acceptAgain(
    user: User,
    chatId: string,
    { input, kind }: Again,
    parts: readonly GivenPart[],
  ): Promise<AcceptedMessage> {
    return this.take(user, chatId, { input: { ...input, content: '' }, kind }, parts);
  }

  private async take(
    user: User,
    chatId: string,
    asked: Asked,
    parsed: readonly (ParsedPart | GivenPart)[],
  ): Promise<AcceptedMessage> {
    const chat = await this.directory.find(user, chatId, 'write');
    const earlier = await this.findEarlier(user, chat, { parsed, ...asked });
    if (earlier) return earlier;
    requireRoute(this.backends, chat, optionsOf(asked.input, asked.kind));
    const parts = await this.uploads.resolved(user, chat.id, parsed);
    const fingerprint = asked.input.clientMessageId === undefined ? null : await this.fingerprintOf(parts, asked);
    try {
      return await this.store(chat, await this.authors.ofCaller(user), { parts, fingerprint, ...asked });
    } catch (error) {
      const raced = isUniqueViolation(error) && (await this.findEarlier(user, chat, { parsed, ...asked }));
      if (raced) return raced;
      throw error;
    }
  }

  private async store(
    chat: ChatEntity,
    author: AuthorDto,
    { parts, input, kind, change, fingerprint }: NewContent,
  ): Promise<AcceptedMessage> {
    const id = newId();
    const hasPictures = parts.some(({ type }) => type !== 'text');
    // Nothing is stored for a message that is going to be refused.
    if (hasPictures) this.scheduler.checkAdmission({ chatId: chat.id, userId: chat.userId });
    const { content, writes } = await this.pictures.store({ id, userId: chat.userId }, parts);
    const turn = newTurn(chat, author, optionsOf(input, kind));
    const sent = { clientMessageId: input.clientMessageId ?? null, fingerprint };
    const message = newMessage(id, turn, content, sent);
    const title = chat.title || titleFrom(content);
    const created: EventDraft = {
      ...{ type: 'message.created', turnId: turn.id },
      data: { message: toMessageDto(message, author) },
    };
    const accepting = this.scheduler.accept(
      { turn, message },
      {
        events: (position) => [
          created,
          { type: 'turn.queued', turnId: turn.id, data: { turn: toTurnDto(turn), position } },
        ],
        writes: [
          ...this.limits.admission(author.id, chat.projectId),
          async (tx) => {
            const planned = turn.options.mode === 'plan' && { hasPlanned: true };
            const titled = { title, updatedAt: turn.createdAt, ...planned };
            const affected = await update(ChatEntity, { id: chat.id }, titled)(tx);
            if (affected !== 1) throw notFound('chat', chat.id);
          },
          ...(change ? [change] : []),
          insertTurn(turn),
          insertAt(MessageEntity, message, created),
          ...writes,
        ],
      },
    );
    const events = await this.database.confirmed(accepting);
    const seqBefore = (events[0]?.seq ?? 1) - 1;
    const isFirst = !chat.queueHeld && events.some(({ data }) => 'position' in data && data.position === 0);
    const waits = isFirst ? null : await this.queue.waitOf(chat, turn.id);
    return { chat: refOf(chat), messageId: message.id, turnId: turn.id, events, seqBefore, waitsFor: waits };
  }

  /** @throws DomainError `idempotency_conflict` */
  private async findEarlier(
    user: User,
    chat: ChatEntity,
    { parsed, ...asked }: Repeated,
  ): Promise<AcceptedMessage | undefined> {
    const { clientMessageId } = asked.input;
    if (clientMessageId === undefined) return undefined;
    const { read } = this.database;
    const message = await read.findOneBy(MessageEntity, { chatId: chat.id, clientMessageId });
    if (!message) return undefined;
    const { id: messageId, turnId, seq, fingerprint, content } = message;
    const turn = await read.findOneByOrFail(TurnEntity, { id: turnId });
    const isSame =
      fingerprint === null
        ? isRepeat({ parts: parsed, ...asked }, { content, options: turn.options })
        : await this.hasFingerprint(user, chat, { parsed, fingerprint, ...asked });
    if (!isSame) throw OTHER_MESSAGE;
    const waits = turn.status === 'queued' ? await this.queue.waitOf(chat, turnId) : null;
    return { chat: refOf(chat), messageId, turnId, events: [], seqBefore: seq - 1, waitsFor: waits };
  }

  /** An upload that is not there any more is another file than any. */
  private async hasFingerprint(
    user: User,
    { id: chatId }: ChatEntity,
    { parsed, fingerprint, ...asked }: Repeated & { readonly fingerprint: string },
  ): Promise<boolean> {
    const parts = await this.uploads.resolved(user, chatId, parsed).catch((error: unknown) => {
      if (error instanceof DomainError && error.code === 'upload_not_found') return undefined;
      throw error;
    });
    return parts !== undefined && (await this.fingerprintOf(parts, asked)) === fingerprint;
  }

  private async fingerprintOf(parts: readonly GivenPart[], { input, kind }: Asked): Promise<string> {
    return fingerprintOf(await this.uploads.fingerprintParts(parts), optionsOf(input, kind));
  }
}

const refOf = ({ id: chatId, userId }: ChatEntity): ChatRef => ({ chatId, userId });

function newTurn(chat: ChatEntity, author: AuthorDto, asked: TurnOptions): TurnEntity {
  const options = { ...asked, requestId: requestContext.getStore()?.requestId };
  return {
    ...{ id: newId(), userId: chat.userId, authorId: author.id, chatId: chat.id, ordinal: 0 },
    ...{ status: 'queued', options, usage: NO_USAGE },
    ...{ errorCode: null, errorMessage: null, synced: false, createdAt: now(), startedAt: null, endedAt: null },
    ...{ compactedAt: null, copiedFrom: null, codexThreadId: null, codexTurnId: null },
  };
}

function newMessage(
  id: string,
  turn: TurnEntity,
  content: ContentPart[],
  sent: Pick<NewMessage, 'clientMessageId' | 'fingerprint'>,
): NewMessage {
  const { id: turnId, chatId, userId, authorId, createdAt } = turn;
  return {
    ...{ id, userId, authorId, chatId, turnId, role: 'user', content, status: 'final', createdAt },
    ...sent,
  };
}
