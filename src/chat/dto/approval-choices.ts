import type { ApprovalKind, Decision } from '../entities/approval.entity';
import type { ApprovalChoiceDto } from './approval-choice.dto';
import type { CommandGrantDto } from './approval-request.dto';
import { visibleText } from './visible-text';
import type { VisibleTextDto } from './visible-text.dto';

interface Asked {
  readonly kind: ApprovalKind;
  readonly request: Record<string, unknown>;
  readonly decisions: readonly Decision[];
}

type Choice = Omit<ApprovalChoiceDto, 'decision' | 'rule'> & { readonly rule?: VisibleTextDto };

const ONCE = { lasts: 'once', stops: false, takesMessage: false } as const;
const REFUSE = { ...ONCE, effect: 'refuse' } as const;
const ALLOW = { ...ONCE, effect: 'allow' } as const;

/** What each decision that an approval offers comes to, in the order in which they are offered. */
export const choicesOf = ({ kind, request, decisions }: Asked): ApprovalChoiceDto[] =>
  decisions.map((decision) => ({ decision, rule: null, ...choiceOf(kind, request, decision) }));

function choiceOf(kind: ApprovalKind, request: Record<string, unknown>, decision: Decision): Choice {
  if (decision === 'decline') return declined(kind);
  if (decision === 'cancel') return canceled(kind);
  if (kind === 'command') return commandChoice(request, decision);
  if (kind === 'file_change') return fileChoice(decision);
  if (kind === 'permissions') return permissionChoice(decision);
  return { ...ONCE, effect: 'answer', text: 'Answer it.' };
}

function declined(kind: ApprovalKind): Choice {
  if (kind === 'elicitation') return { ...REFUSE, text: 'Do not answer; the agent goes on.' };
  return { ...REFUSE, takesMessage: true, text: 'Do not allow it; the agent is told so and goes on.' };
}

function canceled(kind: ApprovalKind): Choice {
  if (kind === 'command' || kind === 'file_change') {
    return { ...REFUSE, stops: true, text: 'Do not allow it, and stop the turn.' };
  }
  return { ...REFUSE, text: 'Do not answer; the agent goes on.' };
}

function commandChoice({ grants }: Record<string, unknown>, decision: Decision): Choice {
  const how = isGrant(grants) ? grants.text : '';
  const where = how === '' ? '' : `, ${how}`;
  if (decision === 'accept') return { ...ALLOW, text: `Run it once${where}.` };
  if (decision === 'acceptForSession') {
    return { ...ALLOW, lasts: 'session', text: `Run it, and the same command again in this session${where}.` };
  }
  const words = ruleIn(decision);
  if (words === undefined) return { ...ALLOW, text: `Run it${where}.` };
  const rule = visibleText(words.map(quoted).join(' '));
  const text = `Run it, and from now on in this chat whatever begins with \`${rule.text}\` without asking${where}.`;
  return { ...ALLOW, lasts: 'chat', rule, text };
}

function fileChoice(decision: Decision): Choice {
  if (decision === 'accept') return { ...ALLOW, text: 'Make these changes, once.' };
  return { ...ALLOW, lasts: 'session', text: 'Make these changes, and others of the same files in this session.' };
}

function permissionChoice(decision: Decision): Choice {
  if (decision === 'accept') return { ...ALLOW, lasts: 'turn', text: 'Grant it for the rest of this turn.' };
  return { ...ALLOW, lasts: 'session', text: 'Grant it for this session.' };
}

const isGrant = (grants: unknown): grants is CommandGrantDto =>
  typeof grants === 'object' && grants !== null && 'text' in grants && typeof grants.text === 'string';

/** Only the one that is made here: of another decision of codex's nothing is said. */
function ruleIn(decision: Decision): string[] | undefined {
  if (typeof decision === 'string') return undefined;
  const amendment = decision.acceptWithExecpolicyAmendment;
  if (typeof amendment !== 'object' || amendment === null || !('execpolicy_amendment' in amendment)) return undefined;
  const words: unknown = amendment.execpolicy_amendment;
  return Array.isArray(words) ? words.map(String) : undefined;
}

/** A word as a person would type it. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
