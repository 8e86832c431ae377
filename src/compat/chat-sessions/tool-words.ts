import type { AgentActionDto } from '../../chat/dto/agent-action.dto';
import type {
  CommandActionData,
  FileChangeActionData,
  McpToolCallActionData,
  ToolCallActionData,
} from '../../chat/dto/agent-action-data.dto';
import { toolText } from '../../chat/dto/tool-text';

/** An action of the agent in the words of the contract, which knows tools by name: `bash`, `file_edit` ... */
export function toolName({ kind, data }: AgentActionDto): string {
  switch (kind) {
    case 'command':
      return 'bash';
    case 'file_change':
      return 'file_edit';
    case 'mcp_tool_call':
    case 'tool_call':
      return String(data.tool);
    case 'web_search':
      return 'web_search';
    case 'other':
      return String(data.type);
  }
}

/** What the tool was given. */
export function toolArguments({ kind, data }: AgentActionDto): Record<string, unknown> {
  switch (kind) {
    case 'command':
      return { command: data.command, cwd: data.cwd };
    case 'file_change':
      return { changes: of<FileChangeActionData>(data).changes.map(({ path, kind: how }) => ({ path, kind: how })) };
    case 'mcp_tool_call':
    case 'tool_call':
      return isObject(data.arguments) ? data.arguments : { arguments: data.arguments };
    case 'web_search':
      return { query: data.query };
    case 'other':
      return {};
  }
}

/** What came of it: a text for a person, and facts for a program. */
export function toolOutput({ kind, data }: AgentActionDto): { content: string; metadata: Record<string, unknown> } {
  switch (kind) {
    case 'command': {
      const { output, exitCode, durationMs } = of<CommandActionData>(data);
      return { content: output, metadata: { exit_code: exitCode, duration_ms: durationMs } };
    }
    case 'file_change': {
      const { changes } = of<FileChangeActionData>(data);
      return { content: changes.map(({ path, kind: how }) => `${how} ${path}`).join('\n'), metadata: { changes } };
    }
    case 'mcp_tool_call': {
      const { server, result, error } = of<McpToolCallActionData>(data);
      return { content: error ?? toolText(result), metadata: { server } };
    }
    case 'tool_call':
      return { content: toolText(of<ToolCallActionData>(data).output), metadata: {} };
    case 'web_search':
    case 'other':
      return { content: '', metadata: {} };
  }
}

/** The data is by kind; see ACTION_DATA. */
const of = <T>(data: Record<string, unknown>): T => data as T;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
