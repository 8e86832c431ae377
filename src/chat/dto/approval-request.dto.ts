import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ApprovalKind } from '../entities/approval.entity';

const ANY_OBJECT = { type: 'object', additionalProperties: true } as const;

export class CommandRequestDto {
  /** Null where only the network access of a running command is asked for. */
  command: string | null;
  /** Relative to the workspace. */
  cwd: string | null;
  reason: string | null;
  /** What is asked for of the network, in codex's words. */
  @ApiPropertyOptional(ANY_OBJECT)
  network?: object;
}

/** The changes themselves are those of the agent action. */
export class FileChangeRequestDto {
  reason: string | null;
}

export class PermissionsRequestDto {
  reason: string | null;
  /** What is asked for, in codex's words. */
  @ApiProperty(ANY_OBJECT)
  permissions: object;
}

export class QuestionOptionDto {
  label: string;
  description: string;
}

export class QuestionDto {
  id: string;
  header: string;
  question: string;
  /** Whether an answer in words of one's own is welcome, too. */
  isOther: boolean;
  /** Whether the answer is to be hidden while it is typed. */
  isSecret: boolean;
  /** What may be chosen; null for an answer in words. */
  @ApiProperty({ type: [QuestionOptionDto], nullable: true })
  options: QuestionOptionDto[] | null;
}

export class UserInputRequestDto {
  questions: QuestionDto[];
}

/** A question of an MCP server. */
export class ElicitationRequestDto {
  server: string;
  /** @example form */
  mode: string;
  message: string;
  /** What the answer has to look like. */
  @ApiProperty({ ...ANY_OBJECT, nullable: true })
  schema: object | null;
  /** A page to visit. */
  url: string | null;
}

/** What each kind of approval carries in `request`. */
export const APPROVAL_REQUESTS = {
  command: CommandRequestDto,
  file_change: FileChangeRequestDto,
  permissions: PermissionsRequestDto,
  user_input: UserInputRequestDto,
  elicitation: ElicitationRequestDto,
} satisfies Record<ApprovalKind, new () => object>;
