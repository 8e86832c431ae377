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

/** Of a list of rules of many chats. */
export class OwnApprovalRuleDto extends ApprovalRuleDto {
  /** Of the chat; empty: it has none yet. */
  chatTitle: string;
}

export function toApprovalRuleDto({ id, chatId, prefix, approvalId, createdAt }: NewApprovalRule): ApprovalRuleDto {
  return { id, chatId, prefix, approvalId, createdAt };
}
