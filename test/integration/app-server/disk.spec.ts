import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as sqlite3 from 'sqlite3';
import { PoolFixture } from './support/pool-fixture';

type Row = Readonly<Record<string, unknown>>;

/** Runs one statement in a database that codex has made. */
function query(file: string, statement: string): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(file, sqlite3.OPEN_READWRITE);
    database.configure('busyTimeout', 1_000);
    database.all<Row>(statement, (error, rows) =>
      database.close(() => (error === null ? resolve(rows) : reject(error))),
    );
  });
}

describe('what codex keeps on disk', () => {
  let fixture: PoolFixture;
  let threadId: string;
  const home = (name: string): string => join(fixture.root, 'codex_home', name);

  beforeAll(async () => {
    fixture = await PoolFixture.start({ config: { size: 2 } });
    ({ threadId } = await fixture.run(null, 'one'));
    await fixture.run(threadId, 'two');
    await fixture.pool.stop({ graceMs: 0 });
  });
  afterAll(() => fixture.stop());

  it('is of its log no more than the problems', async () => {
    const logs = home('logs_2.sqlite');
    const ofTurns = "SELECT target FROM logs WHERE thread_id IS NOT NULL AND level NOT IN ('WARN', 'ERROR')";
    expect(await query(logs, ofTurns)).toEqual([]);

    const row = (level: string): string => `(1, 1, '${level}', 'test', '${threadId}')`;
    const rows = ['ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'].map(row).join(', ');
    await query(logs, `INSERT INTO logs(ts, ts_nanos, level, target, thread_id) VALUES ${rows}`);
    const kept = await query(logs, "SELECT level FROM logs WHERE target = 'test' ORDER BY id");
    expect(kept.map(({ level }) => level)).toEqual(['ERROR', 'WARN']);
  });

  it('is a thread once, in its file', async () => {
    const files = readdirSync(home('sessions'), { recursive: true, encoding: 'utf8' });
    const [file] = files.filter((name) => name.endsWith(`${threadId}.jsonl`));
    expect(readFileSync(join(home('sessions'), file ?? ''), 'utf8')).toContain('two');
    const copies = home('thread_history_1.sqlite');
    const turns = existsSync(copies) ? await query(copies, 'SELECT 1 FROM thread_turns') : [];
    expect(turns).toEqual([]);
  });
});
