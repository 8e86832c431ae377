import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsNotEmpty,
  IsObject,
  IsString,
  IsUUID,
  MaxLength,
} from 'class-validator';
import { Optional } from '../../common/optional.decorator';
import { APPROVAL_POLICIES, SANDBOX_MODES, type ApprovalPolicy, type SandboxMode } from '../../config/agent-policy';

/** Pictures of one prompt. */
const MAX_IMAGES = 49;

export class RunCodexDto {
  /** @example Create a Python function to calculate fibonacci numbers */
  @IsString()
  @IsNotEmpty()
  prompt: string;

  /** A backend, `backend/model`, an alias, or a model of the default backend; left out: the default one. @example demo */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(400)
  model?: string;

  /** At most the operator's `CODEX_SANDBOX_MODE_MAX`; left out: the service's own default, or what the thread has. */
  @Optional()
  @IsIn(SANDBOX_MODES)
  @ApiProperty({ enum: SANDBOX_MODES, required: false })
  sandbox?: SandboxMode;

  /**
   * A folder in the thread's own workspace, relative to it; `/tmp` stands for the workspace itself, which is empty at first. Of a thread
   * that is gone on with only the workspace.
   */
  @Optional()
  @IsString()
  @MaxLength(4_096)
  working_directory?: string;

  /** Taken, and without effect: a workspace is the thread's own, and recorded, whether it is a repository or not. */
  @Optional()
  @IsBoolean()
  skip_git_repo_check?: boolean;

  /** Goes on with a thread; left out: a new one. */
  @Optional()
  @IsUUID()
  thread_id?: string;

  /** Pictures, as data URLs. */
  @Optional()
  @IsArray()
  @ArrayMaxSize(MAX_IMAGES)
  @IsString({ each: true })
  images?: string[];

  /** JSON schema that the agent's last message has to follow. */
  @Optional()
  @IsObject()
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  output_schema?: Record<string, unknown>;

  /** When the agent asks a person; left out: never, or what the thread has. */
  @Optional()
  @IsIn(APPROVAL_POLICIES)
  @ApiProperty({ enum: APPROVAL_POLICIES, required: false })
  approval_policy?: ApprovalPolicy;
}
