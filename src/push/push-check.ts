import { Injectable } from '@nestjs/common';
import type { ProjectRole } from '../access/project-member.entity';
import type { Role } from '../auth/principal';
import { BrowserSessions } from '../auth/sessions/browser-sessions';
import { now } from '../common/clock';
import { Database } from '../database/database';
import type { PushNoticeEntity } from './push-notice.entity';
import { isOfInterest } from './push-outbox';
import type { ClaimedNotice } from './push-queue';

/** Who may answer the agent. */
const WRITERS: readonly ProjectRole[] = ['owner', 'editor'];

const OF_USER = `SELECT "role", "disabled_at" AS "disabledAt" FROM "users" WHERE "id" = $1`;
const OF_CHAT = `SELECT chat."title", chat."user_id" AS "owner", chat."project_id" AS "projectId", member."role"
  FROM "chat_sessions" chat JOIN "project_members" member ON member."project_id" = chat."project_id"
  WHERE chat."id" = $1 AND member."user_id" = $2`;
const IS_WAITING = `SELECT 1 AS "is" FROM "approvals" WHERE "id" = $1 AND "status" = 'pending'`;
/** A turn that came later and runs, has run, or is about to: the chat is at work, or there is newer news. */
const IS_LAST = `SELECT 1 AS "is" FROM "turns" ended JOIN "chat_sessions" chat ON chat."id" = ended."chat_id"
  WHERE ended."id" = $1 AND NOT EXISTS (SELECT 1 FROM "turns" later
    WHERE later."chat_id" = ended."chat_id" AND later."ordinal" > ended."ordinal"
    AND (later."status" IN ('running', 'completed', 'failed') OR (later."status" = 'queued' AND NOT chat."queue_held")))`;

interface ChatRow {
  readonly title: string;
  readonly owner: string;
  readonly projectId: string;
  readonly role: ProjectRole;
}

/** Whether a browser may be told of something now, and whether that is still news: looked at with each attempt. */
@Injectable()
export class PushCheck {
  constructor(
    private readonly database: Database,
    private readonly sessions: BrowserSessions,
  ) {}

  /** @returns the title of the chat, empty for a test; undefined: it is not to be told */
  async titleFor({ subscription, notice }: ClaimedNotice): Promise<string | undefined> {
    if (notice.expiresAt <= now()) return undefined;
    const { userId, sessionId, projects } = subscription;
    const [user] = await this.rows<{ role: Role; disabledAt: string | null }>(OF_USER, [userId]);
    if (user === undefined || user.disabledAt !== null) return undefined;
    // Its row may outlive it for an hour.
    if (sessionId !== null && (await this.sessions.endOf(sessionId)) === undefined) return undefined;
    if (notice.chatId === null) return '';
    const [chat] = await this.rows<ChatRow>(OF_CHAT, [notice.chatId, userId]);
    if (chat === undefined || !isOfInterest(chat, { userId, projects })) return undefined;
    const mayAnswer = WRITERS.includes(chat.role) && user.role !== 'viewer';
    if (notice.kind === 'waiting' && !mayAnswer) return undefined;
    return (await this.isNews(notice)) ? chat.title : undefined;
  }

  private async isNews({ kind, subjectId }: PushNoticeEntity): Promise<boolean> {
    return (await this.rows(kind === 'waiting' ? IS_WAITING : IS_LAST, [subjectId])).length > 0;
  }

  private rows<T>(text: string, parameters: unknown[]): Promise<T[]> {
    return this.database.read.query(text, parameters);
  }
}
