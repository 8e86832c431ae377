import { Injectable } from '@nestjs/common';
import { ChatRemoval } from '../chat/chat-removal';
import { ChatEntity } from '../chat/entities/chat.entity';
import { Database } from '../database/database';
import { placeholdersOf } from '../database/placeholders';

/** Chats deleted at a time. */
const PAGE = 50;

/** The chats of projects, whoever made them. */
@Injectable()
export class ProjectChats {
  constructor(
    private readonly database: Database,
    private readonly removal: ChatRemoval,
  ) {}

  /** Those without chats are left out. */
  async countIn(projectIds: readonly string[]): Promise<Map<string, number>> {
    if (projectIds.length === 0) return new Map();
    const places = placeholdersOf(projectIds);
    const rows: { id: string; count: number | string }[] = await this.database.read.query(
      'SELECT "project_id" AS "id", COUNT(*) AS "count" FROM "chat_sessions" ' +
        `WHERE "project_id" IN (${places}) GROUP BY "project_id"`,
      [...projectIds],
    );
    return new Map(rows.map(({ id, count }) => [id, Number(count)]));
  }

  /** Deletes every chat of a project. @throws DomainError `storage_unavailable`; the chats that are left are whole */
  async deleteAll(projectId: string): Promise<void> {
    const next = (): Promise<ChatEntity[]> =>
      this.database.read.find(ChatEntity, { where: { projectId }, order: { id: 'ASC' }, take: PAGE });
    for (let chats = await next(); chats.length > 0; chats = await next()) {
      for (const chat of chats) await this.removal.remove(chat);
    }
  }
}
