import { ApiProperty, OmitType, PickType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { McpServerUpdatedData } from '../chat/dto/mcp-server-state.dto';
import { IsVisible } from '../common/hidden-characters';
import { IsWebAddress } from '../common/is-web-address.decorator';
import { Optional } from '../common/optional.decorator';
import { PartialOf } from '../common/partial-of';
import {
  DEFAULT_TOOL_TIMEOUT,
  MCP_APPROVALS,
  MCP_MODES,
  MCP_NAME,
  MCP_NAME_RULE,
  MCP_SCOPES,
  McpApproval,
  McpMode,
  McpScope,
  McpServer,
} from './catalog/mcp-server';

const AUTHS = ['none', 'bearer', 'oauth'] as const;
type AuthKind = (typeof AUTHS)[number];
const OWN_MODES = ['default_on', 'opt_in'] as const;
const OWN_APPROVALS = ['auto', 'always'] as const;

export class CreateMcpServerDto {
  /** What the agent calls it by. @example tickets */
  @IsString()
  @Matches(MCP_NAME, { message: `name must be ${MCP_NAME_RULE}` })
  name: string;

  /** Its address over streamable HTTP, on a host that the operator allows. @example https://mcp.example.com/mcp */
  @IsWebAddress({ disallow_auth: true })
  @MaxLength(2_000)
  url: string;

  /** The project whose chats have it, which you own; left out: it is yours, and in your own chats. */
  @Optional()
  @IsUUID()
  projectId?: string;

  @Optional()
  @IsString()
  @MaxLength(500)
  @IsVisible()
  description?: string;

  /** Whether chats have it unless they choose otherwise; left out: `opt_in`. */
  @Optional()
  @IsIn(OWN_MODES)
  @ApiProperty({ enum: OWN_MODES, required: false })
  mode?: (typeof OWN_MODES)[number];

  /** How it knows who calls: by `bearerToken`, or by OAuth, for which each user signs in. */
  @Optional()
  @IsIn(AUTHS)
  @ApiProperty({ enum: AUTHS, required: false })
  auth?: AuthKind;

  /** For `auth: bearer`. Stored encrypted, and never shown. */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(8_192)
  bearerToken?: string;

  /** For `auth: oauth`, where you have registered a client; left out: the service registers itself. */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  oauthClientId?: string;

  /** Names of the tools that are offered; null or left out: all. */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(64, { each: true })
  @ApiProperty({ type: [String], required: false, nullable: true })
  enabledTools?: string[] | null;

  /** Whether a person is asked before each tool, or as the tools say of themselves; left out: `auto`. */
  @Optional()
  @IsIn(OWN_APPROVALS)
  @ApiProperty({ enum: OWN_APPROVALS, required: false })
  approval?: (typeof OWN_APPROVALS)[number];

  /** Seconds that a call may be silent; left out: 60. */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(3_600)
  @ApiProperty({ type: 'integer', required: false, default: DEFAULT_TOOL_TIMEOUT })
  toolTimeoutSeconds?: number;
}

export class UpdateMcpServerDto extends PartialOf(OmitType(CreateMcpServerDto, ['projectId', 'name'] as const)) {}

export class McpServerDto {
  /** Of the operator's: its name. */
  id: string;
  name: string;
  @ApiProperty({ enum: MCP_SCOPES })
  scope: McpScope;
  /** Of a project's. */
  @ApiProperty({ type: String, nullable: true })
  projectId: string | null;
  description: string | null;
  @ApiProperty({ enum: MCP_MODES })
  mode: McpMode;
  /** Null for the operator's. */
  @ApiProperty({ type: String, nullable: true })
  url: string | null;
  @ApiProperty({ enum: AUTHS })
  auth: AuthKind;
  /** Of `auth: bearer`: whether there is a token. */
  hasBearerToken: boolean;
  /** Of `auth: oauth`: whether you have signed in; null for others. */
  @ApiProperty({ type: Boolean, nullable: true })
  isSignedIn: boolean | null;
  @ApiProperty({ type: [String], nullable: true })
  enabledTools: string[] | null;
  @ApiProperty({ enum: MCP_APPROVALS })
  approval: McpApproval;
  toolTimeoutSeconds: number;
}

export class McpServersDto {
  @ApiProperty({ type: [McpServerDto] })
  data: McpServerDto[];
}

/** An MCP server as a chat has it. */
export class ChatMcpServerDto extends McpServerUpdatedData {
  @ApiProperty({ enum: MCP_MODES })
  mode: McpMode;
  description: string | null;
  /** Whether the agent has it in the turns of your messages. */
  isOn: boolean;
}

export class ChatMcpServersDto {
  @ApiProperty({ type: [ChatMcpServerDto] })
  data: ChatMcpServerDto[];
}

/** How a server does outside of chats; `not_started`: it runs only in them. */
export class McpServerCheckDto extends PickType(McpServerUpdatedData, [
  'status',
  'tools',
  'leftOut',
  'failure',
] as const) {}

export class McpAuthorizationDto {
  /** Where you sign in to the server, with a browser that is signed in here, too. */
  url: string;
  /** Until when that can be done. */
  expiresAt: string;
}

/** @param more what is not the server's own */
export const toMcpServerDto = (
  { id, name, scope, description, mode, transport, auth, enabledTools, approval, toolTimeoutSeconds }: McpServer,
  more: { projectId: string | null; hasBearerToken: boolean; isSignedIn: boolean },
): McpServerDto => ({
  ...{ id, name, scope, projectId: more.projectId, description, mode, auth: auth.kind, approval, toolTimeoutSeconds },
  url: scope !== 'operator' && transport.kind === 'http' ? transport.url : null,
  hasBearerToken: more.hasBearerToken,
  isSignedIn: auth.kind === 'oauth' ? more.isSignedIn : null,
  enabledTools: enabledTools && [...enabledTools],
});
