import { UNFINISHED_COPY } from '../database/unfinished-copy';
import type { CopiedTable, Row } from './copied-table';
import type { CopyDatabase, CopyTransaction } from './copy-database';

/** How far a table has been copied. */
export interface TableProgress {
  /** Key of the last row that is there; null: none. */
  readonly last: Row | null;
  readonly rows: number;
  readonly isDone: boolean;
}

const NOTHING: TableProgress = { last: null, rows: 0, isDone: false };

/**
 * How far a copy has come, in a table of the target: what is committed with the rows themselves is true after a kill at any
 * moment. While the table is there no service starts on the database.
 */
export class CopyState {
  constructor(private readonly target: CopyDatabase) {}

  /** Where the unfinished copy in the target came from; undefined when there is none. */
  async source(): Promise<string | undefined> {
    return (await this.exists()) ? this.value('source') : undefined;
  }

  /** Has the table made, with where the rows come from. */
  async begin(source: string): Promise<void> {
    await this.target.transaction(async (tx) => {
      await tx.query(`CREATE TABLE "${UNFINISHED_COPY}" ("name" varchar PRIMARY KEY, "value" text NOT NULL)`);
      await note(tx, 'source', source);
    });
  }

  async progressOf({ name }: CopiedTable): Promise<TableProgress> {
    const value = await this.value(`table ${name}`);
    return value === undefined ? NOTHING : (JSON.parse(value) as TableProgress);
  }

  /** Notes the progress in the transaction of the rows. */
  noteProgress(tx: CopyTransaction, { name }: CopiedTable, progress: TableProgress): Promise<void> {
    return note(tx, `table ${name}`, JSON.stringify(progress));
  }

  async end(): Promise<void> {
    await this.target.transaction((tx) => tx.query(`DROP TABLE "${UNFINISHED_COPY}"`));
  }

  private async exists(): Promise<boolean> {
    return this.target.hasTable(UNFINISHED_COPY);
  }

  private async value(name: string): Promise<string | undefined> {
    const text = `SELECT "value" FROM "${UNFINISHED_COPY}" WHERE "name" = $1`;
    const [row] = await this.target.query<{ value: string }>(text, [name]);
    return row?.value;
  }
}

const note = (tx: CopyTransaction, name: string, value: string): Promise<void> =>
  tx.query(
    `INSERT INTO "${UNFINISHED_COPY}" ("name", "value") VALUES ($1, $2)
     ON CONFLICT ("name") DO UPDATE SET "value" = excluded."value"`,
    [name, value],
  );
