import { DataSource, QueryFailedError } from 'typeorm';
import { PlainStatements } from './plain-statements';
import { PreparedStatements } from './prepared-statements';
import type { Statements } from './statements';

describe('PreparedStatements', () => {
  const dataSource = new DataSource({ type: 'sqlite', database: ':memory:' });
  let statements: Statements;

  beforeAll(async () => {
    await dataSource.initialize();
    statements = PreparedStatements.of(dataSource);
    await statements.run('CREATE TABLE rows (id integer PRIMARY KEY, text varchar)');
  });
  afterAll(async () => {
    await statements.close();
    await dataSource.destroy();
  });

  it('says how many rows have changed, each time anew', async () => {
    const add = 'INSERT INTO rows (id, text) VALUES (?, ?)';
    expect([await statements.run(add, [1, 'a']), await statements.run(add, [2, 'b'])]).toEqual([1, 1]);
    expect(await statements.run('UPDATE rows SET text=?', ['c'])).toBe(2);
    expect(await statements.run('UPDATE rows SET text=? WHERE id=?', ['d', 9])).toBe(0);
    expect(await dataSource.query('SELECT * FROM rows')).toEqual([
      { id: 1, text: 'c' },
      { id: 2, text: 'c' },
    ]);
  });

  it('gives the rows that a change returns, as statements that TypeORM runs do', async () => {
    const text = 'UPDATE rows SET text = ? WHERE id = ? RETURNING id, text';
    for (const either of [statements, new PlainStatements(dataSource)]) {
      expect(await either.all(text, ['e', 1])).toEqual([{ id: 1, text: 'e' }]);
      expect(await either.run('UPDATE rows SET text = ? WHERE id = ?', ['c', 1])).toBe(1);
    }
  });

  it('goes on after a statement that was refused, and one that is none', async () => {
    const add = 'INSERT INTO rows (id) VALUES (?)';
    await statements.run(add, [10]);
    await expect(statements.run(add, [10])).rejects.toThrow(/UNIQUE constraint failed/);
    await expect(statements.run(add, [10])).rejects.toBeInstanceOf(QueryFailedError);
    await expect(statements.run('nonsense')).rejects.toThrow(/syntax error/);
    expect(await statements.run(add, [11])).toBe(1);
  });

  it('keeps working with more statements than are kept, and after their connection has changed', async () => {
    for (let id = 100; id < 400; id += 1) await statements.run(`INSERT INTO rows (id) VALUES (${id})`);
    await dataSource.query('ALTER TABLE rows ADD COLUMN more varchar');
    expect(await statements.run('UPDATE rows SET text=? WHERE id=?', ['e', 100])).toBe(1);
  });

  it('says that its connection is closed', async () => {
    const other = await new DataSource({ type: 'sqlite', database: ':memory:' }).initialize();
    const late = PreparedStatements.of(other);
    await other.destroy();
    await expect(late.all('SELECT 1', [])).rejects.toBeInstanceOf(QueryFailedError);
  });

  it('ends the statements of several that used one for the first time together', async () => {
    const other = await new DataSource({ type: 'sqlite', database: ':memory:' }).initialize();
    const together = PreparedStatements.of(other);
    await Promise.all([together.all('SELECT 1', []), together.all('SELECT 1', []), together.all('SELECT 2', [])]);
    await together.close();
    await expect(other.destroy()).resolves.toBeUndefined();
  });

  it('prepares a statement again that could not be prepared, for all who wanted it', async () => {
    const add = 'INSERT INTO later (id) VALUES (?)';
    const results = await Promise.allSettled([statements.run(add, [1]), statements.run(add, [2])]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await statements.run('CREATE TABLE later (id integer PRIMARY KEY)');
    expect(await statements.run(add, [3])).toBe(1);
  });

  it('lets the connection be closed, and is closed twice without harm', async () => {
    await statements.close();
    await statements.close();
    expect(await statements.run('DELETE FROM rows')).toBeGreaterThan(0);
  });
});

describe.each(['prepared', 'plain'])('%s statements of a connection', (kind) => {
  const dataSource = new DataSource({ type: 'sqlite', database: ':memory:' });
  let statements: Statements;

  beforeAll(async () => {
    await dataSource.initialize();
    if (kind === 'plain') PreparedStatements.avoid(dataSource);
    statements = PreparedStatements.of(dataSource);
  });
  afterAll(async () => {
    await statements.close();
    await dataSource.destroy();
  });

  it('change and find the same rows, in a transaction, too', async () => {
    expect(statements instanceof PreparedStatements).toBe(kind === 'prepared');
    await statements.run('CREATE TABLE rows (id integer PRIMARY KEY, text varchar)');
    await statements.run('BEGIN');
    expect(await statements.run('INSERT INTO rows (id, text) VALUES (?, ?), (?, ?)', [1, 'a', 2, 'b'])).toBe(2);
    await statements.run('COMMIT');
    await statements.run('BEGIN');
    expect(await statements.run('DELETE FROM rows')).toBe(2);
    await statements.run('ROLLBACK');
    expect(await statements.run('UPDATE rows SET text=? WHERE id>?', ['c', 1])).toBe(1);
    expect(await statements.all('SELECT * FROM rows WHERE id<=? ORDER BY id', [2])).toEqual([
      { id: 1, text: 'a' },
      { id: 2, text: 'c' },
    ]);
    await expect(statements.run('INSERT INTO rows (id) VALUES (?)', [1])).rejects.toBeInstanceOf(QueryFailedError);
    await expect(statements.all('SELECT nonsense FROM rows', [])).rejects.toBeInstanceOf(QueryFailedError);
  });
});

describe('the self-test of prepared statements', () => {
  it('finds them with the TypeORM that is installed, and says so where its driver is made in another way', async () => {
    const dataSource = new DataSource({ type: 'sqlite', database: ':memory:' });
    await dataSource.initialize();
    expect(await PreparedStatements.test(dataSource)).toEqual({ active: true });
    const other = Object.create(dataSource, { driver: { value: {} } }) as DataSource;
    expect(await PreparedStatements.test(other)).toMatchObject({
      ...{ active: false, problem: expect.stringMatching(/^each statement is prepared anew/) as string },
    });
    await dataSource.destroy();
  });
});
