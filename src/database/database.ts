import { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { backoffDelayMs } from '../common/backoff';
import { ConfigError } from '../config/config.error';
import { DomainError, messageOf, unavailable } from '../common/domain.error';
import { continueIdsAfter } from '../common/ids';
import type { Dialect } from './dialect';
import { newestIds } from './newest-ids';
import { isStorageFault, refusalOf } from './storage-fault';
import { refuseUnfinishedCopy } from './unfinished-copy';
import { Write, WriteQueue } from './write-queue';

/** Below the time after which proxies give an answer up. */
const DOUBT_MS = 15_000;
const IN_DOUBT =
  'The database was lost while it stored this, and may have stored it: do the same again later; a message with the same clientMessageId is stored once.';
const RETRY = { initialMs: 100, maximumMs: 5_000 };

/** What keeps other processes away from the database. */
export interface ServiceLock {
  /** @throws ConfigError when another process has it. */
  take(): Promise<void>;
}

export interface WriteOptions {
  /**
   * Writes with the same lane are committed in the order of their calls; those of others may be committed before, after or
   * at the same time where the database can. Usually the id of the chat that is written to. Left out: a lane for all
   * those without.
   */
  readonly lane?: string;
}

/**
 * The open database: reads of what is committed, and writes through queues, one a lane. Nest opens it when the modules are
 * initialized, and closes it after everything else.
 */
export class Database implements OnModuleInit, OnApplicationShutdown {
  private queues: readonly WriteQueue[] = [];
  private readonly lastWrites: (() => Promise<void>)[] = [];
  private isOpen = false;

  constructor(
    readonly dialect: Dialect,
    private readonly lock?: ServiceLock,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.lock?.take();
    await this.open();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  /**
   * Opens it, running the migrations that it lacks. New ids sort behind all that are in it, so that what comes later stays
   * later although the clock was set back between two runs.
   *
   * @throws ConfigError when it cannot be opened or is no database, or statements are to be prepared and cannot.
   */
  async open(): Promise<void> {
    try {
      await this.dialect.open();
      await refuseUnfinishedCopy(this.dialect.reader);
      for (const id of await newestIds(this.dialect.reader)) continueIdsAfter(id);
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      throw new ConfigError(`${this.dialect.description} cannot be opened: ${messageOf(error)}`);
    }
    const { lanes } = this.dialect;
    this.queues = Array.from({ length: lanes }, (_, lane) => new WriteQueue(this.dialect.writer(lane)));
    this.isOpen = true;
  }

  /** Sees committed rows only. @throws DomainError `storage_unavailable` when it is not open, as while the service stops */
  get read(): EntityManager {
    if (!this.isOpen) throw notOpen();
    return this.dialect.reader.manager;
  }

  /**
   * Does reads that all see the database as it was when the first of them was made.
   *
   * @throws DomainError `storage_unavailable` when it is not open; and what the reads throw
   */
  async snapshot<T>(reads: (read: EntityManager) => Promise<T>): Promise<T> {
    if (!this.isOpen) throw notOpen();
    return this.dialect.snapshots.read(reads);
  }

  /** Writes that wait for a transaction. */
  get queuedWrites(): number {
    return this.queues.reduce((sum, { length }) => sum + length, 0);
  }

  /** Whether the last transaction of a lane failed by the disk, by a lock of another process, or could not begin. */
  get isFailing(): boolean {
    return this.queues.some((queue) => queue.isFailing);
  }

  /** Finds out whether it can be written where it could not. Never throws. */
  async probe(): Promise<void> {
    const failing = this.queues.filter((queue) => queue.isFailing);
    const probes = failing.map((queue) => queue.write(this.dialect.probe));
    await Promise.allSettled(probes);
  }

  /**
   * Runs `write` in a transaction shared with its neighbours; see WriteQueue.
   *
   * @throws StorageUnavailableError when the disk is full or broken, another process has locked the file for longer than a
   * write waits, or the database cannot be reached; DomainError `storage_unavailable` when it is not open; and what
   * `write` throws. Nothing is written then.
   */
  async write<T>(write: Write<T>, { lane = '' }: WriteOptions = {}): Promise<T> {
    const queue = this.queues[laneOf(lane, this.queues.length)];
    if (queue === undefined) throw notOpen();
    try {
      return await queue.write(write);
    } catch (error) {
      throw refusalOf(error);
    }
  }

  /**
   * What `work` resolves with, but no longer than a while when the answer to a commit is waited for from a server that is
   * away. For callers who can ask again: the work goes on, and may be done.
   *
   * @param work that writes
   * @throws DomainError `storage_unavailable` after that time; and what `work` throws
   */
  async confirmed<T>(work: Promise<T>, doubtMs = DOUBT_MS): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const doubt = new Promise<never>((_, reject) => {
      timer = setInterval(() => {
        if (this.queues.some((queue) => queue.isUncertain)) reject(unavailable('storage_unavailable', IN_DOUBT));
      }, doubtMs);
    });
    try {
      return await Promise.race([work, doubt]);
    } finally {
      clearInterval(timer);
    }
  }

  /**
   * Reads for work that goes on whatever happens, such as a turn: while the database cannot be used, it is tried again.
   *
   * @throws what `read` throws otherwise
   */
  async untilRead<T>(read: (from: EntityManager) => Promise<T>): Promise<T> {
    for (let faults = 0; ; faults += 1) {
      try {
        return await read(this.read);
      } catch (error) {
        if (!isStorageFault(error)) throw error;
        await sleep(backoffDelayMs(faults, RETRY));
      }
    }
  }

  /** Has `write` called before the database closes, by whoever buffers rows before it writes them. */
  beforeClose(write: () => Promise<void>): void {
    this.lastWrites.push(write);
  }

  /** Commits what is queued or gathered and closes the database. */
  async close(): Promise<void> {
    if (!this.isOpen) return;
    await Promise.allSettled(this.lastWrites.map((write) => write()));
    await Promise.all(this.queues.map((queue) => queue.idle()));
    const { queues } = this;
    // First: a call while they are being closed is refused.
    this.queues = [];
    this.isOpen = false;
    await Promise.all(queues.map((queue) => queue.close()));
    await this.dialect.close();
  }
}

/** The same for the same lane, evenly spread: FNV-1a. */
function laneOf(lane: string, lanes: number): number {
  if (lanes <= 1) return 0;
  let hash = 0x811c9dc5;
  for (let index = 0; index < lane.length; index += 1) {
    hash = Math.imul(hash ^ lane.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash % lanes;
}

/** No storage fault: trying again in this run of the service makes no sense. */
const notOpen = (): DomainError =>
  unavailable('storage_unavailable', 'The database is not open, because the service stops: try again later.');
