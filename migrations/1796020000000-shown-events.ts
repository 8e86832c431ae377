import { MigrationInterface, QueryRunner, TableIndex } from 'typeorm';

/** As `SHOWN_EVENTS` was when this was written. */
const SHOWN =
  `"type" IN ('turn.queued','turn.started','turn.completed','reasoning.completed','plan.updated','diff.updated',` +
  `'usage.updated','warning','error','context.omitted','context.compacted')`;

/** What a chat is shown by is found by its turns, however long its log is. */
export class ShownEvents1796020000000 implements MigrationInterface {
  readonly name = 'ShownEvents1796020000000';

  async up(runner: QueryRunner): Promise<void> {
    const columnNames = ['turn_id', 'type', 'seq'];
    await runner.createIndex('events', new TableIndex({ name: 'events_shown', columnNames, where: SHOWN }));
    const approvals = { name: 'approvals_turn_id', columnNames: ['turn_id'] };
    await runner.createIndex('approvals', new TableIndex(approvals));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('approvals', 'approvals_turn_id');
    await runner.dropIndex('events', 'events_shown');
  }
}
