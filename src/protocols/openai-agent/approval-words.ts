import type { AnswerApprovalDto, ApprovalDto } from '../../chat/dto/approval.dto';
import { visibleText } from '../../chat/dto/visible-text';
import { onlyQuestion, optionIn, permissionOf, refusalOf } from '../approval-decision';
import { fenced } from './readable-action';

const YES = new Set(['yes', 'y', 'ok', 'approve', 'approved', 'accept', 'allow']);
const NO = new Set(['no', 'n', 'decline', 'declined', 'deny', 'reject', 'refuse']);
/** A refusal that tells the agent something. */
const NO_BUT = /^no[:,]\s*(\S[\s\S]*)$/i;
/** Of a message: more is no answer, but a message. */
const MAX_WORD_LENGTH = 20;

/**
 * What a message says to a question of the agent: an answer, if it is one of a few words, or whatever it is where the agent has asked
 * for words.
 *
 * @returns undefined for what answers nothing
 */
export function answerInWords(approval: ApprovalDto, text: string): AnswerApprovalDto | undefined {
  const question = onlyQuestion(approval);
  if (question !== undefined)
    return { decision: 'answer', answers: { [question.id]: [optionIn(question, text.trim())] } };
  const but = NO_BUT.exec(text.trim())?.[1];
  const refusal = refusalOf(approval);
  if (but !== undefined && refusal?.takesMessage === true) return { decision: refusal.decision, message: but };
  if (text.length > MAX_WORD_LENGTH) return undefined;
  const word = text.trim().toLowerCase().replace(/[.!]$/, '');
  const choice = YES.has(word) ? permissionOf(approval) : NO.has(word) ? refusal : undefined;
  return choice && { decision: choice.decision };
}

/** The question as text, with where and how it is answered. @param link to the chat in the web client */
export function approvalText(approval: ApprovalDto, link: string): string {
  const { kind, request, display } = approval;
  const question = onlyQuestion(approval);
  const decide = `[decide in the web client](${link})`;
  if (question !== undefined) {
    const options = (question.options ?? []).map(
      ({ label, description }) => `- ${shown(label)}: ${shown(description)}`,
    );
    const words = [`**The agent asks:** ${shown(question.question)}`, ...options].join('\n');
    return `${words}\n\nAnswer in your next message, or ${decide}.`;
  }
  const reason = typeof request.reason === 'string' ? ` ${shown(request.reason)}` : '';
  const lines = [`**The agent needs your approval** (${kind.replaceAll('_', ' ')}).${reason}`, askedFor(approval)];
  const permission = permissionOf(approval);
  if (permission === undefined) {
    const message = display.message?.text ?? '';
    return [...lines, message, `Please ${decide}; or answer **no**.`].filter((line) => line !== '').join('\n\n');
  }
  const how = `**yes**: ${permission.text} **no**: it is not allowed; the agent goes on without.`;
  return [...lines, `${how} Answer in your next message, or ${decide}.`].filter((line) => line !== '').join('\n\n');
}

const shown = (text: string): string => visibleText(text).text;

function askedFor({ kind, request, display }: ApprovalDto): string {
  const line = request.line as { text: string } | null | undefined;
  if (kind === 'command') return fenced('console', line?.text ?? display.network?.text ?? display.command?.text ?? '');
  if (kind === 'file_change') {
    const files = request.files as { kind: string; place: { path: { text: string } }; diff: { text: string } }[];
    return fenced('diff', files.map((file) => `# ${file.kind} ${file.place.path.text}\n${file.diff.text}`).join('\n'));
  }
  if (kind === 'permissions') return fenced('json', display.permissions?.text ?? '');
  const call = [request.server, request.tool].filter((name) => typeof name === 'string').join('.');
  return call === '' ? '' : fenced('json', `${shown(call)} ${display.arguments?.text ?? ''}`);
}
