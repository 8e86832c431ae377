import { Injectable } from '@nestjs/common';
import { ChatEntity } from '../chat/entities/chat.entity';
import { TurnScheduler } from '../chat/turns/turn-scheduler';
import { conflict } from '../common/domain.error';
import { SnapshotConfig } from '../config/snapshot.config';
import { Database } from '../database/database';
import { insert } from '../database/rows';
import { SnapshotKeeper } from './snapshot-keeper';
import { SnapshotRecorder } from './snapshot-recorder';
import { recorded, SnapshotRows } from './snapshot-rows';
import type { SnapshotStore, TreeChange } from './snapshot-store';
import { WorkspaceMaking } from './workspace-making';
import type { Recording } from './workspace-recording';
import { isAmong } from './workspace-scan';
import { shownOf } from './workspace-restoring';
import { WorkspaceSnapshot } from './workspace-snapshot.entity';

const TURN_RUNS = conflict(
  'turn_running',
  'A turn of this chat runs, or is about to. Stop it, or wait for its end, and ask again.',
);

/** What a workspace is to become. */
export interface RestoreGoal {
  readonly commitId: string;
  /** Paths that were not recorded in it: what has them is left alone. */
  readonly skipped: readonly string[];
  readonly turnId: string | null;
  readonly when: 'before' | 'after' | null;
}

/** What a restore does, or did. */
export interface RestoreResult {
  readonly changes: readonly TreeChange[];
  /** Paths that it leaves alone, as they are not recorded. */
  readonly leftAlone: readonly string[];
  /** Null for a preview. */
  readonly undo: WorkspaceSnapshot | null;
}

/** Brings workspaces back to what was recorded of them, between two turns. */
@Injectable()
export class WorkspaceRestores {
  constructor(
    private readonly keeper: SnapshotKeeper,
    private readonly rows: SnapshotRows,
    private readonly recorder: SnapshotRecorder,
    private readonly making: WorkspaceMaking,
    private readonly scheduler: TurnScheduler,
    private readonly database: Database,
    private readonly config: SnapshotConfig,
  ) {}

  /** Tells what a restore would do. @throws GitError, Error of the file system */
  async preview(chat: ChatEntity, goal: RestoreGoal): Promise<RestoreResult> {
    await this.making.finish(chat);
    let plan: RestoreResult | undefined;
    await this.keeper.record(chat, this.terms(), async (now, store) => {
      plan = { ...(await planOf(store, now, goal)), undo: null };
      return false;
    });
    return plan ?? { changes: [], leftAlone: [], undo: null };
  }

  /** @throws DomainError 409 `turn_running`, 503 `storage_low`; GitError, Error of the file system */
  async restore(chat: ChatEntity, goal: RestoreGoal): Promise<RestoreResult> {
    const goOn = await this.scheduler.pause({ chatId: chat.id, userId: chat.userId });
    if (goOn === undefined) throw TURN_RUNS;
    try {
      await this.making.finish(chat);
      await this.recorder.bringUpToDate(chat);
      const begun = await this.begin(chat, goal);
      await this.making.make(chat, begun.undo, { ...goal, changes: begun.changes });
      return begun;
    } finally {
      goOn();
    }
  }

  /** Records what there is, and what it is to become. */
  private async begin(chat: ChatEntity, goal: RestoreGoal): Promise<RestoreResult & { undo: WorkspaceSnapshot }> {
    const last = await this.rows.lastEnded(chat.id);
    const place = { kind: 'undo', turnId: last?.id ?? null, position: 2 * (last?.ordinal ?? 0) + 1 } as const;
    const begun = await this.keeper.record(chat, this.terms(), async (now, store, id) => {
      const plan = await planOf(store, now, goal);
      const undo = { ...recorded(chat, place, now, id), restoring: goal.commitId };
      await this.database.write(insert(WorkspaceSnapshot, undo), { lane: chat.id });
      return { ...plan, undo };
    });
    if (begun === false) throw new TypeError('a restore begins with a record');
    return begun;
  }

  private terms() {
    return { newest: null, signal: AbortSignal.timeout(this.config.timeoutSeconds * 1000) };
  }
}

async function planOf(store: SnapshotStore, now: Recording, { commitId, skipped }: RestoreGoal) {
  await store.prepare();
  const alone = new Set([...now.skipped.map(({ path }) => path), ...skipped]);
  const all = await store.changes(now.commitId, commitId);
  const leftAlone = all.map(shownOf).filter((path) => isAmong(alone, path));
  return { changes: all.filter((change) => !isAmong(alone, shownOf(change))), leftAlone };
}
