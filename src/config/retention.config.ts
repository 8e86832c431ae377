import { IsInt, Max, Min } from 'class-validator';
import { asNumber, Env } from './env.decorator';

/** How long what has come to its end is kept. 0: for ever. */
export class RetentionConfig {
  /**
   * Days after its last use that the events of a chat are kept. Messages, actions, approvals and usage stay; what only events
   * have goes, such as reasoning, plans and diffs.
   */
  @Env('RETENTION_EVENTS_DAYS', asNumber)
  @IsInt()
  @Min(0)
  @Max(36_500)
  eventsDays = 0;

  /** Days that each call of a model is kept as a row of its own; sums by the hour stay after that, for the usage report. */
  @Env('RETENTION_MODEL_CALLS_DAYS', asNumber)
  @IsInt()
  @Min(0)
  @Max(36_500)
  modelCallsDays = 0;

  /** Days after its last use or change that an archived chat is kept, then it is deleted with its thread and workspace. */
  @Env('RETENTION_ARCHIVED_CHATS_DAYS', asNumber)
  @IsInt()
  @Min(0)
  @Max(36_500)
  archivedChatsDays = 0;

  /** Days that it is tried again to remove from disk what a deleted chat has left; then a log line names it, and it stays. */
  @Env('RETENTION_REMAINS_DAYS', asNumber)
  @IsInt()
  @Min(0)
  @Max(36_500)
  remainsDays = 0;

  /** Minutes from the end of one sweep, which deletes what is too old, to the next. The first comes a minute after the start. */
  @Env('RETENTION_SWEEP_MINUTES', asNumber)
  @IsInt()
  @Min(1)
  @Max(10_080)
  sweepMinutes = 60;
}
