import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsDefined, IsObject } from 'class-validator';
import { Optional } from '../../common/optional.decorator';
import { ApprovalEntity, type ApprovalKind, type ApprovalStatus, type Decision } from '../entities/approval.entity';

const KINDS: ApprovalKind[] = ['command', 'file_change', 'permissions', 'user_input', 'elicitation'];
const STATUSES: ApprovalStatus[] = ['pending', 'resolved', 'expired', 'canceled'];
const DECISION = { oneOf: [{ type: 'string' }, { type: 'object', additionalProperties: true }] };

export class ApprovalDto {
  id: string;
  chatId: string;
  turnId: string;
  /** The agent action that the question is about. */
  itemId: string | null;
  @ApiProperty({ enum: KINDS })
  kind: ApprovalKind;
  /** What is asked: the command, its folder and reason; the file changes; the questions. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  request: Record<string, unknown>;
  /** What may be answered: words, or objects with one key. */
  @ApiProperty({ type: 'array', items: DECISION, example: ['accept', 'cancel'] })
  decisions: Decision[];
  @ApiProperty({ enum: STATUSES })
  status: ApprovalStatus;
  @ApiProperty({ ...DECISION, nullable: true })
  decision: Decision | null;
  createdAt: string;
  /** When the question counts as declined. */
  expiresAt: string;
  resolvedAt: string | null;
}

export class AnswerApprovalDto {
  /** One of the approval's `decisions`; an object among them may be named by its key. */
  @IsDefined({ message: 'decision must be one of the decisions that the approval offers' })
  @ApiProperty({ ...DECISION, example: 'accept' })
  decision: Decision;

  /** For kind `user_input` with decision `answer`: the answers to each question, by the question's id. */
  @Optional()
  @IsObject()
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
  })
  answers?: Record<string, string[]>;
}

export function toApprovalDto(approval: ApprovalEntity): ApprovalDto {
  const { id, chatId, turnId, itemId, kind, request, decisions, status, decision } = approval;
  const { createdAt, expiresAt, resolvedAt } = approval;
  return { id, chatId, turnId, itemId, kind, request, decisions, status, decision, createdAt, expiresAt, resolvedAt };
}
