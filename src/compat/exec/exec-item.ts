import type { AgentActionDto } from '../../chat/dto/agent-action.dto';
import type {
  CommandActionData,
  FileChangeActionData,
  McpToolCallActionData,
  ToolCallActionData,
  WebSearchActionData,
} from '../../chat/dto/agent-action-data.dto';
import type { ExecItemDetails, ExecStatus } from './exec-event';

/** Under this name the tools of the service are told of as those of an MCP server: the program has no item of that kind. */
export const OWN_TOOLS = 'codex-relay';

const STATUS: Readonly<Record<AgentActionDto['status'], ExecStatus>> = {
  ...{ running: 'in_progress', completed: 'completed', failed: 'failed' },
  ...{ declined: 'failed', interrupted: 'failed' },
};

/** An agent action as an item of the program; undefined for one that it does not tell of. */
export function execItem({
  kind,
  status,
  data,
}: Pick<AgentActionDto, 'kind' | 'status' | 'data'>): ExecItemDetails | undefined {
  switch (kind) {
    case 'command':
      return commandExecution(data as unknown as CommandActionData, status);
    case 'file_change':
      return fileChange(data as unknown as FileChangeActionData, status);
    case 'mcp_tool_call':
      return mcpToolCall(data as unknown as McpToolCallActionData, status);
    case 'tool_call':
      return ownToolCall(data as unknown as ToolCallActionData, status);
    case 'web_search':
      return { type: 'web_search', query: (data as unknown as WebSearchActionData).query, action: { type: 'other' } };
    case 'other':
      return undefined;
  }
}

function commandExecution(
  { command, output, exitCode }: CommandActionData,
  status: AgentActionDto['status'],
): ExecItemDetails {
  return {
    ...{ type: 'command_execution', command, aggregated_output: output, exit_code: exitCode },
    status: status === 'declined' ? 'declined' : STATUS[status],
  };
}

function fileChange({ changes }: FileChangeActionData, status: AgentActionDto['status']): ExecItemDetails {
  return { type: 'file_change', changes: changes.map(({ path, kind }) => ({ path, kind })), status: STATUS[status] };
}

function mcpToolCall(data: McpToolCallActionData, status: AgentActionDto['status']): ExecItemDetails {
  const { server, tool, arguments: given, result, error } = data;
  return {
    ...{ type: 'mcp_tool_call', server, tool, arguments: given, result: mcpResult(result) },
    ...{ error: error === null ? null : { message: error }, status: STATUS[status] },
  };
}

function mcpResult(result: unknown): { content: unknown[]; structured_content: unknown } | null {
  if (typeof result !== 'object' || result === null) return null;
  const { content, structuredContent = null } = result as { content?: unknown; structuredContent?: unknown };
  return { content: Array.isArray(content) ? (content as unknown[]) : [], structured_content: structuredContent };
}

function ownToolCall(data: ToolCallActionData, status: AgentActionDto['status']): ExecItemDetails {
  const { tool, arguments: given, output } = data;
  const content = Array.isArray(output) ? output.map(mcpContent) : [];
  const hasFailed = STATUS[status] === 'failed';
  const said = content.flatMap((part) => ('text' in part ? [part.text] : [])).join('\n');
  return {
    ...{ type: 'mcp_tool_call', server: OWN_TOOLS, tool, arguments: given },
    result: output === null || hasFailed ? null : { content, structured_content: null },
    ...{ error: hasFailed ? { message: said || 'The tool has failed.' } : null, status: STATUS[status] },
  };
}

/** A part of a tool's answer as codex has it, in the form of an MCP server's. */
function mcpContent(part: unknown): { type: 'text'; text: string } | { type: 'image'; data: string; mimeType: string } {
  const { text, imageUrl } = (part ?? {}) as { text?: unknown; imageUrl?: unknown };
  const [, mimeType, data] = (typeof imageUrl === 'string' && /^data:([^;,]+);base64,(.*)$/s.exec(imageUrl)) || [];
  if (mimeType !== undefined && data !== undefined) return { type: 'image', data, mimeType };
  return { type: 'text', text: typeof text === 'string' ? text : JSON.stringify(part) };
}
