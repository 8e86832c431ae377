import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { Access } from '../access/access';
import { User } from '../auth/user';
import { invalid } from '../common/domain.error';
import { isId } from '../common/ids';
import { Database } from '../database/database';
import { decodeCursor, Page, readPage } from '../database/page';
import { ChatDirectory } from './chat-directory';
import type { ChatsQueryDto } from './dto/chats-query.dto';
import { ChatDto, ChatStatus } from './dto/chat.dto';
import { ChatEntity } from './entities/chat.entity';

export interface ChatListPage extends Page<ChatDto> {
  readonly waitingCount: number;
}

/** In words of SQL and not by parameters: indexes of some rows are used only so. */
const WAITING = `SELECT approval.chat_id FROM approvals approval WHERE approval.status = 'pending'`;
/** What a held queue keeps waiting is not at work. */
const AT_WORK = `SELECT turn.chat_id FROM turns turn WHERE turn.status = 'running'
  UNION ALL SELECT turn.chat_id FROM turns turn JOIN chat_sessions free ON free.id = turn.chat_id
  WHERE turn.status = 'queued' AND NOT free.queue_held`;

const CONDITIONS: Readonly<Record<ChatStatus, string>> = {
  waiting_for_approval: `chat.id IN (${WAITING})`,
  running: `chat.id IN (${AT_WORK}) AND chat.id NOT IN (${WAITING})`,
  idle: `chat.id NOT IN (${AT_WORK}) AND chat.id NOT IN (${WAITING})`,
};

const PINNED = 'chat.id IN (SELECT pin.chat_id FROM pinned_chats pin WHERE pin.user_id = :pinner)';

/** Lists the chats that a user may see, in a number of statements that does not depend on how many they are. */
@Injectable()
export class ChatList {
  constructor(
    private readonly database: Database,
    private readonly directory: ChatDirectory,
    private readonly access: Access,
  ) {}

  /**
   * A page begins behind the last chat of the one before: a chat that becomes active meanwhile moves to the front, and is
   * not met twice, and those behind it are all met. @throws DomainError `invalid_cursor`
   */
  async page(user: User, query: ChatsQueryDto): Promise<ChatListPage> {
    const { limit, sort, status } = query;
    const chats = this.chatsOf(user, query);
    if (status !== undefined) chats.andWhere(CONDITIONS[status]);
    if (sort === 'created') chats.orderBy('chat.id', 'DESC');
    else chats.orderBy('chat.updatedAt', 'DESC').addOrderBy('chat.id', 'DESC');
    if (query.cursor !== undefined) startBehind(chats, query.cursor, sort);
    const [page, waitingCount] = await Promise.all([
      readPage(chats, limit, (chat) => keyOf(chat, sort)),
      this.chatsOf(user, query).andWhere(CONDITIONS.waiting_for_approval).getCount(),
    ]);
    return { ...page, data: await this.directory.views(user, page.data), waitingCount };
  }

  private chatsOf(user: User, { archived, backend, projectId, pinned }: ChatsQueryDto): SelectQueryBuilder<ChatEntity> {
    const visible = this.access.chatsVisibleTo(user, 'read', 'chat');
    const query = this.database.read
      .createQueryBuilder(ChatEntity, 'chat')
      .where('chat.archived = :archived', { archived })
      .andWhere(visible.text, visible.parameters);
    if (projectId !== undefined) query.andWhere('chat.projectId = :projectId', { projectId });
    if (pinned !== undefined) query.andWhere(pinned ? PINNED : `NOT ${PINNED}`, { pinner: user.id });
    return backend === undefined ? query : query.andWhere('chat.backend = :backend', { backend });
  }
}

type Sort = ChatsQueryDto['sort'];

const keyOf = ({ id, updatedAt }: ChatEntity, sort: Sort): string => (sort === 'created' ? id : `${updatedAt}/${id}`);

function startBehind(query: SelectQueryBuilder<ChatEntity>, cursor: string, sort: Sort): void {
  if (sort === 'created') {
    query.andWhere('chat.id < :id', { id: decodeCursor(cursor)[0] });
    return;
  }
  const [at = '', id = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split('/');
  if (Number.isNaN(Date.parse(at)) || !isId(id)) {
    throw invalid('invalid_cursor', 'cursor must be the nextCursor of an earlier page of the same list.');
  }
  query.andWhere('(chat.updatedAt, chat.id) < (:at, :id)', { at, id });
}
