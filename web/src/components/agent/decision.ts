import type { Decision } from '../../api/types';

const LABELS: Record<string, string> = {
  accept: 'Allow',
  acceptForSession: 'Allow for this session',
  acceptWithExecpolicyAmendment: 'Allow, and always in this chat',
  applyNetworkPolicyAmendment: 'Apply to the network rules',
  decline: 'Decline',
  cancel: 'Decline and stop',
  answer: 'Answer',
};

/** The word that names a decision: itself, or the one key of the object. */
export function decisionKey(decision: Decision): string {
  return typeof decision === 'string' ? decision : (Object.keys(decision)[0] ?? '');
}

/** A decision this client has no words for is shown by its own name. */
export function decisionName(decision: Decision): string {
  const key = decisionKey(decision);
  return LABELS[key] ?? key;
}

/** The same with the rule that it makes. */
export function decisionLabel(decision: Decision): string {
  const label = decisionName(decision);
  const prefix = rulePrefix(decision);
  return prefix === null ? label : `${label}: ${prefix} …`;
}

/** What commands begin with that a decision allows for good. */
function rulePrefix(decision: Decision): string | null {
  if (typeof decision === 'string') return null;
  const amendment = decision.acceptWithExecpolicyAmendment as { execpolicy_amendment?: unknown } | undefined;
  const words = amendment?.execpolicy_amendment;
  return Array.isArray(words) ? words.join(' ') : null;
}

export function isRefusal(decision: Decision): boolean {
  return decision === 'decline' || decision === 'cancel';
}
