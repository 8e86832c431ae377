import { ApiProblem, describeError, NetworkProblem } from '../api/problem';
import { PartProblem } from '../browser/lazy-part';

/** Why something could not be read, as a page shows it. */
export interface Failure {
  readonly text: string;
  /** Whoever asks may not see it: asking again does not help. */
  readonly isForbidden: boolean;
  /** There is no such thing, or not for whoever asks. */
  readonly isMissing: boolean;
  /** It may well be there a little later. */
  readonly isTransient: boolean;
}

export const failureOf = (cause: unknown): Failure => ({
  text: describeError(cause),
  isForbidden: cause instanceof ApiProblem && cause.status === 403,
  isMissing: cause instanceof ApiProblem && cause.status === 404,
  isTransient:
    cause instanceof NetworkProblem ||
    cause instanceof PartProblem ||
    (cause instanceof ApiProblem && cause.isTransient),
});
