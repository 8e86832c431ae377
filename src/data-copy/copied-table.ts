import { createHash } from 'node:crypto';
import type { EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';

/** A value in the one form that all databases have in common. */
export type Value = string | number | boolean | Buffer | null;
/** The values of a row, in the order of the table's columns. */
export type Row = readonly Value[];
type Kind = 'boolean' | 'number' | 'bytes' | 'text';

export interface CopiedColumn {
  readonly name: string;
  readonly kind: Kind;
}

const KINDS: Readonly<Record<string, Kind>> = {
  ...{ boolean: 'boolean', bool: 'boolean' },
  ...{ integer: 'number', int: 'number', smallint: 'number', real: 'number', float: 'number', double: 'number' },
  ...{ 'double precision': 'number', blob: 'bytes', bytea: 'bytes' },
};

/** A table of the schema: what its columns hold, and which of them are its key. */
export class CopiedTable {
  readonly name: string;
  readonly columns: readonly CopiedColumn[];
  readonly key: readonly CopiedColumn[];

  constructor(metadata: EntityMetadata) {
    this.name = metadata.tableName;
    this.columns = metadata.columns.map(columnOf);
    this.key = metadata.primaryColumns.map(columnOf);
  }

  /** What a driver has read, in the common form. */
  rowOf(raw: Readonly<Record<string, unknown>>): Row {
    return this.columns.map(({ name, kind }) => valueOf(raw[name], kind));
  }

  /** The values of the key of a row. */
  keyOf(row: Row): Row {
    return this.key.map(({ name }) => row[this.columns.findIndex((column) => column.name === name)] ?? null);
  }
}

function columnOf(column: ColumnMetadata): CopiedColumn {
  const type = typeof column.type === 'string' ? column.type : column.type.name.toLowerCase();
  return { name: column.databaseName, kind: KINDS[type] ?? 'text' };
}

/** A `bigint` is text, as PostgreSQL's driver gives it, and JSON the text that it is stored as. */
function valueOf(raw: unknown, kind: Kind): Value {
  if (raw === null || raw === undefined) return null;
  switch (kind) {
    case 'boolean':
      return raw === true || raw === 1;
    case 'number':
      return Number(raw);
    case 'bytes':
      return Buffer.from(raw as Buffer);
    case 'text':
      return typeof raw === 'string' ? raw : JSON.stringify(raw);
  }
}

/** PostgreSQL has no character 0 in a text: what stands in its place counts as the same. */
const digested = (value: Value): unknown => {
  if (Buffer.isBuffer(value)) return [value.toString('base64')];
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value;
};

const MODULUS = 1n << 256n;

/** A checksum of rows that does not depend on their order: databases sort text differently. */
export class RowDigest {
  private sum = 0n;
  private count = 0;

  add(row: Row): void {
    const text = JSON.stringify(row.map(digested));
    this.sum = (this.sum + BigInt(`0x${createHash('sha256').update(text).digest('hex')}`)) % MODULUS;
    this.count += 1;
  }

  /** How many rows, and 64 hexadecimal digits. */
  get result(): { readonly rows: number; readonly checksum: string } {
    return { rows: this.count, checksum: this.sum.toString(16).padStart(64, '0') };
  }
}
