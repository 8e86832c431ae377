import type { AnswerApprovalDto, ApprovalDto } from '../../chat/dto/approval.dto';
import { invalid } from '../../common/domain.error';
import { onlyQuestion, optionIn, permissionOf, refusalOf } from '../approval-decision';
import type { UiAnswer } from './ui-input';

/**
 * What a client's yes or no to a question comes to: the most cautious permission, or a refusal, of which the agent is told the reason. A
 * question that wants words gets the reason as its answer.
 *
 * @throws DomainError 400 `decision_not_offered`
 */
export function decisionOf(approval: ApprovalDto, { approved, reason }: UiAnswer): AnswerApprovalDto {
  const question = onlyQuestion(approval);
  if (approved && question !== undefined) {
    return { decision: 'answer', answers: { [question.id]: [optionIn(question, reason ?? '')] } };
  }
  const choice = approved ? permissionOf(approval) : refusalOf(approval);
  if (choice === undefined) {
    throw invalid(
      'decision_not_offered',
      'This question takes no plain yes or no: answer it at /api/v1/approvals/:id.',
    );
  }
  const message = reason?.trim();
  return { decision: choice.decision, ...(choice.takesMessage && message ? { message } : {}) };
}
