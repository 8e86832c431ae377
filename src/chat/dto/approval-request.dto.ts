import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ApprovalKind } from '../entities/approval.entity';
import { VisibleTextDto } from './visible-text.dto';

const ANY_OBJECT = { type: 'object', additionalProperties: true } as const;

export const SANDBOX_GRANTS = ['inside', 'inside_first', 'outside'] as const;

/** What a command may do if it is allowed, at most. */
export class CommandGrantDto {
  /** `inside_first`: in the sandbox, and once more outside of it, without asking, where that gets in its way. */
  @ApiProperty({ enum: SANDBOX_GRANTS })
  sandbox: (typeof SANDBOX_GRANTS)[number];
  /** Whether it may reach the network. */
  network: boolean;
  /** The same in words. @example outside of the sandbox, with the network */
  text: string;
}

export class CommandRequestDto {
  /** Null where only the network access of a running command is asked for. */
  command: string | null;
  /** The words of the command, as it is started; null where they cannot be told. */
  argv: string[] | null;
  /** The shell that runs `line`; null where none is between. @example /bin/bash -c */
  shell: string | null;
  /** All that would run, in one line: the script of a shell, else the command. */
  @ApiProperty({ type: VisibleTextDto, nullable: true })
  line: VisibleTextDto | null;
  /** Whether it starts in the workspace, wherever links lead. */
  isInside: boolean | null;
  /** Left out in questions of earlier versions of the service. */
  @ApiPropertyOptional({ type: CommandGrantDto })
  grants?: CommandGrantDto;
  /** Relative to the workspace. */
  cwd: string | null;
  reason: string | null;
  /** What is asked for of the network, in codex's words. */
  @ApiPropertyOptional(ANY_OBJECT)
  network?: object;
}

/** Where a path leads at the time of the question. */
export class PathTargetDto {
  /** Relative to the workspace, or absolute. */
  path: VisibleTextDto;
  /** With links followed: relative to the workspace, or absolute. */
  target: VisibleTextDto;
  /** Whether that is in the workspace. */
  isInside: boolean;
  /** Whether links lead elsewhere than the path says. */
  isLink: boolean;
}

export class ChangedFileDto {
  @ApiProperty({ enum: ['add', 'update', 'delete'] })
  kind: 'add' | 'update' | 'delete';
  place: PathTargetDto;
  /** Where an updated file is moved to. */
  @ApiProperty({ type: PathTargetDto, nullable: true })
  movedTo: PathTargetDto | null;
  /** Whether `diff` is the content of an added or deleted file, and not hunks. */
  isContent: boolean;
  diff: VisibleTextDto;
}

export class FileChangeRequestDto {
  reason: string | null;
  /** A folder that the agent may write to from then on, in codex's words. */
  grantRoot: string | null;
  /** All that would change; the first 1,000. */
  files: ChangedFileDto[];
  /** How many there are. */
  fileCount: number;
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

/** A question of an MCP server, or whether a tool of it may run. */
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
  /** The tool that is to run; null: the server itself asks. */
  tool: string | null;
  /** What the tool is to be given. */
  @ApiProperty({ ...ANY_OBJECT, nullable: true })
  arguments: unknown;
}

/** A call of a tool of this service. */
export class ToolCallRequestDto {
  tool: string;
  /** What the model gives it. */
  @ApiProperty(ANY_OBJECT)
  arguments: object;
  /** The same as JSON, in a form in which nothing is hidden. */
  shown: VisibleTextDto;
}

/** What each kind of approval carries in `request`. */
export const APPROVAL_REQUESTS = {
  command: CommandRequestDto,
  file_change: FileChangeRequestDto,
  permissions: PermissionsRequestDto,
  user_input: UserInputRequestDto,
  elicitation: ElicitationRequestDto,
  tool_call: ToolCallRequestDto,
} satisfies Record<ApprovalKind, new () => object>;
