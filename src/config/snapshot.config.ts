import { IsInt, Max, Min } from 'class-validator';
import { asNumber, Env } from './env.decorator';

/** The recorded states of workspaces, which chats can be restored to and branch off from. */
export class SnapshotConfig {
  /** Snapshots kept of each chat, the newest; 0: none are recorded. */
  @Env('SNAPSHOTS_KEPT', asNumber)
  @IsInt()
  @Min(0)
  @Max(10_000)
  kept = 100;

  /** Days that a snapshot is kept, but for the newest of its chat; 0: as long as SNAPSHOTS_KEPT says. */
  @Env('SNAPSHOTS_DAYS', asNumber)
  @IsInt()
  @Min(0)
  @Max(36_500)
  days = 0;

  /** Largest file in MiB that is recorded. */
  @Env('SNAPSHOT_FILE_MAX_MB', asNumber)
  @IsInt()
  @Min(1)
  @Max(4096)
  fileMaxMb = 64;

  /** MiB of a workspace that are recorded; files beyond are not. */
  @Env('SNAPSHOT_MAX_MB', asNumber)
  @IsInt()
  @Min(1)
  @Max(1_048_576)
  maxMb = 2048;

  /** Files of a workspace that are recorded; those beyond are not. */
  @Env('SNAPSHOT_FILES_MAX', asNumber)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  filesMax = 100_000;

  /** Seconds that recording may take; then it is given up. */
  @Env('SNAPSHOT_TIMEOUT_SECONDS', asNumber)
  @IsInt()
  @Min(1)
  @Max(3600)
  timeoutSeconds = 120;

  /** Seconds that the next turn of the chat waits for it; then it is given up. */
  @Env('SNAPSHOT_WAIT_SECONDS', asNumber)
  @IsInt()
  @Min(0)
  @Max(600)
  waitSeconds = 10;

  /** Branches that a chat and all that came of it may have. */
  @Env('BRANCHES_MAX', asNumber)
  @IsInt()
  @Min(1)
  @Max(10_000)
  branchesMax = 100;
}
