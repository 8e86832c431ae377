import { ApiProperty } from '@nestjs/swagger';

export const SKIP_REASONS = ['too_large', 'too_much', 'too_many', 'not_a_file', 'unreadable', 'changed'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export const NO_SNAPSHOT_REASONS = [
  'too_many',
  'next_turn',
  'too_slow',
  'storage_low',
  'limit_reached',
  'failed',
  'stopped',
] as const;
export type NoSnapshotReason = (typeof NO_SNAPSHOT_REASONS)[number];

/** Something of a workspace that is not in a snapshot; a restore leaves it alone. */
export class SkippedEntry {
  /** As at `/workspace`. */
  path: string;
  /**
   * `too_large`: one file is; `too_much`, `too_many`: all of it is; `not_a_file`: a FIFO, socket or device; `unreadable`: by its
   * permissions, or too deep; `changed`: while it was read.
   */
  @ApiProperty({ enum: SKIP_REASONS })
  reason: SkipReason;
}

/** A recorded state of a workspace. */
export class SnapshotDto {
  id: string;
  chatId: string;
  /** The turn that it was recorded after, or before; null for one that belongs to none. */
  turnId: string | null;
  /** `turn`: after a turn; `before`: before one; `undo`: before a restore; `restored`: after it. */
  @ApiProperty({ enum: ['turn', 'before', 'undo', 'restored'] })
  kind: 'turn' | 'before' | 'undo' | 'restored';
  /** Whether it can be restored; false: `reason` says why nothing was recorded. */
  available: boolean;
  @ApiProperty({ enum: NO_SNAPSHOT_REASONS, nullable: true })
  reason: NoSnapshotReason | null;
  /** Files, links and empty folders in it. */
  files: number;
  bytes: number;
  /** What is not in it: a hundred at most. */
  skipped: SkippedEntry[];
  skippedCount: number;
  createdAt: string;
}
