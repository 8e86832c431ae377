import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Access } from '../access/access';
import { User } from '../auth/user';
import { ChatDirectory } from '../chat/chat-directory';
import { ChatRemoval } from '../chat/chat-removal';
import type { ChatDto } from '../chat/dto/chat.dto';
import type { PageQueryDto } from '../chat/dto/page.dto';
import { ChatEntity } from '../chat/entities/chat.entity';
import { MessageEntity } from '../chat/entities/message.entity';
import { TurnEntity } from '../chat/entities/turn.entity';
import { AcceptedMessage, MessageIntake } from '../chat/message-intake';
import { requireModel } from '../chat/model-check';
import type { GivenPart } from '../chat/pictures/message-pictures';
import { now } from '../common/clock';
import { conflict, invalid, notFound } from '../common/domain.error';
import { isId, newId } from '../common/ids';
import { Database } from '../database/database';
import { type Page, readNewest } from '../database/page';
import { isUniqueViolation } from '../database/storage-fault';
import { BackendRegistry } from '../gateway/catalog/backend-registry';
import { BlobReference } from '../storage/blob-reference.entity';
import type { BranchDto, BranchWithMessageDto, EditMessageDto, ForkDto, RetryTurnDto } from './branch.dto';
import { BranchMaker, BranchWishes } from './branch-maker';
import type { BranchPoint } from './branch-workspace';

interface Found {
  readonly chat: ChatEntity;
  readonly workspace: BranchDto['workspace'];
  /** It was made by this call. */
  readonly isNew: boolean;
}

/** Chats that branch off from others, for their users. */
@Injectable()
export class Branches {
  constructor(
    private readonly directory: ChatDirectory,
    private readonly database: Database,
    private readonly access: Access,
    private readonly maker: BranchMaker,
    private readonly intake: MessageIntake,
    private readonly removal: ChatRemoval,
    private readonly backends: BackendRegistry,
  ) {}

  /** The chats of a family that the user may see, the newest first. @throws DomainError `chat_not_found`, `invalid_cursor` */
  async list(user: User, chatId: string, request: PageQueryDto): Promise<Page<ChatDto>> {
    const { familyId } = await this.directory.find(user, chatId, 'read');
    const visible = this.access.chatsVisibleTo(user, 'read', 'chat');
    const query = this.database.read
      .createQueryBuilder(ChatEntity, 'chat')
      .where('chat.familyId = :familyId', { familyId })
      .andWhere(visible.text, visible.parameters);
    const page = await readNewest(query, request);
    return { ...page, data: await this.directory.views(user, page.data) };
  }

  /** @throws DomainError `chat_not_found`, `read_only`, `turn_not_found`, `idempotency_conflict`, and as BranchMaker does */
  async fork(user: User, chatId: string, input: ForkDto): Promise<BranchDto> {
    const { beforeTurnId, afterTurnId, title, clientBranchId } = input;
    if ((beforeTurnId === undefined) === (afterTurnId === undefined)) {
      throw invalid(
        'validation_failed',
        'A branch names the turn that it begins before, or the one that it begins after.',
      );
    }
    const parent = await this.directory.find(user, chatId, 'write');
    const turn = await this.turnOf(parent, beforeTurnId ?? afterTurnId ?? '');
    const when = beforeTurnId === undefined ? 'after' : 'before';
    const key = clientBranchId === undefined ? null : keyOf(user, 'fork', `${when}/${turn.id}/${clientBranchId}`);
    return this.shown(
      user,
      await this.found(user, parent, { turn, when }, { key, ...(title !== undefined && { title }) }),
    );
  }

  /**
   * Branches off before a message, and sends another one in its place.
   *
   * @throws DomainError `message_not_found`, `message_not_editable`, and as `fork` and MessageIntake do: there is no branch then
   */
  async edit(user: User, chatId: string, messageId: string, input: EditMessageDto): Promise<BranchWithMessageDto> {
    const parent = await this.directory.find(user, chatId, 'write');
    const message =
      isId(messageId) && (await this.database.read.findOneBy(MessageEntity, { id: messageId, chatId: parent.id }));
    if (!message) throw notFound('message', messageId);
    const turn = await this.turnOf(parent, message.turnId);
    if ((await this.beginning(turn)).id !== message.id) throw NOT_EDITABLE;
    const key = keyFor(user, 'edit', message.id, input.clientMessageId);
    const branch = await this.found(user, parent, { turn, when: 'before' }, { key });
    return this.sent(user, branch, () => this.intake.accept(user, branch.chat.id, input));
  }

  /**
   * Branches off before a turn, and sends its message again, to another backend or model where one is named.
   *
   * @throws DomainError `turn_not_found`, `unknown_backend`, `unknown_model`, and as `edit` does: there is no branch then
   */
  async retry(user: User, chatId: string, turnId: string, input: RetryTurnDto): Promise<BranchWithMessageDto> {
    const parent = await this.directory.find(user, chatId, 'write');
    const turn = await this.turnOf(parent, turnId);
    const { backend = turn.options.backend ?? parent.backend, clientMessageId } = input;
    if (this.backends.find(backend) === undefined)
      throw invalid('unknown_backend', `There is no backend "${backend}".`);
    requireModel(this.backends.find(backend), input.model);
    const message = await this.beginning(turn);
    // Another backend has other models, and those other efforts.
    const { model: usual, effort: usualEffort } = isMoved(turn, parent, backend) ? {} : turn.options;
    const { effort = usualEffort, model = usual } = input;
    const key = keyFor(user, 'retry', turn.id, clientMessageId);
    const branch = await this.found(user, parent, { turn, when: 'before' }, { key, backend });
    const { outputSchema, mode, kind } = turn.options;
    const again = { input: { model, effort, outputSchema, mode, clientMessageId }, kind };
    const parts = await this.partsOf(message);
    return this.sent(user, branch, () => this.intake.acceptAgain(user, branch.chat.id, again, parts));
  }

  private async turnOf({ id: chatId }: ChatEntity, id: string): Promise<TurnEntity> {
    const turn = isId(id) && (await this.database.read.findOneBy(TurnEntity, { id, chatId }));
    if (!turn) throw notFound('turn', id);
    return turn;
  }

  /** The message that a turn began with: others were added to it. */
  private beginning({ id: turnId, chatId }: TurnEntity): Promise<MessageEntity> {
    const where = { chatId, turnId, role: 'user' as const };
    return this.database.read.findOneOrFail(MessageEntity, { where, order: { seq: 'ASC' } });
  }

  /** A message's content, with its files as if they had just been uploaded. */
  private async partsOf({ content, chatId, userId }: MessageEntity): Promise<GivenPart[]> {
    const ids = content.flatMap((part) => ('blobId' in part && part.blobId !== undefined ? [part.blobId] : []));
    const references = await this.database.read.findBy(BlobReference, { id: In(ids) });
    const byId = new Map(references.map((reference) => [reference.id, reference]));
    return content.flatMap((part): GivenPart[] => {
      if (part.type === 'text') return [part];
      const reference = byId.get(part.blobId ?? '');
      if (reference === undefined) return [];
      const { blobId, mediaType, fileName } = reference;
      const upload = {
        id: newId(),
        chatId,
        userId,
        blobId,
        mediaType,
        fileName: fileName ?? 'picture',
        size: part.size ?? 0,
      };
      return [{ type: 'upload', upload: { ...upload, createdAt: now() } }];
    });
  }

  /** The branch of that key, which is made if there is none. */
  private async found(user: User, parent: ChatEntity, point: BranchPoint, wishes: BranchWishes): Promise<Found> {
    const known = await this.findByKey(parent, wishes.key);
    if (known !== undefined) return this.whole(known);
    try {
      return { ...(await this.maker.make(user, parent, point, wishes)), isNew: true };
    } catch (error) {
      const raced = isUniqueViolation(error) ? await this.findByKey(parent, wishes.key) : undefined;
      if (raced !== undefined) return this.whole(raced);
      throw error;
    }
  }

  /** Once its files are there, too: who made it may have died, or be at it still. */
  private async whole(branch: Found): Promise<Found> {
    await this.maker.finish(branch.chat);
    return branch;
  }

  private async findByKey({ id: parentId }: ChatEntity, branchKey: string | null): Promise<Found | undefined> {
    if (branchKey === null) return undefined;
    const chat = await this.database.read.findOneBy(ChatEntity, { parentId, branchKey });
    return chat === null ? undefined : { chat, workspace: 'snapshot', isNew: false };
  }

  /** A branch without the message that it was made for is of no use to anybody. */
  private async sent(user: User, branch: Found, send: () => Promise<AcceptedMessage>): Promise<BranchWithMessageDto> {
    try {
      const { messageId, turnId } = await send();
      return { ...(await this.shown(user, branch)), messageId, turnId };
    } catch (error) {
      if (branch.isNew) await this.removal.remove(branch.chat);
      throw error;
    }
  }

  private async shown(user: User, { chat, workspace }: Found): Promise<BranchDto> {
    const memory = chat.threadOrigin === null ? 'messages' : 'thread';
    return { chat: await this.directory.view(user, chat.id), workspace, memory };
  }
}

const NOT_EDITABLE = conflict(
  'message_not_editable',
  'Only a message of a user that a turn began with can be edited; one that was added to a running turn cannot.',
);

const keyOf = (user: User, what: string, id: string): string => `${user.id}/${what}/${id}`;

const keyFor = (user: User, what: string, id: string, clientId: string | undefined): string | null =>
  clientId === undefined ? null : keyOf(user, what, `${id}/${clientId}`);

const isMoved = ({ options }: TurnEntity, parent: ChatEntity, backend: string): boolean =>
  backend !== (options.backend ?? parent.backend);
