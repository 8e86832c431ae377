import { Injectable } from '@nestjs/common';
import { mkdir } from 'node:fs/promises';
import type { ChatEntity } from '../chat/entities/chat.entity';
import type { TurnEntity } from '../chat/entities/turn.entity';
import { SnapshotConfig } from '../config/snapshot.config';
import { Database } from '../database/database';
import { LessThanOrEqual, Not } from 'typeorm';
import { DataDirectories } from '../runtime/data-directories';
import { SnapshotKeeper } from '../snapshots/snapshot-keeper';
import { NOTHING, recorded } from '../snapshots/snapshot-rows';
import { said, Snapshots } from '../snapshots/snapshots';
import { WorkspaceMaking } from '../snapshots/workspace-making';
import type { Recording } from '../snapshots/workspace-recording';
import { WorkspaceSnapshot } from '../snapshots/workspace-snapshot.entity';
import type { BranchFiles } from './branch.dto';
import { NewIds } from './chat-copy';

/** Where a branch begins. */
export interface BranchPoint {
  readonly turn: TurnEntity;
  readonly when: 'before' | 'after';
}

/** What the files of a branch are to be. */
interface BranchState {
  readonly kind: BranchFiles;
  /** Undefined: what is there now in the parent's workspace. */
  readonly recording: Omit<Recording, 'hasReference'> | undefined;
}

/** The workspaces of branches, from what was recorded of their parents. */
@Injectable()
export class BranchWorkspace {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly keeper: SnapshotKeeper,
    private readonly making: WorkspaceMaking,
    private readonly database: Database,
    private readonly directories: DataDirectories,
    private readonly config: SnapshotConfig,
  ) {}

  async stateAt(parent: ChatEntity, { turn, when }: BranchPoint): Promise<BranchState> {
    const found = await this.snapshots.stateAt(parent, turn, when);
    if (found === 'empty') return { kind: 'empty', recording: NOTHING };
    const commitId = found?.commitId ?? null;
    if (found === undefined || commitId === null) return { kind: 'present', recording: undefined };
    return { kind: found.files === 0 ? 'empty' : 'snapshot', recording: { ...found, commitId } };
  }

  /**
   * Gives the branch references to what it takes over of the parent's snapshots, and to what it begins with; only then its rows
   * are stored.
   *
   * @returns the row of what it begins with, which its workspace is to become
   */
  async referred(
    parent: ChatEntity,
    branch: ChatEntity,
    state: BranchState,
    turns: readonly TurnEntity[],
    store: (rows: readonly WorkspaceSnapshot[], ids: NewIds) => Promise<void>,
  ): Promise<WorkspaceSnapshot> {
    const last = turns.at(-1)?.ordinal ?? 0;
    const ids = new NewIds();
    for (const { id } of turns) ids.of(id);
    const inStore = async ({ recording }: { recording: Omit<Recording, 'hasReference'> }) => {
      const copies = await this.copies(parent, branch, 2 * last, ids);
      const place = { kind: 'before', turnId: null, position: 2 * last + 1 } as const;
      const first = { ...recorded(branch, place, recording), restoring: recording.commitId };
      const rows = [...copies, first];
      await this.keeper.storeOf(parent).prepare();
      await this.keeper.refer(branch, rows);
      await store(rows, ids);
      return first;
    };
    const { recording } = state;
    if (recording !== undefined) return said(this.keeper.storeOf(parent).lock.run(() => inStore({ recording })));
    const terms = { newest: null, signal: AbortSignal.timeout(this.config.timeoutSeconds * 1000) };
    let first: WorkspaceSnapshot | undefined;
    await said(
      this.keeper.record(parent, terms, async (present) => {
        first = await inStore({ recording: present });
        return false;
      }),
    );
    if (first === undefined) throw new TypeError('a branch begins with a record');
    return first;
  }

  /** @throws DomainError 503 `storage_low`, `workspace_not_restored` */
  async fill(branch: ChatEntity, row: WorkspaceSnapshot): Promise<void> {
    await mkdir(this.directories.workspaceOf(branch.userId, branch.id), { recursive: true, mode: 0o700 });
    await said(this.making.make(branch, row));
  }

  /** The same of one that was not brought to its end; at once where there is none. @throws as `fill` */
  async finish(branch: ChatEntity): Promise<void> {
    await said(this.making.finish(branch));
  }

  private async copies(
    { id: chatId }: ChatEntity,
    branch: ChatEntity,
    upTo: number,
    ids: NewIds,
  ): Promise<WorkspaceSnapshot[]> {
    const where = { chatId, position: LessThanOrEqual(upTo), kind: Not('undo' as const) };
    const rows = await this.database.read.find(WorkspaceSnapshot, { where, order: { id: 'ASC' } });
    return rows.map((row) => ({
      ...row,
      ...{
        id: ids.of(row.id),
        chatId: branch.id,
        userId: branch.userId,
        turnId: ids.find(row.turnId),
        restoring: null,
      },
    }));
  }
}
