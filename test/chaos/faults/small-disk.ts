import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const BALLAST = 'ballast';
const PAGE = Buffer.alloc(4096);
const CHUNK = Buffer.alloc(256 * 1024);

/** A disk that can be full for a while. */
export interface FillableDisk {
  /** How it is made, for a person. */
  readonly how: string;
  fill(): void;
  /** Nothing more can be written there at the moment. */
  readonly isFull: boolean;
  free(): void;
  /** Ends it; what is in the folder may be gone. */
  remove(): void;
}

/**
 * Makes the folder a disk of its own that can be filled: a small tmpfs. Where this user may not mount one, a limit on the
 * size of the files that these processes write takes its place.
 *
 * @param writers the processes that write there.
 */
export function fillableDisk(folder: string, megabytes: number, writers: () => number[]): FillableDisk {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', folder], { stdio: 'pipe' });
    return new SmallDisk(folder);
  } catch {
    return new FileSizeLimit(folder, writers);
  }
}

class SmallDisk implements FillableDisk {
  readonly how = 'a small tmpfs';

  constructor(private readonly folder: string) {}

  /** Writes until nothing more fits. */
  fill(): void {
    const file = openSync(join(this.folder, BALLAST), 'a');
    try {
      for (const piece of [CHUNK, PAGE]) while (fits(file, piece)) continue;
    } finally {
      closeSync(file);
    }
  }

  get isFull(): boolean {
    return statfsSync(this.folder).bavail === 0;
  }

  free(): void {
    rmSync(join(this.folder, BALLAST), { force: true });
  }

  /** Lazily: a process that was just killed may still have files open there. */
  remove(): void {
    execFileSync('umount', ['-l', this.folder]);
  }
}

function fits(file: number, piece: Buffer): boolean {
  try {
    return writeSync(file, piece) === piece.length;
  } catch {
    return false;
  }
}

/** No file grows beyond the largest that is there: a write fails with EFBIG instead of ENOSPC. */
class FileSizeLimit implements FillableDisk {
  readonly how = 'a limit on the size of files (this user may not mount a tmpfs)';
  private isLimited = false;

  constructor(
    private readonly folder: string,
    private readonly writers: () => number[],
  ) {}

  fill(): void {
    const sizes = readdirSync(this.folder).map((name) => statSync(join(this.folder, name)).size);
    this.limit(String(Math.min(...sizes)));
    this.isLimited = true;
  }

  get isFull(): boolean {
    return this.isLimited;
  }

  free(): void {
    this.limit('unlimited');
    this.isLimited = false;
  }

  remove(): void {
    // The limit ends with the processes.
  }

  private limit(bytes: string): void {
    for (const pid of this.writers()) execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
  }
}
