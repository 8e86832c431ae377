import { BeforeApplicationShutdown, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { In } from 'typeorm';
import { ChatEntity } from '../chat/entities/chat.entity';
import { ComponentLogger, Logger } from '../common/logger';
import { RegularCheck } from '../common/regular-check';
import { Database } from '../database/database';
import { removeFolder } from '../runtime/remove-folder';
import { SnapshotKeeper } from './snapshot-keeper';
import { SnapshotRows } from './snapshot-rows';
import { SnapshotStores } from './snapshot-stores';
import { WorkspaceSnapshot } from './workspace-snapshot.entity';

const HOUR_MS = 3_600_000;
const ROWS_AT_ONCE = 500;

/** Takes out of the stores what no row speaks of any more, and what is too old. */
@Injectable()
export class SnapshotUpkeep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: ComponentLogger;
  private readonly checks = new RegularCheck(() => this.sweep(), HOUR_MS);
  private isStopping = false;

  constructor(
    private readonly stores: SnapshotStores,
    private readonly keeper: SnapshotKeeper,
    private readonly rows: SnapshotRows,
    private readonly database: Database,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'snapshots' });
  }

  onApplicationBootstrap(): void {
    this.checks.startNow();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.checks.stop();
  }

  /** Never throws. */
  async sweep(): Promise<void> {
    for (const familyId of await this.stores.families()) {
      if (this.isStopping) return;
      await this.sweepFamily(familyId).catch((error: unknown) => {
        this.logger.warn({ err: error, familyId }, 'recorded workspaces could not be tidied; it is tried again');
      });
    }
  }

  private async sweepFamily(familyId: string): Promise<void> {
    const store = this.stores.of(familyId);
    await store.lock.run(async () => {
      await store.removeLeftOvers();
      const { read } = this.database;
      const members = await read.find(ChatEntity, { select: { id: true }, where: { familyId } });
      if (members.length === 0) return removeFolder(store.path);
      for (const { id } of members) await store.forget(await this.rows.trim(id));
      const references = await store.references();
      const orphans: string[] = [];
      for (let at = 0; at < references.length; at += ROWS_AT_ONCE) {
        const some = references.slice(at, at + ROWS_AT_ONCE);
        const ids = some.map((name) => name.split('/').at(-1) ?? '');
        const known = await read.find(WorkspaceSnapshot, { select: { id: true }, where: { id: In(ids) } });
        const kept = new Set(known.map(({ id }) => id));
        orphans.push(...some.filter((_, index) => !kept.has(ids[index] ?? '')));
      }
      await store.forget(orphans);
      await store.tidy(orphans.length > 0);
      await this.keeper.noteSize(store, familyId);
    });
  }
}
