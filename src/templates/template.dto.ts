import { ApiProperty, IntersectionType, OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { EditedVersionDto } from '../common/edited-version.dto';
import { IsVisible } from '../common/hidden-characters';
import { Optional } from '../common/optional.decorator';
import { PartialOf } from '../common/partial-of';
import { APPROVAL_POLICIES, SANDBOX_MODES, type ApprovalPolicy, type SandboxMode } from '../config/agent-policy';
import { REASONING_LEVELS } from '../gateway/catalog/model-spec';
import { SERVICE_TOOLS } from '../tools/tool-names';
import { MAX_INSTRUCTIONS, MAX_STARTERS, type TemplateContent } from './template-content';

export const TEMPLATE_SCOPES = ['service', 'project', 'user'] as const;
export type TemplateScope = (typeof TEMPLATE_SCOPES)[number];

/** As files of templates have it: blanks alone say nothing. */
const SAID = { message: '$property must not be empty' };

export class StarterDto {
  @IsString()
  @Matches(/\S/, SAID)
  @MaxLength(200)
  title: string;

  /** The message. */
  @IsString()
  @Matches(/\S/, SAID)
  @MaxLength(4_000)
  prompt: string;
}

export class CreateTemplateDto {
  /** The project whose it is, for its chats; left out: it is yours alone. */
  @Optional()
  @IsUUID()
  projectId?: string;

  /** @example Release notes */
  @IsString()
  @Matches(/\S/, SAID)
  @MaxLength(200)
  @IsVisible()
  name: string;

  /** What it is for. */
  @Optional()
  @IsString()
  @MaxLength(1_000)
  description?: string;

  /** What the agent is told in each turn, before the instructions of the project and of the chat. @example Write for users, not for developers. */
  @IsString()
  @Matches(/\S/, SAID)
  @MaxLength(MAX_INSTRUCTIONS)
  instructions: string;

  /** Id of the backend of new chats. */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  backend?: string;

  /** A model of that backend. */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  model?: string;

  /** For models that have it. */
  @Optional()
  @IsIn(REASONING_LEVELS)
  @ApiProperty({ enum: REASONING_LEVELS, required: false })
  effort?: string;

  @Optional()
  @IsIn(APPROVAL_POLICIES)
  @ApiProperty({ enum: APPROVAL_POLICIES, required: false })
  approvalPolicy?: ApprovalPolicy;

  /** No more than the operator's `CODEX_SANDBOX_MODE_MAX` has an effect. */
  @Optional()
  @IsIn(SANDBOX_MODES)
  @ApiProperty({ enum: SANDBOX_MODES, required: false })
  sandboxMode?: SandboxMode;

  /** Whether commands reach the network, where the operator lets them. */
  @Optional()
  @IsBoolean()
  networkAccess?: boolean;

  /** Tools that the agent has beside codex's own: those of the service; a file of the operator's may name any that there is. */
  @Optional()
  @IsIn(SERVICE_TOOLS, { each: true })
  @ArrayMaxSize(SERVICE_TOOLS.length)
  @ApiProperty({ enum: SERVICE_TOOLS, isArray: true, required: false })
  tools?: readonly string[];

  /** Ids of the MCP servers of new chats; left out: those that are on by default. */
  @Optional()
  @IsString({ each: true })
  @MaxLength(64, { each: true })
  @ArrayMaxSize(50)
  mcpServers?: string[];

  /** Names of the skills of new chats. */
  @Optional()
  @IsString({ each: true })
  @MaxLength(64, { each: true })
  @ArrayMaxSize(50)
  skills?: string[];

  @Optional()
  @IsNumber()
  @Min(0)
  @Max(2)
  temperature?: number;

  /** Of one answer of the model, in tokens. */
  @Optional()
  @IsInt()
  @Min(16)
  maxOutputTokens?: number;

  /** Calls of the model in one turn; the operator's own limit holds, too. */
  @Optional()
  @IsInt()
  @Min(1)
  maxModelCalls?: number;

  /** Seconds of one turn; the operator's own limit holds, too. */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(2_000_000)
  maxSeconds?: number;

  /** First messages that people are offered. */
  @Optional()
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => StarterDto)
  @ArrayMaxSize(MAX_STARTERS)
  starters?: StarterDto[];
}

export class ReplaceTemplateDto extends IntersectionType(
  OmitType(CreateTemplateDto, ['projectId'] as const),
  EditedVersionDto,
) {}

export class UpdateTemplateDto extends PartialOf(ReplaceTemplateDto) {}

export class TemplateDto extends OmitType(CreateTemplateDto, [
  'projectId',
  'description',
  'starters',
  'tools',
] as const) {
  /** Tools that the agent has beside codex's own. */
  @ApiProperty({ type: [String] })
  tools: readonly string[];
  /** Of a file its name, without the ending. @example python_dev */
  id: string;
  /** Whose it is: everybody's, those of a project, or yours alone. */
  @ApiProperty({ enum: TEMPLATE_SCOPES })
  scope: TemplateScope;
  @ApiProperty({ type: String, nullable: true })
  projectId: string | null;
  /** Raised with each change; null for a file. */
  @ApiProperty({ type: Number, nullable: true })
  version: number | null;
  description: string;
  starters: StarterDto[];
}

export class TemplatesQueryDto {
  /** With those of this project. */
  @Optional()
  @IsUUID()
  projectId?: string;
}

export const INSTRUCTION_SOURCES = ['template', 'project', 'chat', 'files', 'skills', 'workspace'] as const;

export class InstructionPartDto {
  /** `files`: of the project, as the agent is told of them; `skills`: those of the chat; `workspace`: its AGENTS.md, which codex gives to the model itself. */
  @ApiProperty({ enum: INSTRUCTION_SOURCES })
  source: (typeof INSTRUCTION_SOURCES)[number];
  /** Name of the template, or of the file. */
  @ApiProperty({ type: String, nullable: true })
  name: string | null;
  text: string;
  /** Whether only the beginning of it is shown. */
  truncated: boolean;
}

export class InstructionsDto {
  /** What the agent is told beside its messages, in this order; what comes later goes before what came earlier. */
  parts: InstructionPartDto[];
}

/** What is stored of it. */
export function contentOf(input: CreateTemplateDto): TemplateContent {
  const {
    name,
    description = '',
    instructions,
    backend,
    model,
    effort,
    approvalPolicy,
    sandboxMode,
    networkAccess,
    tools,
    mcpServers,
  } = input;
  const { skills, temperature, maxOutputTokens, maxModelCalls, maxSeconds, starters = [] } = input;
  return {
    ...{
      name,
      description,
      instructions,
      backend,
      model,
      effort,
      approvalPolicy,
      sandboxMode,
      networkAccess,
      tools,
      mcpServers,
    },
    ...{ skills, temperature, maxOutputTokens, maxModelCalls, maxSeconds },
    starters: starters.map(({ title, prompt }) => ({ title, prompt })),
  };
}
