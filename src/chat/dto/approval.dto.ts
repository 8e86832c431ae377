import { AuthorDto } from '../../access/author.dto';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { IsDefined, IsNotEmpty, IsObject, IsString, MaxLength } from 'class-validator';
import { Optional } from '../../common/optional.decorator';
import { SchemaVariants } from '../../common/schema-variants';
import { NewApproval, type ApprovalKind, type ApprovalStatus, type Decision } from '../entities/approval.entity';
import { ApprovalChoiceDto } from './approval-choice.dto';
import { choicesOf } from './approval-choices';
import { APPROVAL_REQUESTS } from './approval-request.dto';
import { visibleText } from './visible-text';
import { VisibleTextDto } from './visible-text.dto';

const STATUSES: ApprovalStatus[] = ['pending', 'resolved', 'expired', 'canceled'];
const DECISION = { oneOf: [{ type: 'string' }, { type: 'object', additionalProperties: true }] };

@ApiExtraModels(VisibleTextDto)
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
  /** What each of the decisions comes to, in words. */
  @ApiProperty({ type: [ApprovalChoiceDto] })
  choices: ApprovalChoiceDto[];
  /** The fields of `request` as they may be shown: nothing is hidden in them, and what is no text is JSON. */
  @ApiProperty({ type: 'object', additionalProperties: { $ref: getSchemaPath(VisibleTextDto) } })
  display: Record<string, VisibleTextDto>;
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

  /**
   * What the agent is told with the refusal, for a decision that takes a message (`choices`): as a message of the running turn, or of
   * one of its own where that is over by then.
   */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(32_768)
  message?: string;
}

/** @param resolvedBy who answered it, where that is a person */
export function toApprovalDto(approval: NewApproval, resolvedBy: AuthorDto | null = null): ApprovalDto {
  const { id, chatId, turnId, itemId, kind, request, decisions, status, decision } = approval;
  const { ruleIds, createdAt, expiresAt, resolvedAt } = approval;
  return {
    ...{ id, chatId, turnId, itemId, kind, request, decisions, status, decision, ruleIds },
    ...{ choices: choicesOf(approval), display: displayOf(request) },
    ...{ createdAt, expiresAt, resolvedAt, resolvedBy },
  };
}

/** What is visible already, or is no words, is left out. */
const NOT_SHOWN = new Set(['line', 'files', 'fileCount', 'isInside', 'grants', 'shell']);

function displayOf(request: Record<string, unknown>): Record<string, VisibleTextDto> {
  const shown = Object.entries(request).filter(([name, value]) => !NOT_SHOWN.has(name) && value !== null);
  return Object.fromEntries(
    shown.map(([name, value]) => [
      name,
      visibleText(typeof value === 'string' ? value : JSON.stringify(value, null, 2), true),
    ]),
  );
}
