import type { TurnError } from '../protocol/generated/v2/TurnError';
import { agentFailure } from './agent-failure';

const codeOf = (codexErrorInfo: unknown): string =>
  agentFailure({ message: 'why', codexErrorInfo, additionalDetails: null, misalignment: null } as TurnError).code;

describe('agentFailure', () => {
  it.each([
    ['contextWindowExceeded', 'context_length_exceeded'],
    ['usageLimitExceeded', 'usage_limit_exceeded'],
    ['unauthorized', 'upstream_unauthorized'],
    ['badRequest', 'upstream_error'],
    ['sandboxError', 'sandbox_error'],
    ['cyberPolicy', 'content_filter'],
    ['bioPolicy', 'content_filter'],
    ['flexUnavailable', 'upstream_unavailable'],
    [{ httpConnectionFailed: { httpStatusCode: 502 } }, 'upstream_unavailable'],
    [{ responseStreamDisconnected: { httpStatusCode: null } }, 'upstream_unavailable'],
    ['other', 'turn_failed'],
    [null, 'turn_failed'],
  ])('%j is %s', (info, code) => {
    expect(codeOf(info)).toBe(code);
  });

  it('has words even where codex has none', () => {
    expect(agentFailure(null)).toEqual({ code: 'turn_failed', message: expect.any(String) as string });
  });
});
