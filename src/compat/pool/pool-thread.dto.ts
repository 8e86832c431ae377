import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { ChatDto } from '../../chat/dto/chat.dto';
import { CHAT_STATUSES, type ChatStatus } from '../../chat/dto/chat.dto';
import { PageOf } from '../../chat/dto/page.dto';
import { Optional } from '../../common/optional.decorator';
import { APPROVAL_POLICIES, SANDBOX_MODES, type ApprovalPolicy, type SandboxMode } from '../../config/agent-policy';
import { settingsIn } from '../working-directory';

const MCP_SERVERS = { type: 'array', items: { type: 'string' }, example: [] } as const;

/** What a thread and a turn may both be given. */
class ConfigurationDto {
  /** A backend, `backend/model`, an alias, or a model of the default backend; left out: the default one. @example demo */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(400)
  model?: string;

  /** What the agent is told in every turn. */
  @Optional()
  @IsString()
  @MaxLength(32_768)
  baseInstructions?: string;

  /** Ids of MCP servers that the service knows (`GET /api/v1/mcp-servers`). */
  @Optional()
  @ApiPropertyOptional(MCP_SERVERS)
  mcpServers?: unknown;
}

export class ThreadConfigDto extends ConfigurationDto {
  /** A folder in the thread's own workspace, relative to it; left out, `/tmp`, `/tmp/codex-empty`: the workspace, which is empty. */
  @Optional()
  @IsString()
  @MaxLength(4_096)
  cwd?: string;

  /** At most the operator's `CODEX_SANDBOX_MODE_MAX`. */
  @Optional()
  @IsIn(SANDBOX_MODES)
  @ApiProperty({ enum: SANDBOX_MODES, required: false })
  sandbox?: SandboxMode;

  /** When the agent asks a person; left out: never. */
  @Optional()
  @IsIn(APPROVAL_POLICIES)
  @ApiProperty({ enum: APPROVAL_POLICIES, required: false })
  approvalPolicy?: ApprovalPolicy;
}

export class TurnConfigDto extends ConfigurationDto {
  /** Parts: `{type: "text", text}`, `{type: "image", url}` with a data URL, `{type: "file", ...}` as in messages. */
  @IsArray()
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } })
  input: unknown[];
}

export class ThreadEventsQueryDto {
  /** Number of the last event that is there already; left out: those from now on. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  after?: number;
}

export class PoolThreadDto {
  threadId: string;
  title: string;
  /** Relative to its workspace. @example . */
  cwd: string;
  /** `backend`, or `backend/model`. @example demo */
  model: string;
  baseInstructions: string | null;
  @ApiProperty({ enum: SANDBOX_MODES })
  sandbox: SandboxMode;
  @ApiProperty({ enum: APPROVAL_POLICIES })
  approvalPolicy: ApprovalPolicy;
  /** Null: those that are on by default. */
  @ApiProperty({ type: [String], nullable: true })
  mcpServers: string[] | null;
  @ApiProperty({ enum: CHAT_STATUSES })
  status: ChatStatus;
  /** Number of its last event. */
  lastSeq: number;
  createdAt: string;
  updatedAt: string;
}

export class PoolThreadPage extends PageOf(PoolThreadDto) {}

export class PoolTurnDto {
  threadId: string;
  turnId: string;
}

export class PoolInterruptedDto {
  /** Null when none runs. */
  turnId: string | null;
}

export class PoolReleasedDto {
  /** Whether a process had it loaded. */
  released: boolean;
}

export function toPoolThread(chat: ChatDto): PoolThreadDto {
  const { id: threadId, title, backend, model, sandboxMode: sandbox, approvalPolicy, mcpServers } = chat;
  const { status, lastSeq, createdAt, updatedAt } = chat;
  const { folder: cwd, instructions: baseInstructions } = settingsIn(chat.instructions);
  return {
    ...{ threadId, title, cwd, model: model === null ? backend : `${backend}/${model}`, baseInstructions },
    ...{ sandbox, approvalPolicy, mcpServers, status, lastSeq, createdAt, updatedAt },
  };
}
