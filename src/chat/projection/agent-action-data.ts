import { posix } from 'node:path';
import type { FileUpdateChange } from '../../app-server/protocol/generated/v2/FileUpdateChange';
import type { ThreadItem } from '../../app-server/protocol/generated/v2/ThreadItem';
import type { AgentActionKind, AgentActionStatus } from '../entities/agent-action.entity';

export interface AgentActionContent {
  readonly kind: AgentActionKind;
  readonly status: AgentActionStatus;
  readonly title: string;
  readonly data: Record<string, unknown>;
}

/** Characters of a command's output that are kept; the middle of a longer one is left out. */
export const MAX_OUTPUT = 262_144;

/** Items that are no actions: they are messages or reasoning, or say nothing to a person. */
const SILENT = new Set(['userMessage', 'hookPrompt', 'agentMessage', 'functionCallOutput', 'plan', 'reasoning']);

const STATUS: Record<string, AgentActionStatus> = {
  inProgress: 'running',
  completed: 'completed',
  failed: 'failed',
  declined: 'declined',
};

/** What an item of codex is as an action of ours, with paths relative to `workspace`; undefined when it is none. */
export function agentActionContent(item: ThreadItem, workspace: string): AgentActionContent | undefined {
  switch (item.type) {
    case 'commandExecution':
      return commandContent(item, workspace);
    case 'fileChange':
      return fileChangeContent(item, workspace);
    case 'mcpToolCall':
    case 'dynamicToolCall':
      return toolCallContent(item);
    case 'webSearch':
      return { kind: 'web_search', status: 'completed', title: item.query, data: { query: item.query } };
    default:
      if (SILENT.has(item.type)) return undefined;
      return { kind: 'other', status: 'completed', title: item.type, data: { type: item.type } };
  }
}

function commandContent(item: ItemOf<'commandExecution'>, workspace: string): AgentActionContent {
  const { command, exitCode, durationMs } = item;
  const output = item.aggregatedOutput === null ? '' : withoutMiddle(item.aggregatedOutput);
  const data = { command, cwd: relativePath(workspace, item.cwd), output, exitCode, durationMs };
  return { kind: 'command', status: STATUS[item.status] ?? 'running', title: withoutShell(command), data };
}

function fileChangeContent(item: ItemOf<'fileChange'>, workspace: string): AgentActionContent {
  const changes = fileChanges(item.changes, workspace);
  const title = changes.map(({ kind, path }) => `${kind} ${path}`).join(', ');
  return { kind: 'file_change', status: STATUS[item.status] ?? 'running', title, data: { changes } };
}

function toolCallContent(item: ItemOf<'mcpToolCall'> | ItemOf<'dynamicToolCall'>): AgentActionContent {
  const status = STATUS[item.status] ?? 'running';
  if (item.type === 'mcpToolCall') {
    const { server, tool, result, error } = item;
    const data = { server, tool, arguments: item.arguments, result, error: error?.message ?? null };
    return { kind: 'mcp_tool_call', status, title: `${server}.${tool}`, data };
  }
  const { tool, success, contentItems: output } = item;
  return { kind: 'tool_call', status, title: tool, data: { tool, arguments: item.arguments, output, success } };
}

export interface FileChange {
  readonly path: string;
  readonly kind: 'add' | 'update' | 'delete';
  readonly movePath: string | null;
  readonly diff: string;
}

export function fileChanges(changes: readonly FileUpdateChange[], workspace: string): FileChange[] {
  return changes.map(({ path, kind, diff }) => {
    const movePath = kind.type === 'update' && kind.move_path !== null ? relativePath(workspace, kind.move_path) : null;
    return { path: relativePath(workspace, path), kind: kind.type, movePath, diff };
  });
}

/** `path` as seen from the workspace, so that no one learns where it lies on the server; others stay as they are. */
export function relativePath(workspace: string, path: string): string {
  const relative = posix.relative(workspace, path);
  return relative.startsWith('..') ? path : relative || '.';
}

/** Lines of a unified diff that name files. */
const FILE_LINE = /^(?:diff --git |--- |\+\+\+ |rename (?:from|to) |copy (?:from|to) ).*$/gm;

/** A turn's diff with paths as seen from the workspace; codex 0.169 was seen to give some from the root of the disk. */
export function relativeDiff(diff: string, workspace: string): string {
  const prefix = `${workspace.replace(/^\/+/, '')}/`;
  return diff.includes(prefix) ? diff.replace(FILE_LINE, (line) => line.replaceAll(prefix, '')) : diff;
}

/** The command that the agent asked for, without the shell that codex wraps it in. */
export function withoutShell(command: string): string {
  const wrapped = /^(?:\/\S+\/)?(?:ba|z|da)?sh -l?c (['"])([\s\S]*)\1$/.exec(command);
  return wrapped?.[2] ?? command.replace(/^(?:\/\S+\/)?(?:ba|z|da)?sh -l?c (?=[^\s'"]+$)/, '');
}

function withoutMiddle(output: string): string {
  if (output.length <= MAX_OUTPUT) return output;
  const half = MAX_OUTPUT / 2;
  return `${output.slice(0, half)}\n[${output.length - MAX_OUTPUT} characters left out]\n${output.slice(-half)}`;
}

type ItemOf<T extends ThreadItem['type']> = Extract<ThreadItem, { type: T }>;
