import { FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/** For file systems that report nothing, such as network mounts and Docker's shared folders. */
const POLL_MS = 2000;
/** An editor writes in several steps. */
const SETTLE_MS = 100;

/**
 * Calls back when a file has changed, appeared or gone, however it was replaced: the folder is watched, since a rename
 * over the file ends a watch of the file itself, and the file is looked at every two seconds.
 */
export class BackendsWatch {
  private watcher: FSWatcher | undefined;
  private readonly poll: NodeJS.Timeout;
  private settling: NodeJS.Timeout | undefined;
  private seen: string | undefined;

  constructor(
    private readonly path: string,
    private readonly changed: () => void,
  ) {
    this.poll = setInterval(() => void this.look(), POLL_MS).unref();
    this.watchFolder();
    void this.look();
  }

  stop(): void {
    clearInterval(this.poll);
    clearTimeout(this.settling);
    this.watcher?.close();
  }

  private watchFolder(): void {
    try {
      this.watcher = watch(dirname(this.path), { persistent: false }, (_event, name) => {
        if (name === null || name === basename(this.path)) this.settle();
      });
      this.watcher.on('error', () => this.watcher?.close());
    } catch {
      // The folder may not be there yet; the poll sees the file.
    }
  }

  private settle(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => void this.look(), SETTLE_MS).unref();
  }

  private async look(): Promise<void> {
    const before = this.seen;
    this.seen = await fingerprint(this.path);
    if (before !== undefined && before !== this.seen) this.changed();
  }
}

/** Changes with every write and every replacement. */
async function fingerprint(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch {
    return 'absent';
  }
}
