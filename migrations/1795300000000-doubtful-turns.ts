import { MigrationInterface, QueryRunner, TableIndex } from 'typeorm';

const INDEX = new TableIndex({
  name: 'turns_doubtful',
  columnNames: ['chat_id', 'id'],
  where: 'NOT "remembered"',
});

/** Each turn asks for those before it that codex may not know: few, but found among all of the chat without an index. */
export class DoubtfulTurns1795300000000 implements MigrationInterface {
  readonly name = 'DoubtfulTurns1795300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createIndex('turns', INDEX);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('turns', INDEX);
  }
}
