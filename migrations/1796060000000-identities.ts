import { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS = [
  `"role" varchar NOT NULL DEFAULT 'member'`,
  ...['"email" varchar', '"disabled_at" varchar', '"issuer" varchar', '"subject" varchar'],
];

/**
 * Who users are: their role, and by whose word.
 *
 * In SQL of its own: in SQLite, TypeORM would copy every user into a new table for each column.
 */
export class Identities1796060000000 implements MigrationInterface {
  readonly name = 'Identities1796060000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of COLUMNS) await runner.query(`ALTER TABLE "users" ADD COLUMN ${column}`);
    await runner.query(`UPDATE "users" SET "role" = 'admin' WHERE "id" = 'default'`);
    await runner.query('CREATE UNIQUE INDEX "users_issuer_subject" ON "users" ("issuer", "subject")');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX "users_issuer_subject"');
    for (const column of [...COLUMNS].reverse()) {
      await runner.query(`ALTER TABLE "users" DROP COLUMN ${column.split(' ', 1)[0]}`);
    }
  }
}
