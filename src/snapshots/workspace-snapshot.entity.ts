import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { wholeNumber } from '../database/whole-number';
import type { SkippedEntry } from '../chat/dto/snapshot.dto';

export const SNAPSHOT_KINDS = ['turn', 'before', 'undo', 'restored'] as const;
/**
 * `turn`: as a turn has left the workspace; `before`: as it was when a turn began; `undo`: as it was before it was restored;
 * `restored`: as it is since.
 */
export type SnapshotKind = (typeof SNAPSHOT_KINDS)[number];

/** A recorded state of a workspace; there is none for a turn that changed nothing. */
@Entity('workspace_snapshots')
@Index(['chatId', 'position', 'id'])
@Index('workspace_snapshots_restoring', ['restoring'], { where: '"restoring" IS NOT NULL' })
export class WorkspaceSnapshot {
  @PrimaryColumn('varchar')
  id: string;

  /** The owner of the chat. */
  @Column('varchar')
  userId: string;

  @Column('varchar')
  chatId: string;

  /** The turn that it was recorded before or after. */
  @Column('varchar', { nullable: true })
  turnId: string | null;

  /** Its place among the turns: twice the ordinal of the one that it comes after, one less of the one that it comes before. */
  @Column('integer')
  position: number;

  @Column('varchar')
  kind: SnapshotKind;

  /** In the store of the chat's family; null: it could not be recorded, for `reason`. */
  @Column('varchar', { nullable: true })
  commitId: string | null;

  /** Files, links and empty folders in it. */
  @Column('integer')
  files: number;

  /** Of all of them together. */
  @Column('bigint', { transformer: wholeNumber })
  bytes: number;

  /** What is not in it; the first of them. */
  @Column('simple-json')
  skipped: SkippedEntry[];

  @Column('integer')
  skippedCount: number;

  /** Why there is nothing in the store. */
  @Column('varchar', { nullable: true })
  reason: string | null;

  /** The commit that the workspace is being made since this was recorded; null: that is done, or was never begun. */
  @Column('varchar', { nullable: true })
  restoring: string | null;

  @Column('varchar')
  createdAt: string;
}
