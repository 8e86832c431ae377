import { MigrationInterface, QueryRunner, Table, TableForeignKey, TableIndex } from 'typeorm';

const foreignKey = (column: string, table: string) =>
  new TableForeignKey({
    ...{ columnNames: [column], referencedTableName: table, referencedColumnNames: ['id'], onDelete: 'CASCADE' },
  });

/** The chats that each user keeps at the top of their list. */
export class PinnedChats1796190000000 implements MigrationInterface {
  readonly name = 'PinnedChats1796190000000';

  async up(runner: QueryRunner): Promise<void> {
    const columns = ['id', 'user_id', 'chat_id', 'created_at'].map((name) => ({
      ...{ name, type: 'varchar', isPrimary: name === 'id' },
    }));
    const foreignKeys = [foreignKey('user_id', 'users'), foreignKey('chat_id', 'chat_sessions')];
    await runner.createTable(new Table({ name: 'pinned_chats', columns, foreignKeys }));
    const ofUser = { name: 'pinned_chats_user', columnNames: ['user_id', 'chat_id'], isUnique: true };
    await runner.createIndex('pinned_chats', new TableIndex(ofUser));
    // For the deletion of a chat.
    await runner.createIndex('pinned_chats', new TableIndex({ name: 'pinned_chats_chat', columnNames: ['chat_id'] }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('pinned_chats');
  }
}
