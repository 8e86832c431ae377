import { ApiProperty } from '@nestjs/swagger';
import { AgentActionEntity, type AgentActionKind, type AgentActionStatus } from '../entities/agent-action.entity';

const KINDS: AgentActionKind[] = ['command', 'file_change', 'mcp_tool_call', 'tool_call', 'web_search', 'other'];
const STATUSES: AgentActionStatus[] = ['running', 'completed', 'failed', 'declined', 'interrupted'];

export class AgentActionDto {
  id: string;
  chatId: string;
  turnId: string;
  @ApiProperty({ enum: KINDS })
  kind: AgentActionKind;
  @ApiProperty({ enum: STATUSES })
  status: AgentActionStatus;
  /** One line for a person. @example ls -la */
  title: string;
  /**
   * By kind. `command`: `{command, cwd, output, exitCode, durationMs}`; `file_change`: `{changes: [{path, kind,
   * movePath, diff}]}`; `mcp_tool_call`: `{server, tool, arguments, result, error}`; `tool_call`: `{tool, arguments,
   * output, success}`; `web_search`: `{query}`; `other`: `{type}`. Paths are relative to the workspace.
   */
  @ApiProperty({ type: 'object', additionalProperties: true })
  data: Record<string, unknown>;
  startedAt: string;
  endedAt: string | null;
}

export function toAgentActionDto(action: AgentActionEntity): AgentActionDto {
  const { id, chatId, turnId, kind, status, title, data, startedAt, endedAt } = action;
  return { id, chatId, turnId, kind, status, title, data, startedAt, endedAt };
}
