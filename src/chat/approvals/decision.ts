import { isDeepStrictEqual } from 'node:util';
import { invalid } from '../../common/domain.error';
import type { Decision } from '../entities/approval.entity';

const nameOf = (decision: Decision): string =>
  typeof decision === 'string' ? decision : (Object.keys(decision)[0] ?? '');

/**
 * The offered decision that an answer means: it is the same, or names the key of an offered object.
 *
 * @throws DomainError `decision_not_offered`.
 */
export function chooseDecision(answer: unknown, offered: readonly Decision[]): Decision {
  const chosen = offered.find((decision) => isDeepStrictEqual(decision, answer) || nameOf(decision) === answer);
  if (chosen !== undefined) return chosen;
  throw invalid('decision_not_offered', `decision must be one of: ${offered.map(nameOf).join(', ')}.`);
}

/** What an unanswered question counts as: the mildest refusal that is offered. */
export function refusal(offered: readonly Decision[]): Decision {
  return ['decline', 'cancel'].find((decision) => offered.includes(decision)) ?? 'cancel';
}
