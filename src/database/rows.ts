import type { EntityManager, EntityMetadata, EntityTarget, FindOptionsWhere, ObjectLiteral } from 'typeorm';
import { FindOperator } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';
import { Statement } from './statement';
import { type Row, statementsOf } from './statements';
import { oneStatement, Write } from './write-queue';
import { dataSourceOf } from './write-transaction';

/**
 * Adds rows; the whole row, since nothing is filled in by the database.
 *
 * The functions here write the statement themselves: TypeORM's query builders took 2 ms of each turn, more than the
 * database.
 */
export function insert<T extends ObjectLiteral>(entity: EntityTarget<T>, rows: T | readonly T[]): Write<void> {
  const all: readonly T[] = Array.isArray(rows) ? (rows as readonly T[]) : [rows as T];
  return oneStatement(async (tx) => {
    if (all.length === 0) return;
    const dataSource = dataSourceOf(tx);
    const { columns, tablePath } = dataSource.getMetadata(entity);
    const statement = new Statement(dataSource.driver);
    const names = columns.map((column) => statement.name(column.databaseName)).join(',');
    const tuples = all.map(
      (row) => `(${columns.map((column) => statement.value(column, valueIn(row, column))).join(',')})`,
    );
    const text = `INSERT INTO ${statement.name(tablePath)}(${names}) VALUES ${tuples.join(',')}`;
    await tx.run(text, statement.parameters);
  });
}

/** Adds to whole numbers of the rows that `where` describes, whoever else adds to them; resolves with how many rows. */
export function increment<T extends ObjectLiteral>(
  entity: EntityTarget<T>,
  where: FindOptionsWhere<T>,
  more: Readonly<Record<string, number>>,
): Write<number> {
  return oneStatement(async (tx) => {
    const dataSource = dataSourceOf(tx);
    const metadata = dataSource.getMetadata(entity);
    const statement = new Statement(dataSource.driver);
    const settings = Object.entries(more).map(([path, value]) => {
      const column = columnAt(metadata, path);
      const name = statement.name(column.databaseName);
      return `${name}=${name}+${statement.value(column, value)}`;
    });
    const terms = termsOf(statement, metadata, where);
    const text = `UPDATE ${statement.name(metadata.tablePath)} SET ${settings.join(',')} WHERE ${terms}`;
    return tx.run(text, statement.parameters);
  });
}

/** Changes the rows that `where` describes, by values or `In`; resolves with how many those were. */
export function update<T extends ObjectLiteral>(
  entity: EntityTarget<T>,
  where: FindOptionsWhere<T>,
  change: Partial<T>,
): Write<number> {
  return oneStatement(async (tx) => {
    const dataSource = dataSourceOf(tx);
    const metadata = dataSource.getMetadata(entity);
    const statement = new Statement(dataSource.driver);
    const changed = Object.entries(change).filter(([, value]) => value !== undefined);
    if (changed.length === 0) return 0;
    const settings = changed.map(([name, value]) => {
      const column = columnOf(metadata, name);
      return `${statement.name(column.databaseName)}=${statement.value(column, value)}`;
    });
    const terms = termsOf(statement, metadata, where);
    const text = `UPDATE ${statement.name(metadata.tablePath)} SET ${settings.join(',')} WHERE ${terms}`;
    return tx.run(text, statement.parameters);
  });
}

/**
 * The rows that `where` describes, by values, `In` or `LessThan`, in falling order. For reads that every turn makes.
 *
 * @param most rows, the first of them in that order
 * @param by the property that they are ordered by
 */
export async function find<T extends ObjectLiteral>(
  read: EntityManager,
  entity: EntityTarget<T>,
  where: FindOptionsWhere<T>,
  most: number,
  by = 'id',
): Promise<T[]> {
  const metadata = read.connection.getMetadata(entity);
  const statement = new Statement(read.connection.driver);
  const names = metadata.columns.map((column) => statement.name(column.databaseName)).join(',');
  const text = `SELECT ${names} FROM ${statement.name(metadata.tablePath)} WHERE ${termsOf(statement, metadata, where)}`;
  const order = `ORDER BY ${statement.name(columnOf(metadata, by).databaseName)} DESC LIMIT ${most}`;
  const rows = await all(read, `${text} ${order}`, statement.parameters);
  return rows.map((row) => entityOf<T>(metadata, row));
}

/**
 * The row that `where` describes, and one more value that goes with it, by one statement. For reads that every turn makes.
 *
 * @param valueOf a subquery in brackets; `text` gives the placeholder of a text in it
 */
export async function findWith<T extends ObjectLiteral>(
  read: EntityManager,
  entity: EntityTarget<T>,
  where: FindOptionsWhere<T>,
  valueOf: (text: (value: string) => string) => string,
): Promise<{ readonly row: T; readonly value: unknown } | undefined> {
  const metadata = read.connection.getMetadata(entity);
  const statement = new Statement(read.connection.driver);
  const table = statement.name(metadata.tablePath);
  const names = metadata.columns.map((column) => `${table}.${statement.name(column.databaseName)}`).join(',');
  const value = valueOf((text) => statement.text(text));
  const terms = termsOf(statement, metadata, where);
  const text = `SELECT ${names},${value} AS "one_more_value" FROM ${table} WHERE ${terms} LIMIT 1`;
  const [row] = await all(read, text, statement.parameters);
  return row && { row: entityOf<T>(metadata, row), value: row.one_more_value };
}

/** Within a snapshot by its connection: another one would see what was committed since. */
function all({ connection, queryRunner }: EntityManager, text: string, parameters: unknown[]): Promise<Row[]> {
  if (queryRunner === undefined) return statementsOf(connection).all(text, parameters);
  return queryRunner.query(text, parameters) as Promise<Row[]>;
}

function entityOf<T extends ObjectLiteral>(metadata: EntityMetadata, row: Readonly<Record<string, unknown>>): T {
  const { driver } = metadata.connection;
  const entity = metadata.create() as T;
  for (const column of metadata.columns) {
    column.setEntityValue(entity, driver.prepareHydratedValue(row[column.databaseName], column));
  }
  return entity;
}

function termsOf<T>(statement: Statement, metadata: EntityMetadata, where: FindOptionsWhere<T>): string {
  const terms = Object.entries(where).map(([name, value]) => termOf(statement, columnOf(metadata, name), value));
  if (terms.length === 0) throw new TypeError(`${metadata.name}: rows are found by a value`);
  return terms.join(' AND ');
}

/** @throws TypeError for what this does not know: it must not pass for "any row". */
function termOf(statement: Statement, column: ColumnMetadata, value: unknown): string {
  const name = statement.name(column.databaseName);
  if (value instanceof FindOperator) {
    if (value.type === 'lessThan') return `${name}<${statement.value(column, value.value)}`;
    if (value.type !== 'in') throw new TypeError(`${column.propertyName}: rows are found by values, In or LessThan`);
    return `${name} IN (${(value.value as unknown[]).map((one) => statement.value(column, one)).join(',')})`;
  }
  if (value === undefined || value === null) throw new TypeError(`${column.propertyName}: rows are found by a value`);
  // Not as a parameter: a database uses an index of some rows only where the text of the statement says that it may.
  if (typeof value === 'boolean') return value ? name : `NOT ${name}`;
  return `${name}=${statement.value(column, value)}`;
}

function columnOf(metadata: EntityMetadata, name: string): ColumnMetadata {
  const column = metadata.findColumnWithPropertyName(name);
  if (column === undefined) throw new TypeError(`${metadata.name} has no "${name}"`);
  return column;
}

/** @param path of the property: `usage.totalTokens` */
function columnAt(metadata: EntityMetadata, path: string): ColumnMetadata {
  const column = metadata.findColumnWithPropertyPath(path);
  if (column === undefined) throw new TypeError(`${metadata.name} has no "${path}"`);
  return column;
}

/** @throws TypeError for a row that is not whole. */
function valueIn(row: ObjectLiteral, column: ColumnMetadata): unknown {
  const value: unknown = column.getEntityValue(row);
  if (value === undefined) throw new TypeError(`a row of ${column.entityMetadata.name} lacks "${column.propertyPath}"`);
  return value;
}
