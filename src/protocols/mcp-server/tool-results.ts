import type { CallToolResult } from '@modelcontextprotocol/server';
import type { ApprovalDto } from '../../chat/dto/approval.dto';
import type { DomainError } from '../../common/domain.error';
import { nameOf, questionsOf, wordsOf } from '../../contracts/approval-words';
import type { ToldTurn } from './tool-schemas';
import { isOver, type TurnProgress } from './turn-progress';

/** A result in both forms: for programs, and in words. */
export const resultOf = (structuredContent: Record<string, unknown>, text: string): CallToolResult => ({
  content: [{ type: 'text', text }],
  structuredContent,
});

/** What a tool refuses, for the model to read. */
export const refusalOf = ({ code, detail }: Pick<DomainError, 'code' | 'detail'>): CallToolResult => ({
  isError: true,
  content: [{ type: 'text', text: `${code}: ${detail}` }],
});

export function toldTurn(progress: TurnProgress): ToldTurn {
  const { chatId, turnId, error, said, steps } = progress;
  const approvals = progress.approvals.map(toldApproval);
  const status = approvals.length > 0 ? 'waiting_for_approval' : progress.status;
  return {
    ...{ chatId, turnId, status, text: said?.text ?? null, error, approvals, next: nextOf(progress) },
    steps: steps.map((step) => ({ kind: step.kind, title: step.title, status: step.status })),
  };
}

/** The same in words. */
export function turnInWords({ status, text, error, approvals, next }: ToldTurn): string {
  const parts = [
    text ?? '',
    error === null ? '' : `The turn has failed (${error.code}): ${error.message}`,
    status === 'interrupted' ? 'The turn was interrupted.' : '',
    ...approvals.map(approvalInWords),
    next ?? '',
  ].filter((part) => part !== '');
  return parts.length > 0 ? parts.join('\n\n') : 'The turn is over; the agent has said nothing.';
}

function toldApproval(approval: ApprovalDto): ToldTurn['approvals'][number] {
  const { id, kind, choices, request, expiresAt } = approval;
  return {
    ...{ approvalId: id, kind, question: wordsOf(approval), expiresAt },
    decisions: choices.map(({ decision, text, effect, lasts, takesMessage }) => ({
      ...{ decision: nameOf(decision), text, effect, lasts, takesMessage },
    })),
    questionIds: questionsOf(request).map((question) => question.id),
  };
}

const approvalInWords = ({ approvalId, question, decisions }: ToldTurn['approvals'][number]): string =>
  [
    `The agent waits for an answer to approval ${approvalId}:`,
    question,
    ...decisions.map(({ decision, text }) => `- ${decision}: ${text}`),
  ].join('\n');

function nextOf(progress: TurnProgress): string | null {
  if (isOver(progress)) return null;
  const { chatId, turnId, approvals, status } = progress;
  const wait = `wait_turn with chatId ${chatId} and turnId ${turnId}`;
  if (approvals.length > 0)
    return `Answer with answer_approval, after asking the person whose decision it is, then call ${wait}.`;
  const how = status === 'queued' ? 'waits for its turn to begin' : 'goes on';
  return `It ${how}. Call ${wait}; do not send the message again.`;
}
