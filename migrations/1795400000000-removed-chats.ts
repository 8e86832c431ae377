import { MigrationInterface, QueryRunner, Table } from 'typeorm';

/** What is left on disk of chats that were deleted. It belongs to no user's row: it has to go when that is gone, too. */
export class RemovedChats1795400000000 implements MigrationInterface {
  readonly name = 'RemovedChats1795400000000';

  async up(runner: QueryRunner): Promise<void> {
    const columns = [
      { name: 'chat_id', type: 'varchar', isPrimary: true },
      { name: 'user_id', type: 'varchar' },
      { name: 'thread_ids', type: 'text' },
      { name: 'removed_at', type: 'varchar' },
    ];
    await runner.createTable(new Table({ name: 'removed_chats', columns }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('removed_chats');
  }
}
