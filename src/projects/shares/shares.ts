import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../access/audit/audit-log';
import { hashOfSecret, newSecret } from '../../auth/secret';
import { User } from '../../auth/user';
import { ChatDirectory } from '../../chat/chat-directory';
import { now } from '../../common/clock';
import { conflict, DomainError, notFound } from '../../common/domain.error';
import { newId } from '../../common/ids';
import { Database } from '../../database/database';
import { Page, PageRequest, readNewest } from '../../database/page';
import { insert } from '../../database/rows';
import { ChatShareEntity } from './chat-share.entity';
import { CreatedShareDto, CreateShareDto, ShareDto } from './share.dto';

const PREFIX = 'crs_';
const TOKEN = /^crs_[\w-]{43}$/;
/** Links of one chat, ended ones included; those are deleted to make room. */
const MAX_SHARES = 50;

/** The links by which a chat can be read without an account. */
@Injectable()
export class Shares {
  constructor(
    private readonly database: Database,
    private readonly directory: ChatDirectory,
    private readonly audit: AuditLog,
  ) {}

  /** @throws DomainError `chat_not_found`, `read_only`, `too_many_shares` */
  async create(user: User, chatId: string, { expiresInSeconds, workspace }: CreateShareDto): Promise<CreatedShareDto> {
    const chat = await this.directory.find(user, chatId, 'manage');
    const token = `${PREFIX}${newSecret()}`;
    const createdAt = now();
    const expiresAt = new Date(Date.parse(createdAt) + expiresInSeconds * 1000).toISOString();
    const row: ChatShareEntity = {
      ...{
        id: newId(),
        userId: user.id,
        chatId: chat.id,
        tokenHash: hashOfSecret(token),
        workspace,
        createdAt,
        expiresAt,
      },
    };
    await this.database.write(async (tx) => {
      await tx.run('DELETE FROM "chat_shares" WHERE "chat_id" = $1 AND "expires_at" <= $2', [chat.id, createdAt]);
      const shares = await tx.findBy(ChatShareEntity, { chatId: chat.id });
      if (shares.length >= MAX_SHARES) {
        throw conflict('too_many_shares', `A chat has at most ${MAX_SHARES} links; revoke some of them.`);
      }
      await insert(ChatShareEntity, row)(tx);
    });
    this.note(user, 'share.created', row);
    return { ...toDto(row), token, path: `/shared#${token}` };
  }

  /** @throws DomainError `chat_not_found`, `read_only` */
  async list(user: User, chatId: string, request: PageRequest): Promise<Page<ShareDto>> {
    const chat = await this.directory.find(user, chatId, 'manage');
    const query = this.database.read
      .createQueryBuilder(ChatShareEntity, 'share')
      .where('share.chatId = :chatId', { chatId: chat.id });
    const page = await readNewest(query, request);
    return { ...page, data: page.data.map(toDto) };
  }

  /** @throws DomainError `chat_not_found`, `read_only`, `share_not_found` */
  async revoke(user: User, chatId: string, id: string): Promise<void> {
    const chat = await this.directory.find(user, chatId, 'manage');
    const row = await this.database.read.findOneBy(ChatShareEntity, { id, chatId: chat.id });
    if (row === null) throw notFound('share', id);
    await this.database.write((tx) => tx.delete(ChatShareEntity, { id }));
    this.note(user, 'share.revoked', row);
  }

  /** @throws DomainError `share_not_found`, the same for one that is unknown, revoked, or at its end */
  async find(token: string): Promise<ChatShareEntity> {
    const row = TOKEN.test(token)
      ? await this.database.read.findOneBy(ChatShareEntity, { tokenHash: hashOfSecret(token) })
      : null;
    if (row === null || !isActive(row)) throw NO_SHARE;
    return row;
  }

  private note(by: User, action: string, { id, chatId, workspace, expiresAt }: ChatShareEntity): void {
    this.audit.record({
      action,
      by,
      target: { kind: 'chat', id: chatId },
      detail: { shareId: id, workspace, expiresAt },
    });
  }
}

const NO_SHARE = new DomainError(
  404,
  'share_not_found',
  'This link does not exist, was revoked, or has come to its end.',
);

const isActive = ({ expiresAt }: ChatShareEntity): boolean => expiresAt === null || expiresAt > now();

const toDto = (row: ChatShareEntity): ShareDto => {
  const { id, chatId, workspace, createdAt, expiresAt } = row;
  return { id, chatId, workspace, createdAt, expiresAt, active: isActive(row) };
};
