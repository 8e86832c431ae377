import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../access/audit/audit-log';
import { DEFAULT_USER, NOBODY } from '../../auth/principal';
import { BrowserSessionEntity } from '../../auth/sessions/browser-session.entity';
import { BrowserSessions } from '../../auth/sessions/browser-sessions';
import { UserTokenEntity } from '../../auth/tokens/user-token.entity';
import { User } from '../../auth/user';
import { UserEntity } from '../../auth/user.entity';
import { Users } from '../../auth/users';
import { conflict, notFound } from '../../common/domain.error';
import { Database } from '../../database/database';
import { encodeCursor, Page } from '../../database/page';
import { update } from '../../database/rows';
import { AdminUserDto, UpdateUserDto, UsersQueryDto } from './user-admin.dto';

/** Users as their administrators see them. */
@Injectable()
export class UserAdmin {
  constructor(
    private readonly database: Database,
    private readonly users: Users,
    private readonly sessions: BrowserSessions,
    private readonly audit: AuditLog,
  ) {}

  /** By their ids; at most `limit` of however many there are. */
  async list({ search, role, disabled, limit, cursor }: UsersQueryDto): Promise<Page<AdminUserDto>> {
    const query = this.database.read
      .createQueryBuilder(UserEntity, 'user')
      .where('user.id NOT IN (:...nobody)', { nobody: Object.keys(NOBODY) })
      .orderBy('user.id', 'ASC')
      .limit(limit + 1);
    if (cursor !== undefined) {
      query.andWhere('user.id > :after', { after: Buffer.from(cursor, 'base64url').toString('utf8') });
    }
    if (role !== undefined) query.andWhere('user.role = :role', { role });
    if (disabled) query.andWhere('user.disabledAt IS NOT NULL');
    if (search !== undefined) {
      const like = `%${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
      const columns = ['user.id', 'user.displayName', `COALESCE(user.email, '')`];
      query.andWhere(`(${columns.map((column) => `LOWER(${column}) LIKE :like ESCAPE '\\'`).join(' OR ')})`, { like });
    }
    const rows = await query.getMany();
    const seen = await this.lastSeen(rows.map(({ id }) => id));
    const data = rows.slice(0, limit).map((user) => toDto(user, seen));
    const last = data.at(-1);
    return { data, nextCursor: rows.length > limit && last ? encodeCursor(last.id) : null };
  }

  /** @throws DomainError `user_not_found` */
  async get(id: string): Promise<AdminUserDto> {
    return toDto(await this.require(id), await this.lastSeen([id]));
  }

  /** @throws DomainError `user_not_found`, `own_account`, `last_admin` */
  async update(by: User, id: string, { displayName, role, disabled }: UpdateUserDto): Promise<AdminUserDto> {
    const user = await this.require(id);
    const losesAdmin = user.role === 'admin' && ((role ?? 'admin') !== 'admin' || disabled === true);
    if (losesAdmin) await this.requireOtherAdmin(by, id);
    if (displayName !== undefined) await this.database.write(update(UserEntity, { id }, { displayName }));
    if (role !== undefined && role !== user.role) {
      await this.users.setRole(id, role);
      this.note(by, 'user.role_changed', id, { role, before: user.role });
    }
    if (disabled === true && user.disabledAt === null) {
      await this.users.disable(id);
      this.note(by, 'user.disabled', id);
    }
    if (disabled === false && user.disabledAt !== null) {
      await this.users.enable(id);
      this.note(by, 'user.enabled', id);
    }
    return this.get(id);
  }

  /** @throws DomainError `user_not_found` */
  async require(id: string): Promise<UserEntity> {
    const user = await this.users.find(id);
    if (user === null) throw notFound('user', id);
    return user;
  }

  /** Nobody locks themselves out, nor everybody. @throws DomainError `own_account`, `last_admin` */
  async requireOtherAdmin(by: User, id: string): Promise<void> {
    if (id === by.id || id === DEFAULT_USER.id) {
      throw conflict('own_account', 'Not your own account, nor that of the service: let another administrator do it.');
    }
    const { read } = this.database;
    const admins = await read.find(UserEntity, { where: { role: 'admin' }, take: 1_000 });
    if (admins.some((admin) => admin.id !== id && admin.disabledAt === null)) return;
    throw conflict('last_admin', 'The service keeps at least one administrator.');
  }

  /** Signs a user out in every browser. @returns how many those were. @throws DomainError `user_not_found` */
  async endSessions(by: User, id: string): Promise<number> {
    await this.require(id);
    const ended = await this.sessions.endOthers(id, undefined);
    this.audit.record({ action: 'user.signed_out', by, target: { kind: 'user', id }, detail: { sessions: ended } });
    return ended;
  }

  private async lastSeen(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const seen = new Map<string, string>();
    if (ids.length === 0) return seen;
    for (const entity of [BrowserSessionEntity, UserTokenEntity]) {
      const rows = await this.database.read
        .createQueryBuilder<BrowserSessionEntity | UserTokenEntity>(entity, 'used')
        .select('used.userId', 'id')
        .addSelect('MAX(used.lastUsedAt)', 'at')
        .where('used.userId IN (:...ids)', { ids })
        .groupBy('used.userId')
        .getRawMany<{ id: string; at: string | null }>();
      for (const { id, at } of rows) if (at !== null && at > (seen.get(id) ?? '')) seen.set(id, at);
    }
    return seen;
  }

  private note(by: User, action: string, id: string, detail: Record<string, string> = {}): void {
    this.audit.record({ action, by, target: { kind: 'user', id }, detail });
  }
}

const toDto = (
  { id, displayName, email, role, disabledAt, createdAt }: UserEntity,
  lastSeen: ReadonlyMap<string, string>,
): AdminUserDto => ({
  ...{ id, displayName, email, role, disabledAt, createdAt },
  lastSeenAt: lastSeen.get(id) ?? null,
});
