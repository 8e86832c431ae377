import type { AgentActionDto } from '../../chat/dto/agent-action.dto';
import type { FileChangeActionData } from '../../chat/dto/agent-action-data.dto';
import type { TurnStateDto } from '../../chat/dto/chat-state.dto';
import { type MessageDto, textOf } from '../../chat/dto/message.dto';
import type { TurnStatus } from '../../chat/entities/turn.entity';

/** A step of a turn, in the form that codex's app-server has for it. */
export interface ThreadItem {
  readonly type: string;
  readonly id: string;
  readonly [field: string]: unknown;
}

const STATUSES: Readonly<Record<AgentActionDto['status'], string>> = {
  ...{ running: 'inProgress', completed: 'completed', failed: 'failed', declined: 'declined' },
  // Codex has no word of its own for it.
  interrupted: 'failed',
};

const TURN_STATUSES: Readonly<Record<TurnStatus, string>> = {
  ...{ queued: 'inProgress', running: 'inProgress' },
  ...{ completed: 'completed', interrupted: 'interrupted', failed: 'failed' },
};

export const turnStatus = (status: TurnStatus): string => TURN_STATUSES[status];

export const messageItem = ({ id, role, content }: MessageDto): ThreadItem =>
  role === 'user'
    ? { type: 'userMessage', id, content: [{ type: 'text', text: textOf(content) }] }
    : { type: 'agentMessage', id, text: textOf(content) };

export const reasoningItem = (id: string, text: string): ThreadItem => ({
  ...{ type: 'reasoning', id, summary: text === '' ? [] : [text], content: [] },
});

export function actionItem({ id, kind, status: ours, data }: AgentActionDto): ThreadItem {
  const status = STATUSES[ours];
  switch (kind) {
    case 'command': {
      const { command, cwd, output, exitCode, durationMs } = data;
      return { type: 'commandExecution', id, command, cwd, status, aggregatedOutput: output, exitCode, durationMs };
    }
    case 'file_change':
      return { type: 'fileChange', id, changes: changesOf(data as unknown as FileChangeActionData), status };
    case 'mcp_tool_call': {
      const { server, tool, arguments: given, result, error } = data;
      const failure = error === null || error === undefined ? null : { message: error };
      return { type: 'mcpToolCall', id, server, tool, status, arguments: given, result, error: failure };
    }
    case 'tool_call': {
      const { tool, arguments: given, output, success } = data;
      return { type: 'dynamicToolCall', id, tool, status, arguments: given, output, success };
    }
    case 'web_search':
      return { type: 'webSearch', id, query: data.query };
    case 'other':
      return { type: String(data.type), id, status };
  }
}

const changesOf = ({ changes }: FileChangeActionData) =>
  changes.map(({ path, kind, movePath, diff }) => ({
    ...{ path, kind: kind === 'update' ? { type: kind, move_path: movePath } : { type: kind }, diff },
  }));

/** All that a turn has brought, in its order. */
export function itemsOf({ messages, actions, reasoning }: TurnStateDto): ThreadItem[] {
  const placed = [
    ...messages.map(({ seq, message }) => ({ seq, item: messageItem(message) })),
    ...actions.map(({ seq, action, truncated }) => ({
      ...{ seq, item: truncated ? { ...actionItem(action), truncated } : actionItem(action) },
    })),
    ...reasoning.map(({ seq, itemId, text }) => ({ seq, item: reasoningItem(itemId, text) })),
  ];
  return placed.sort((one, other) => one.seq - other.seq).map(({ item }) => item);
}
