import type { CodexErrorInfo } from '../protocol/generated/v2/CodexErrorInfo';
import type { TurnError } from '../protocol/generated/v2/TurnError';

/** Why the agent could not do something: a stable code, and words for a person. */
export interface AgentFailure {
  readonly code: string;
  readonly message: string;
}

/** Our codes for codex's kinds of errors; any other kind is `turn_failed`. */
const CODES: Record<string, string> = {
  contextWindowExceeded: 'context_length_exceeded',
  sessionBudgetExceeded: 'usage_limit_exceeded',
  usageLimitExceeded: 'usage_limit_exceeded',
  rateLimitExceeded: 'rate_limit_exceeded',
  serverOverloaded: 'upstream_unavailable',
  modelNotFound: 'model_not_found',
  httpConnectionFailed: 'upstream_unavailable',
  responseStreamConnectionFailed: 'upstream_unavailable',
  responseStreamDisconnected: 'upstream_unavailable',
  responseTooManyFailedAttempts: 'upstream_unavailable',
  internalServerError: 'upstream_error',
  unauthorized: 'upstream_unauthorized',
  badRequest: 'upstream_error',
  sandboxError: 'sandbox_error',
  cyberPolicy: 'content_filter',
  bioPolicy: 'content_filter',
  misalignmentPolicyViolation: 'content_filter',
  flexUnavailable: 'upstream_unavailable',
  policyCapacityUnavailable: 'upstream_unavailable',
};

/** Codex's error of a turn as a failure of ours. */
export function agentFailure(error: TurnError | null): AgentFailure {
  if (!error) return { code: 'turn_failed', message: 'The agent ended the turn without saying why.' };
  return { code: failureCode(error.codexErrorInfo), message: error.message };
}

function failureCode(info: CodexErrorInfo | null): string {
  if (info === null) return 'turn_failed';
  const kind = typeof info === 'string' ? info : (Object.keys(info)[0] ?? '');
  return CODES[kind] ?? 'turn_failed';
}
