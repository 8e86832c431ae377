import { PROJECT_ROLES, type ProjectRole } from '../../access/project-member.entity';
import { ApiProperty, OmitType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
} from 'class-validator';
import { IsVisible } from '../../common/hidden-characters';
import { Optional } from '../../common/optional.decorator';
import { PartialOf } from '../../common/partial-of';
import { APPROVAL_POLICIES, SANDBOX_MODES, type ApprovalPolicy, type SandboxMode } from '../../config/agent-policy';
import { ChatEntity } from '../entities/chat.entity';
import { TokenUsage } from '../entities/token-usage.dto';

export const CHAT_STATUSES = ['idle', 'running', 'waiting_for_approval'] as const;
export type ChatStatus = (typeof CHAT_STATUSES)[number];

export class CreateChatDto {
  /** Left out: the beginning of the first message. @example Tidy up the build */
  @Optional()
  @IsString()
  @MaxLength(200)
  @IsVisible()
  title?: string;

  /** The project to file it in, where you may write; left out: your own. */
  @Optional()
  @IsUUID()
  projectId?: string;

  /** Id of a template to make it from; left out: the operator's choice, which may be none. @example python_dev */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(64)
  template?: string;

  /** Id of a model backend; left out: that of the template, or the default one. @example demo */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  backend?: string;

  /** Overrides the backend's own model; null: that. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  @ApiProperty({ required: false, type: String, nullable: true })
  model?: string | null;

  /** What the agent is told in every turn, above the user's messages. */
  @Optional()
  @IsString()
  @MaxLength(32_768)
  instructions?: string;

  /** When codex asks a person; below a `CODEX_SANDBOX_MODE_MAX` not `untrusted`. */
  @Optional()
  @IsIn(APPROVAL_POLICIES)
  @ApiProperty({ enum: APPROVAL_POLICIES, required: false })
  approvalPolicy?: ApprovalPolicy;

  /** What the agent may touch: no more than the operator's `CODEX_SANDBOX_MODE_MAX`. */
  @Optional()
  @IsIn(SANDBOX_MODES)
  @ApiProperty({ enum: SANDBOX_MODES, required: false })
  sandboxMode?: SandboxMode;

  /**
   * Whether sandboxed commands reach the network, with `sandboxMode` `workspace-write`; left out: no. Where the operator's
   * `CODEX_NETWORK_ACCESS` allows it.
   */
  @Optional()
  @IsBoolean()
  networkAccess?: boolean;

  /**
   * Ids of the MCP servers that its agent may call, beside those that every chat has; null or left out: those that are on by
   * default. A server of your own is there in the turns of your own messages.
   */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @MaxLength(64, { each: true })
  @ApiProperty({ type: [String], required: false, nullable: true })
  mcpServers?: string[] | null;

  /** Names of the skills that its agent can use; left out: those of the template, or none. @example [] */
  @Optional()
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(64, { each: true })
  skills?: string[];
}

export class UpdateChatDto extends PartialOf(OmitType(CreateChatDto, ['instructions', 'template'] as const)) {
  /** Hides the chat from the list. */
  @Optional()
  @IsBoolean()
  archived?: boolean;
}

export class ChatDto {
  /** @example 01a1f9b6-cbda-71c2-a8e2-f2bf1c84ef9a */
  id: string;
  /** What it is filed in. */
  projectId: string;
  /** What you may do with it: your role in its project. */
  @ApiProperty({ enum: PROJECT_ROLES })
  role: ProjectRole;
  title: string;
  /** Id of its model backend. @example demo */
  backend: string;
  model: string | null;
  @ApiProperty({ enum: CHAT_STATUSES })
  status: ChatStatus;
  /** Number of the last event in its log, 0 for none. */
  lastSeq: number;
  archived: boolean;
  /** Whether you keep it at the top of your list. */
  pinned: boolean;
  /** Whether what waits in its queue stays waiting until it is released. */
  queueHeld: boolean;
  usage: TokenUsage;
  instructions: string | null;
  @ApiProperty({ enum: APPROVAL_POLICIES })
  approvalPolicy: ApprovalPolicy;
  @ApiProperty({ enum: SANDBOX_MODES })
  sandboxMode: SandboxMode;
  /** Whether its sandboxed commands reach the network, where it is `workspace-write`. */
  networkAccess: boolean;
  /** Ids of the MCP servers that it has chosen; null: those that are on by default. */
  @ApiProperty({ type: [String], nullable: true })
  mcpServers: string[] | null;
  /** Names of the skills that it has chosen. */
  skills: string[];
  /** The chat that it branched off from, which may be deleted by now; null: none. */
  parentId: string | null;
  /** The last turn of the parent that it has, too; null: it has none of them. */
  parentTurnId: string | null;
  /** What all chats share that branched off from one another: the id of the first of them. */
  familyId: string;
  /** Codex's id of the conversation, once it has one. */
  threadId: string | null;
  createdAt: string;
  updatedAt: string;
}

/** Without what is the asking user's own but the role. @param role of whoever asks, in the chat's project */
export function toChatDto(chat: ChatEntity, status: ChatStatus, role: ProjectRole): ChatDto {
  const { id, projectId, backend, model, archived, queueHeld, usage, lastSeq, instructions } = chat;
  const { approvalPolicy, sandboxMode, networkAccess, mcpServers, skills } = chat;
  const { codexThreadId: threadId, createdAt, updatedAt, parentId, parentTurnId, familyId } = chat;
  return {
    ...{
      id,
      projectId,
      role,
      title: shownTitle(chat),
      backend,
      model,
      status,
      lastSeq,
      archived,
      pinned: false,
      queueHeld,
      usage,
      instructions,
    },
    ...{ approvalPolicy, sandboxMode, networkAccess, mcpServers, skills, threadId },
    ...{ parentId, parentTurnId, familyId, createdAt, updatedAt },
  };
}

/** A chat has no title of its own before its first message. */
export const shownTitle = ({ title }: Pick<ChatEntity, 'title'>): string => title || 'New chat';
