import type { ToolCall, ToolCallContent, ToolCallStatus, ToolKind } from '@agentclientprotocol/sdk';
import type { CommandActionData, FileChangeDto } from '../../chat/dto/agent-action-data.dto';
import type { AgentActionDto } from '../../chat/dto/agent-action.dto';
import { toolText } from '../../chat/dto/tool-text';
import type { AgentActionStatus } from '../../chat/entities/agent-action.entity';

/** Where clients are shown the workspace of a chat, which is on the service's side. */
export const WORKSPACE = '/workspace';

const STATUS: Readonly<Record<AgentActionStatus, ToolCallStatus>> = {
  ...{ running: 'in_progress', completed: 'completed', failed: 'failed', declined: 'failed', interrupted: 'failed' },
};

/** An action of the agent as a tool call, whole. */
export function toolCallOf(action: AgentActionDto): ToolCall {
  const { id: toolCallId, title, status, kind, data } = action;
  const changes = changesOf(data);
  return {
    ...{ toolCallId, title: title === '' ? kind : title, kind: kindOf(action), status: STATUS[status] },
    content: contentOf(action),
    locations: changes.map(({ path, movePath }) => ({ path: absolute(movePath ?? path) })),
    rawInput: data.arguments ?? inputOf(data),
    ...(status !== 'running' && { rawOutput: outputOf(data) }),
  };
}

/** What a command has printed so far. */
export const printed = (output: string): ToolCallContent[] => (output === '' ? [] : [block(fenced(output))]);

function contentOf({ kind, data }: AgentActionDto): ToolCallContent[] {
  if (kind === 'command') return printed(textOf(data.output));
  if (kind === 'file_change') return changesOf(data).map(diffOf);
  if (kind === 'mcp_tool_call') return data.error === null ? resultOf(data.result) : [block(textOf(data.error))];
  return kind === 'tool_call' ? resultOf(data.output) : [];
}

function kindOf({ kind, data }: AgentActionDto): ToolKind {
  if (kind === 'command') return 'execute';
  if (kind === 'web_search') return 'fetch';
  if (kind !== 'file_change') return 'other';
  const changes = changesOf(data);
  return changes.length > 0 && changes.every((change) => change.kind === 'delete') ? 'delete' : 'edit';
}

/** Of an updated file only what is around the changes is known. */
export function diffOf({ path, kind, movePath, diff }: FileChangeDto): ToolCallContent {
  const place = absolute(movePath ?? path);
  if (kind === 'add') return { type: 'diff', path: place, oldText: null, newText: diff };
  if (kind === 'delete') return { type: 'diff', path: place, oldText: diff, newText: '' };
  return { type: 'diff', path: place, ...sidesOf(diff) };
}

/** Both sides of unified hunks. */
function sidesOf(diff: string): { oldText: string; newText: string } {
  const lines = diff.split('\n').filter((line) => !/^(?:@@|---|\+\+\+|\\)/.test(line));
  if (lines.at(-1) === '') lines.pop();
  const side = (other: string): string =>
    lines
      .filter((line) => !line.startsWith(other))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  return { oldText: side('+'), newText: side('-') };
}

const absolute = (path: string): string => (path.startsWith('/') ? path : `${WORKSPACE}/${path}`);

/** Longer than any row of backticks in it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text.endsWith('\n') ? text : `${text}\n`}${fence}`;
}

const block = (text: string): ToolCallContent => ({ type: 'content', content: { type: 'text', text } });

function resultOf(result: unknown): ToolCallContent[] {
  const text = toolText(result);
  return text === '' ? [] : [block(typeof result === 'string' ? text : fenced(text))];
}

const inputOf = (data: Record<string, unknown>): Partial<CommandActionData> | undefined =>
  typeof data.command === 'string' ? { command: data.command, cwd: textOf(data.cwd) } : undefined;

function outputOf({ exitCode, output, result }: Record<string, unknown>): unknown {
  return typeof exitCode === 'number' ? { exitCode, output } : (result ?? undefined);
}

const changesOf = ({ changes }: Record<string, unknown>): readonly FileChangeDto[] =>
  Array.isArray(changes) ? (changes as FileChangeDto[]) : [];

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
