import { Injectable } from '@nestjs/common';
import { User } from '../auth/user';
import { DomainError, notFound } from '../common/domain.error';
import { isId } from '../common/ids';
import { Database } from '../database/database';
import type { ProjectRole } from './project-member.entity';
import { isReader } from './service-role';
import { placeholdersOf } from '../database/placeholders';

/**
 * `read`: see it and what happens in it. `write`: also talk with the agent, answer it, change settings. `manage`: also delete,
 * move and share it; of a chat that is the project's owners, and who made the chat and may still write.
 */
export type AccessLevel = 'read' | 'write' | 'manage';

/** A condition of a query builder. */
export interface Condition {
  readonly text: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

const ROLES: Readonly<Record<AccessLevel, readonly ProjectRole[]>> = {
  read: ['owner', 'editor', 'viewer'],
  write: ['owner', 'editor'],
  manage: ['owner'],
};

/** The projects of which somebody is a member, as a subquery. @param user placeholder of the user's id */
const membershipOf = (level: AccessLevel, user = ':accessUser'): string =>
  `SELECT "project_id" FROM "project_members" WHERE "user_id" = ${user}` +
  (level === 'read' ? '' : ` AND "role" IN (${ROLES[level].map((role) => `'${role}'`).join(', ')})`);

/**
 * The chats that a user may read, as a condition of a statement.
 *
 * @param chats name of `chat_sessions` in it. @param user placeholder of the user's id
 */
export const readableChats = (chats: string, user: string): string =>
  `${chats}."project_id" IN (${membershipOf('read', user)})`;

interface Membership {
  /** Undefined for who is no member. */
  readonly role: ProjectRole | undefined;
  /** Who made the chat. */
  readonly owner: string;
}

/**
 * Who may do what to which chats and projects. The same rule as a condition of queries, for lists and searches, and as a check
 * of one. What somebody may not even see is "not found", in the same words as what there is not; what may be seen and not be
 * changed is 403 `read_only`.
 */
@Injectable()
export class Access {
  constructor(private readonly database: Database) {}

  /**
   * The chats that the user may use so, as a condition on rows of `chat_sessions`.
   *
   * @param alias of the chats in the query
   */
  chatsVisibleTo(user: User, level: AccessLevel, alias: string): Condition {
    const parameters = { accessUser: user.id };
    if (level !== 'read' && isReader(user)) return { text: '1 = 0', parameters: {} };
    const member = `${alias}.projectId IN (${membershipOf(level)})`;
    if (level !== 'manage') return { text: member, parameters };
    const made = `(${alias}.userId = :accessUser AND ${alias}.projectId IN (${membershipOf('write')}))`;
    return { text: `(${member} OR ${made})`, parameters };
  }

  /**
   * The same on rows that belong to a chat.
   *
   * @param column the chat's id in the query, such as `row.chatId`
   */
  ofVisibleChats(user: User, column: string): Condition {
    const chats = `SELECT "id" FROM "chat_sessions" WHERE "project_id" IN (${membershipOf('read')})`;
    return { text: `${column} IN (${chats})`, parameters: { accessUser: user.id } };
  }

  /** The projects that the user may use so, as a condition on rows of `projects`. */
  projectsVisibleTo(user: User, level: AccessLevel, alias: string): Condition {
    if (level !== 'read' && isReader(user)) return { text: '1 = 0', parameters: {} };
    return { text: `${alias}.id IN (${membershipOf(level)})`, parameters: { accessUser: user.id } };
  }

  /** @throws DomainError 404 `chat_not_found`, 403 `read_only`. */
  async requireChat(user: User, chatId: string, level: AccessLevel): Promise<void> {
    if (!(await this.mayUseChat(user, chatId, level))) throw notFound('chat', chatId);
  }

  /** False where the user may not even see it, or there is no such chat. @throws DomainError 403 `read_only`. */
  async mayUseChat(user: User, chatId: string, level: AccessLevel): Promise<boolean> {
    const [chat] = isId(chatId) ? await this.chatsWithRole(user, chatId) : [];
    return this.roleFor(user, chat, level) !== undefined;
  }

  /** The user's role in the project of a chat, as a subquery beside the chat's row. @param user placeholder of its id */
  roleInChat(user: string): string {
    return `(SELECT "role" FROM "project_members" WHERE "project_id" = "chat_sessions"."project_id" AND "user_id" = ${user})`;
  }

  /**
   * The user's role in a chat that was read with the role in it, if it is enough; undefined for who may not even see it.
   *
   * @throws DomainError 403 `read_only`.
   */
  roleFor(user: User, chat: Membership | undefined, level: AccessLevel): ProjectRole | undefined {
    if (chat?.role === undefined) return undefined;
    const { role, owner } = chat;
    const mayManage = level === 'manage' && role === 'editor' && owner === user.id;
    this.requireRole(user, mayManage ? 'owner' : role, level);
    return isReader(user) ? 'viewer' : role;
  }

  /** @throws DomainError 404 `project_not_found`, 403 `read_only`. */
  async requireProject(user: User, projectId: string, level: AccessLevel): Promise<ProjectRole> {
    const role = isId(projectId) ? (await this.rolesIn(user, [projectId])).get(projectId) : undefined;
    if (role === undefined) throw notFound('project', projectId);
    this.requireRole(user, role, level);
    return role;
  }

  /** The user's role in each of these projects; those without one are left out. */
  async rolesIn(user: User, projectIds: readonly string[]): Promise<Map<string, ProjectRole>> {
    if (projectIds.length === 0) return new Map();
    const ids = [...new Set(projectIds)];
    const places = placeholdersOf(ids, 1);
    const rows: { id: string; role: ProjectRole }[] = await this.database.read.query(
      `SELECT "project_id" AS "id", "role" FROM "project_members" WHERE "user_id" = $1 AND "project_id" IN (${places})`,
      [user.id, ...ids],
    );
    return new Map(rows.map(({ id, role }) => [id, isReader(user) ? 'viewer' : role]));
  }

  /** Who may read each of these chats: one entry for each of both. */
  async readersOf(chatIds: readonly string[]): Promise<readonly { chatId: string; userId: string }[]> {
    if (chatIds.length === 0) return [];
    return this.database.read.query(
      `SELECT "chat"."id" AS "chatId", "member"."user_id" AS "userId" FROM "chat_sessions" "chat" ` +
        'JOIN "project_members" "member" ON "member"."project_id" = "chat"."project_id" ' +
        `WHERE "chat"."id" IN (${placeholdersOf(chatIds)})`,
      [...chatIds],
    );
  }

  /** The users who may read what is in a project. */
  async membersOf(projectId: string): Promise<string[]> {
    const rows: { userId: string }[] = await this.database.read.query(
      'SELECT "user_id" AS "userId" FROM "project_members" WHERE "project_id" = $1',
      [projectId],
    );
    return rows.map(({ userId }) => userId);
  }

  private async chatsWithRole(user: User, chatId: string): Promise<Membership[]> {
    const rows: { role: ProjectRole | null; owner: string }[] = await this.database.read.query(
      `SELECT ${this.roleInChat('$1')} AS "role", "user_id" AS "owner" FROM "chat_sessions" WHERE "id" = $2`,
      [user.id, chatId],
    );
    return rows.map(({ role, owner }) => ({ role: role ?? undefined, owner }));
  }

  private requireRole(user: User, role: ProjectRole, level: AccessLevel): void {
    if (ROLES[level].includes(role) && (level === 'read' || !isReader(user))) return;
    throw readOnly(level);
  }
}

const readOnly = (level: AccessLevel): DomainError =>
  new DomainError(
    403,
    'read_only',
    level === 'write'
      ? 'You may read this, and not change it: an owner of the project can make you an editor.'
      : 'Only an owner of the project, or who made the chat, may do this.',
  );
