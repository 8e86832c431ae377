import type { Decision } from '../../api/types';
import { commandLine } from '../../format/command-line';
import { t, type Words, words } from '../../languages/text';

const LABELS: Record<string, Words> = {
  accept: words('Allow'),
  acceptForSession: words('Allow for this session'),
  acceptWithExecpolicyAmendment: words('Allow, and always in this chat'),
  applyNetworkPolicyAmendment: words('Apply to the network rules'),
  decline: words('Decline'),
  cancel: words('Decline and stop'),
  answer: words('Answer'),
};

/** The word that names a decision: itself, or the one key of the object. */
export function decisionKey(decision: Decision): string {
  return typeof decision === 'string' ? decision : (Object.keys(decision)[0] ?? '');
}

/** A decision this client has no words for is shown by its own name. */
export function decisionName(decision: Decision): string {
  const key = decisionKey(decision);
  const label = LABELS[key];
  return label ? t(label) : key;
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
  return Array.isArray(words) ? commandLine(words.map(String)) : null;
}

export function isRefusal(decision: Decision): boolean {
  return decision === 'decline' || decision === 'cancel';
}
