import { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = [
  `"chat_sessions_activity" ON "chat_sessions" ("user_id", "archived", "updated_at", "id")`,
  `"approvals_pending" ON "approvals" ("user_id", "chat_id") WHERE "status" = 'pending'`,
];

/** Chats by their last activity, and those that wait for somebody. */
export class ChatListIndexes1796041000000 implements MigrationInterface {
  readonly name = 'ChatListIndexes1796041000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const index of INDEXES) await runner.query(`CREATE INDEX ${index}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of INDEXES) await runner.query(`DROP INDEX ${index.split(' ')[0]}`);
  }
}
