import { Injectable } from '@nestjs/common';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isId } from '../common/ids';
import { Environment } from '../config/environment';
import { DataDirectories } from '../runtime/data-directories';
import { Git } from '../runtime/git/git';
import { SnapshotStore } from './snapshot-store';

const MAX_IDLE = 1_000;
const SUFFIX = '.git';

/** The stores of all families of chats; each is one object for as long as somebody uses it. */
@Injectable()
export class SnapshotStores {
  private readonly stores = new Map<string, SnapshotStore>();
  private readonly git: Git;

  constructor(
    private readonly directories: DataDirectories,
    environment: Environment,
  ) {
    this.git = new Git(environment);
  }

  of(familyId: string): SnapshotStore {
    const known = this.stores.get(familyId);
    if (known !== undefined) return known;
    if (this.stores.size > MAX_IDLE) this.forgetIdle();
    const store = new SnapshotStore(this.git, join(this.directories.snapshots, `${familyId}${SUFFIX}`));
    this.stores.set(familyId, store);
    return store;
  }

  /** Families that have one on the disk. */
  async families(): Promise<string[]> {
    const names = await readdir(this.directories.snapshots).catch(() => []);
    return names
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => name.slice(0, -SUFFIX.length))
      .filter(isId);
  }

  private forgetIdle(): void {
    for (const [familyId, { lock }] of this.stores) {
      if (lock.inUse === 0 && lock.waiting === 0) this.stores.delete(familyId);
    }
  }
}
