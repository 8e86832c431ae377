import { DomainError } from '../../common/domain.error';

/** What is limited, for a user or for a project. */
export const LIMITS = [
  ...(['turns_at_once', 'turns_per_minute', 'tokens_per_day', 'tokens_per_month'] as const),
  ...(['cost_per_day', 'cost_per_month', 'storage'] as const),
] as const;

export type LimitName = (typeof LIMITS)[number];

/** Limits of whoever calls, which no row changes; attempts to sign in have one of their own, see SignInLimits. */
export type CallLimitName = 'requests_per_minute' | 'shared_requests_per_minute';

/** A caller wants more than there is for it now. */
export class LimitReachedError extends DomainError {
  override readonly name = 'LimitReachedError';

  constructor(
    override readonly limit: LimitName | CallLimitName,
    retryAfterSeconds: number,
    detail: string,
  ) {
    super(429, 'limit_reached', detail, { retryAfterSeconds });
  }
}

/** @param seconds until a repeat makes sense. @param whose as `user` or `project` */
export function limitReached(
  limit: LimitName | CallLimitName,
  seconds: number,
  whose: 'user' | 'project' | 'caller' = 'caller',
): LimitReachedError {
  const wait = Math.max(1, Math.ceil(seconds));
  return new LimitReachedError(limit, wait, `The limit ${limit} of this ${whose} is reached; try again in ${wait} s.`);
}
