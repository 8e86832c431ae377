import { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether a chat's sandboxed commands reach the network. */
export class NetworkAccess1796090000000 implements MigrationInterface {
  readonly name = 'NetworkAccess1796090000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "chat_sessions" ADD COLUMN "network_access" boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "chat_sessions" DROP COLUMN "network_access"');
  }
}
