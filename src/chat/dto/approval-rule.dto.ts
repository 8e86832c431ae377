import { NewApprovalRule } from '../entities/approval-rule.entity';

/** Commands of this chat that begin so run without being asked for. */
export class ApprovalRuleDto {
  id: string;
  chatId: string;
  /** The words that a command begins with. @example ["touch"] */
  prefix: string[];
  /** The approval that made it. */
  approvalId: string;
  createdAt: string;
}

export function toApprovalRuleDto({ id, chatId, prefix, approvalId, createdAt }: NewApprovalRule): ApprovalRuleDto {
  return { id, chatId, prefix, approvalId, createdAt };
}
