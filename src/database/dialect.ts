import type { DataSource } from 'typeorm';
import type { Snapshots } from './snapshots';
import type { Write } from './write-queue';
import type { Writer } from './writer';

/**
 * What differs between databases: how one is opened, migrated and written, and how it says what is wrong. The statements
 * of the service are the same for each; where SQL cannot be, that is a method here.
 */
export abstract class Dialect {
  /** `postgres` or `sqlite`. */
  abstract readonly name: 'postgres' | 'sqlite';

  /** Which database it is, for messages: never with a secret in it. */
  abstract readonly description: string;

  /** Transactions that can be under way at a time: as many connections write. */
  abstract readonly lanes: number;

  /**
   * Opens it and runs the migrations that it lacks, which no two services do at once.
   *
   * @throws Error with what is wrong, for the operator
   */
  abstract open(): Promise<void>;

  /** Reads what is committed; open from `open` to `close`. */
  abstract get reader(): DataSource;

  /** Reads that all see the same; open from `open` to `close`. */
  abstract get snapshots(): Snapshots;

  /** @param lane 0 to `lanes` - 1; asked for once each. */
  abstract writer(lane: number): Writer;

  /** Writes something, and changes nothing; fails when nothing can be written. */
  abstract readonly probe: Write<unknown>;

  /** Undoes the last migration of a database that no service uses. Opens and closes it. @throws Error */
  abstract revertMigration(): Promise<void>;

  /** To be called when the writers are closed. */
  abstract close(): Promise<void>;
}
