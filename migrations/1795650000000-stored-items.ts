import { MigrationInterface, QueryRunner, Table } from 'typeorm';

const COLUMNS = ['user_id', 'item_id', 'response_id'];
/** Responses that are read at a time: a large one has megabytes. */
const PAGE = 20;
const ITEMS_PER_STATEMENT = 500;

interface StoredRow {
  readonly user_id: string;
  readonly id: string;
  readonly created_at: string;
  readonly response: string;
  readonly input: string;
}

/** The ids of the items in a list; none where it is no list. */
function idsIn(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown) => {
    const id: unknown = typeof item === 'object' && item !== null && 'id' in item ? item.id : undefined;
    return typeof id === 'string' ? [id] : [];
  });
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function itemsOf({ response, input }: StoredRow): string[] {
  const answer = parsed(response);
  const output: unknown = typeof answer === 'object' && answer !== null && 'output' in answer ? answer.output : [];
  return [...new Set([...idsIn(parsed(input)), ...idsIn(output)])];
}

/** Which stored response has an item, of several the newest; before, a lookup read all that a user had stored. */
export class StoredItems1795650000000 implements MigrationInterface {
  readonly name = 'StoredItems1795650000000';

  async up(runner: QueryRunner): Promise<void> {
    const columns = COLUMNS.map((name) => ({ name, type: 'varchar', isPrimary: name !== 'response_id' }));
    const owner = {
      ...{ columnNames: ['user_id'], referencedTableName: 'users', referencedColumnNames: ['id'] },
      onDelete: 'CASCADE',
    };
    await runner.createTable(new Table({ name: 'stored_items', columns, foreignKeys: [owner] }));
    await this.fill(runner);
  }

  /** Oldest first: a later response with the same item takes its place. */
  private async fill(runner: QueryRunner): Promise<void> {
    const page = `SELECT user_id, id, created_at, response, input FROM stored_responses
      WHERE created_at > $1 OR (created_at = $1 AND (user_id > $2 OR (user_id = $2 AND id > $3)))
      ORDER BY created_at, user_id, id LIMIT ${PAGE}`;
    for (let last = { created_at: '', user_id: '', id: '' }; ;) {
      const rows = (await runner.query(page, [last.created_at, last.user_id, last.id])) as StoredRow[];
      for (const row of rows) await this.note(runner, row);
      const newest = rows.at(-1);
      if (newest === undefined) return;
      last = newest;
    }
  }

  private async note(runner: QueryRunner, row: StoredRow): Promise<void> {
    const ids = itemsOf(row);
    for (let from = 0; from < ids.length; from += ITEMS_PER_STATEMENT) {
      const some = ids.slice(from, from + ITEMS_PER_STATEMENT);
      const tuples = some.map((_, index) => `($1,$${index + 3},$2)`);
      await runner.query(
        `INSERT INTO stored_items (user_id, item_id, response_id) VALUES ${tuples.join()}
         ON CONFLICT (user_id, item_id) DO UPDATE SET response_id = excluded.response_id`,
        [row.user_id, row.id, ...some],
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('stored_items');
  }
}
