import { ApiProperty } from '@nestjs/swagger';

const STATUSES = ['not_started', 'ready', 'failed', 'sign_in_required'] as const;
const SCOPES = ['operator', 'project', 'user'] as const;

export class McpToolDto {
  name: string;
  /** The beginning of a long one. */
  description: string | null;
}

/** How an MCP server does in a chat; a server that fails costs the turn its tools, and not the turn. */
export class McpServerUpdatedData {
  /** Of the operator's: its name. */
  id: string;
  /** What the agent calls it by: the `server` of its calls. */
  name: string;
  @ApiProperty({ enum: SCOPES })
  scope: (typeof SCOPES)[number];
  /** As the chat's last use showed it; `sign_in_required`: see `POST /api/v1/mcp-servers/{id}/authorize`. */
  @ApiProperty({ enum: STATUSES })
  status: (typeof STATUSES)[number];
  /** What the agent is offered. */
  tools: McpToolDto[];
  /** Tools that cannot be offered, each with the reason. */
  leftOut: string[];
  /** Why it cannot be used. */
  failure: string | null;
}
