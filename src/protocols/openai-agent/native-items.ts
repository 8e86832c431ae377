import type { ResponseOutputItem } from 'openai/resources/responses/responses';
import type {
  CommandActionData,
  FileChangeActionData,
  FileChangeDto,
  McpToolCallActionData,
  ToolCallActionData,
  WebSearchActionData,
} from '../../chat/dto/agent-action-data.dto';
import type { AgentActionDto } from '../../chat/dto/agent-action.dto';
import { toolText } from '../../chat/dto/tool-text';
import { contentAsDiff } from './readable-action';

/**
 * An action of the agent that is over as items of the Responses API: the call, and behind it the output. Nothing is left for the client
 * to do.
 */
export function nativeItems(action: AgentActionDto): ResponseOutputItem[] {
  const { kind, data } = action;
  switch (kind) {
    case 'command':
      return shellItems(action, data as unknown as CommandActionData);
    case 'file_change':
      return (data as unknown as FileChangeActionData).changes.flatMap((change, at) => patchItems(action, change, at));
    case 'mcp_tool_call':
      return [mcpItem(action, data as unknown as McpToolCallActionData)];
    case 'tool_call':
      return toolItems(action, data as unknown as ToolCallActionData);
    case 'web_search': {
      const { query } = data as unknown as WebSearchActionData;
      const search = { type: 'search' as const, query, queries: [query] };
      return [{ type: 'web_search_call', id: idOf('ws', action), status: 'completed', action: search }];
    }
    default:
      return [];
  }
}

type Action = Pick<AgentActionDto, 'id' | 'status'>;

const idOf = (prefix: string, { id }: Action, at = 0): string =>
  `${prefix}_${id.replaceAll('-', '')}${at === 0 ? '' : `_${at}`}`;

const isDone = ({ status }: Action): boolean => status === 'completed' || status === 'failed';

function shellItems(action: Action, { command, output, exitCode }: CommandActionData): ResponseOutputItem[] {
  const call = { id: idOf('sh', action), call_id: idOf('call', action) };
  const status = isDone(action) ? ('completed' as const) : ('incomplete' as const);
  const outcome = exitCode === null ? { type: 'timeout' as const } : { type: 'exit' as const, exit_code: exitCode };
  return [
    {
      ...{ type: 'shell_call', ...call, environment: { type: 'local' }, status: 'completed' },
      action: { commands: [command], max_output_length: null, timeout_ms: null },
    },
    {
      ...{ type: 'shell_call_output', id: idOf('sho', action), call_id: call.call_id, max_output_length: null, status },
      output: [{ stdout: output, stderr: '', outcome }],
    },
  ];
}

function patchItems(action: Action, { path, kind, diff }: FileChangeDto, at: number): ResponseOutputItem[] {
  const call_id = idOf('call', action, at);
  const operation =
    kind === 'delete'
      ? { type: 'delete_file' as const, path }
      : kind === 'add'
        ? { type: 'create_file' as const, path, diff: contentAsDiff('add', diff) }
        : { type: 'update_file' as const, path, diff };
  const status = action.status === 'completed' ? ('completed' as const) : ('failed' as const);
  return [
    { type: 'apply_patch_call', id: idOf('apc', action, at), call_id, operation, status: 'completed' },
    { type: 'apply_patch_call_output', id: idOf('apco', action, at), call_id, status, output: action.status },
  ];
}

function mcpItem(action: Action, data: McpToolCallActionData): ResponseOutputItem {
  const { server, tool, arguments: input, result, error } = data;
  return {
    ...{ type: 'mcp_call', id: idOf('mcp', action), server_label: server, name: tool, arguments: asJson(input) },
    ...(error === null
      ? { output: toolText(result) }
      : { error: { type: 'mcp_tool_execution_error', content: [error] } }),
    status: action.status === 'completed' ? 'completed' : 'failed',
  };
}

function toolItems(action: Action, { tool, arguments: input, output }: ToolCallActionData): ResponseOutputItem[] {
  const call_id = idOf('call', action);
  const status = isDone(action) ? ('completed' as const) : ('incomplete' as const);
  return [
    { type: 'custom_tool_call', id: idOf('ctc', action), call_id, name: tool, input: asJson(input) },
    { type: 'custom_tool_call_output', id: idOf('ctco', action), call_id, output: toolText(output), status },
  ];
}

const asJson = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));
