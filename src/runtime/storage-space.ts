import { open, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { StorageConfig } from '../config/storage.config';
import { ComponentLogger } from '../common/logger';
import { DataDirectories } from './data-directories';

const RESERVE = 'reserve';
const MIB = 1024 * 1024;
const ZEROS = Buffer.alloc(MIB);
/** How much more than the floor must be free before the space counts as enough again. */
const RECOVERY = 1.1;

/** What a commit of the database may need. */
const FULL_BYTES = MIB / 2;

/** The bytes that are free where a path lies. */
export type FreeSpaceProbe = (path: string) => Promise<number>;

/**
 * How much space is left on the service's disks, and a file that is given up so that the service can write when it is full.
 *
 * It is only looked at when `check` is called.
 */
export class StorageSpace {
  private low = false;
  private full = false;
  private held = false;
  private readonly reserveFile: string;
  private readonly folders: readonly string[];

  constructor(
    private readonly config: StorageConfig,
    directories: DataDirectories,
    private readonly logger: ComponentLogger,
    private readonly freeIn: FreeSpaceProbe = freeBytes,
  ) {
    this.folders = [...new Set([directories.root, directories.database, directories.storage])];
    this.reserveFile = join(directories.database, RESERVE);
  }

  /** Less than the floor is free: nothing may grow. */
  get isLow(): boolean {
    return this.low;
  }

  /** As good as nothing is free. */
  get isFull(): boolean {
    return this.full;
  }

  /** Looks at the disks, and takes the reserve again when there is enough. Never throws. */
  async check(): Promise<void> {
    try {
      const reserve = this.config.reserveMb * MIB;
      this.held ||= await hasSize(this.reserveFile, reserve);
      const unused = Math.min(...(await Promise.all(this.folders.map(this.freeIn))));
      this.full = unused < FULL_BYTES;
      const free = unused - (this.held ? 0 : reserve);
      const floor = this.config.floorMb * MIB;
      this.note(free < (this.low ? floor * RECOVERY : floor), free);
      if (!this.low && !this.held && reserve > 0 && free > 0) await this.take(reserve);
    } catch (error) {
      this.logger.error({ err: error }, 'the free space of the disk could not be looked at');
    }
  }

  /** Gives the reserve up; it is taken again when there is enough space. Never throws. */
  async release(): Promise<void> {
    if (!this.held) return;
    this.held = false;
    await rm(this.reserveFile, { force: true }).catch(() => undefined);
    this.logger.warn('the disk is full: its reserve is used to write the ends of turns');
  }

  private note(isLow: boolean, freeBytesNow: number): void {
    if (isLow === this.low) return;
    this.low = isLow;
    const fields = { freeMb: Math.max(0, Math.floor(freeBytesNow / MIB)), floorMb: this.config.floorMb };
    if (isLow) this.logger.error(fields, 'the disk is nearly full: no new turns until there is space again');
    else this.logger.info(fields, 'there is enough space on the disk again');
  }

  /** Written, not only sized: a hole takes no space. */
  private async take(bytes: number): Promise<void> {
    const file = await open(this.reserveFile, 'w', 0o600);
    try {
      for (let written = 0; written < bytes; written += ZEROS.length) await file.writeFile(ZEROS);
      this.held = true;
    } finally {
      await file.close();
      if (!this.held) await rm(this.reserveFile, { force: true });
    }
  }
}

async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

async function hasSize(path: string, bytes: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return bytes > 0 && found?.size === bytes;
}
