import { MigrationInterface, QueryRunner } from 'typeorm';

/** How large the service's copies of repositories are: they count toward the storage of projects and of who owns them. */
export class MirrorSizes1796170000001 implements MigrationInterface {
  readonly name = 'MirrorSizes1796170000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "project_repositories" ADD COLUMN "mirror_bytes" bigint NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "project_repositories" DROP COLUMN "mirror_bytes"');
  }
}
