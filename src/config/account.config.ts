import { IsInt, IsNumber, Max, Min } from 'class-validator';
import { asNumber, Env } from './env.decorator';

const MAX_COUNT = 1_000_000_000;

/**
 * What one user, and one project, may use, where an administrator has said nothing else for that one; and what is kept of what
 * people did. 0: no limit.
 */
export class AccountConfig {
  /** Turns of one user that may run or wait at once. 0: no limit. */
  @Env('USER_MAX_TURNS', asNumber)
  @IsInt()
  @Min(0)
  @Max(MAX_COUNT)
  maxTurns = 0;

  /** Messages that one user may send in a minute, over all chats. 0: no limit. */
  @Env('USER_TURNS_PER_MINUTE', asNumber)
  @IsInt()
  @Min(0)
  @Max(MAX_COUNT)
  turnsPerMinute = 0;

  /** Tokens, in and out, that one user may use in a day (UTC), in chats and at `/v1`. 0: no limit. */
  @Env('USER_TOKENS_PER_DAY', asNumber)
  @IsInt()
  @Min(0)
  tokensPerDay = 0;

  /** The same in a month. 0: no limit. */
  @Env('USER_TOKENS_PER_MONTH', asNumber)
  @IsInt()
  @Min(0)
  tokensPerMonth = 0;

  /** What one user's calls may cost in a day (UTC), in the currency of the prices. 0: no limit. */
  @Env('USER_COST_PER_DAY_USD', asNumber)
  @IsNumber()
  @Min(0)
  @Max(1_000_000)
  costPerDayUsd = 0;

  /** The same in a month. 0: no limit. */
  @Env('USER_COST_PER_MONTH_USD', asNumber)
  @IsNumber()
  @Min(0)
  @Max(1_000_000)
  costPerMonthUsd = 0;

  /** MiB that the workspaces of the chats that one user made may take before no more messages are taken in them. 0: no limit. */
  @Env('USER_STORAGE_MAX_MB', asNumber)
  @IsInt()
  @Min(0)
  storageMaxMb = 0;

  /** Requests at `/api` of one caller in a minute: a user, or an address where nobody has signed in. 0: no limit. */
  @Env('API_REQUESTS_PER_MINUTE', asNumber)
  @IsInt()
  @Min(0)
  @Max(MAX_COUNT)
  requestsPerMinute = 3000;

  /** Reads of what a shared link shows, from one address in a minute. 0: no limit. */
  @Env('SHARED_LINK_REQUESTS_PER_MINUTE', asNumber)
  @IsInt()
  @Min(0)
  @Max(MAX_COUNT)
  sharedRequestsPerMinute = 120;

  /** Days for which the audit log is kept. 0: for ever. */
  @Env('AUDIT_RETENTION_DAYS', asNumber)
  @IsInt()
  @Min(0)
  @Max(36_500)
  auditRetentionDays = 365;
}
