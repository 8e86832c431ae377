import { AuthorDto } from '../../access/author.dto';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsDefined, IsObject } from 'class-validator';
import { Optional } from '../../common/optional.decorator';
import { SchemaVariants } from '../../common/schema-variants';
import { NewApproval, type ApprovalKind, type ApprovalStatus, type Decision } from '../entities/approval.entity';
import { APPROVAL_REQUESTS } from './approval-request.dto';

const STATUSES: ApprovalStatus[] = ['pending', 'resolved', 'expired', 'canceled'];
const DECISION = { oneOf: [{ type: 'string' }, { type: 'object', additionalProperties: true }] };

@SchemaVariants('kind', 'request', APPROVAL_REQUESTS)
export class ApprovalDto {
  id: string;
  chatId: string;
  turnId: string;
  /** The agent action that the question is about. */
  itemId: string | null;
  @ApiProperty({ type: String })
  kind: ApprovalKind;
  request: Record<string, unknown>;
  /** What may be answered: words, or objects with one key. */
  @ApiProperty({ type: 'array', items: DECISION, example: ['accept', 'cancel'] })
  decisions: Decision[];
  @ApiProperty({ enum: STATUSES })
  status: ApprovalStatus;
  @ApiProperty({ ...DECISION, nullable: true })
  decision: Decision | null;
  /** The chat's rules that answered it, and no person; null when none did. */
  ruleIds: string[] | null;
  createdAt: string;
  /** When the question counts as declined. */
  expiresAt: string;
  resolvedAt: string | null;
  /** Who answered it; null when nobody has. */
  @ApiProperty({ type: AuthorDto, nullable: true })
  resolvedBy: AuthorDto | null;
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

/** @param resolvedBy who answered it, where that is a person */
export function toApprovalDto(approval: NewApproval, resolvedBy: AuthorDto | null = null): ApprovalDto {
  const { id, chatId, turnId, itemId, kind, request, decisions, status, decision } = approval;
  const { ruleIds, createdAt, expiresAt, resolvedAt } = approval;
  return {
    ...{ id, chatId, turnId, itemId, kind, request, decisions, status, decision, ruleIds },
    ...{ createdAt, expiresAt, resolvedAt, resolvedBy },
  };
}
