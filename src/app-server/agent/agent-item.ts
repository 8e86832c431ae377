import { posix } from 'node:path';
import type { FileUpdateChange } from '../protocol/generated/v2/FileUpdateChange';
import type { ThreadItem } from '../protocol/generated/v2/ThreadItem';
import { argvOf, scriptIn } from './shell-line';

export type AgentActionKind = 'command' | 'file_change' | 'mcp_tool_call' | 'tool_call' | 'web_search' | 'other';
export type AgentActionStatus = 'running' | 'completed' | 'failed' | 'declined' | 'interrupted';

/** Something that the agent does: a command, a file change, a tool call. Paths are relative to the workspace. */
export interface AgentAction {
  readonly kind: AgentActionKind;
  readonly status: AgentActionStatus;
  /** One line for a person. */
  readonly title: string;
  /** By kind. */
  readonly data: Record<string, unknown>;
}

/** A step of a turn, by codex's id of it. */
export type AgentItem = { readonly id: string } &
  /** `isPlan`: it says what the agent would do, in a turn that is to plan. */
  (
    | { readonly type: 'message'; readonly text: string; readonly isPlan?: true }
    | { readonly type: 'reasoning'; readonly text: string }
    | { readonly type: 'action'; readonly action: AgentAction }
    /** What the model sees was replaced by a summary. */
    | { readonly type: 'compaction' }
    /** Says nothing to a person. */
    | { readonly type: 'other' }
  );

/** Characters of a command's output that are kept; the middle of a longer one is left out. */
export const MAX_OUTPUT = 262_144;

/** Between the parts of a reasoning. */
export const REASONING_SEPARATOR = '\n\n';

/** Items of codex that are no actions: messages, reasoning, or nothing for a person. */
const NO_ACTION = new Set(['userMessage', 'hookPrompt', 'agentMessage', 'functionCallOutput', 'reasoning']);

const STATUS: Record<string, AgentActionStatus> = {
  inProgress: 'running',
  completed: 'completed',
  failed: 'failed',
  declined: 'declined',
};

/** @param workspace absolute path; paths in actions are relative to it. */
export function agentItem(item: ThreadItem, workspace: string): AgentItem {
  const { id } = item;
  if (item.type === 'agentMessage') return { id, type: 'message', text: item.text };
  if (item.type === 'plan') return { id, type: 'message', text: item.text, isPlan: true };
  if (item.type === 'reasoning') {
    const parts = item.summary.length > 0 ? item.summary : item.content;
    return { id, type: 'reasoning', text: parts.join(REASONING_SEPARATOR) };
  }
  if (item.type === 'contextCompaction') return { id, type: 'compaction' };
  const action = agentAction(item, workspace);
  return action ? { id, type: 'action', action } : { id, type: 'other' };
}

function agentAction(item: ThreadItem, workspace: string): AgentAction | undefined {
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
      if (NO_ACTION.has(item.type)) return undefined;
      return { kind: 'other', status: 'completed', title: item.type, data: { type: item.type } };
  }
}

function commandContent(item: ItemOf<'commandExecution'>, workspace: string): AgentAction {
  const { command, exitCode, durationMs } = item;
  const output = item.aggregatedOutput === null ? '' : withoutMiddle(item.aggregatedOutput);
  const data = { command, cwd: relativePath(workspace, item.cwd), output, exitCode, durationMs };
  return { kind: 'command', status: STATUS[item.status] ?? 'running', title: withoutShell(command), data };
}

function fileChangeContent(item: ItemOf<'fileChange'>, workspace: string): AgentAction {
  const changes = fileChanges(item.changes, workspace);
  const title = changes.map(({ kind, path }) => `${kind} ${path}`).join(', ');
  return { kind: 'file_change', status: STATUS[item.status] ?? 'running', title, data: { changes } };
}

function toolCallContent(item: ItemOf<'mcpToolCall'> | ItemOf<'dynamicToolCall'>): AgentAction {
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

/** The command that the agent asked for, word for word, without the shell that codex wraps it in. */
function withoutShell(command: string): string {
  const argv = argvOf(command);
  return (argv && scriptIn(argv)) ?? command;
}

/** A long output with its middle left out. */
export function withoutMiddle(output: string): string {
  if (output.length <= MAX_OUTPUT) return output;
  const half = MAX_OUTPUT / 2;
  return `${output.slice(0, half)}\n[${output.length - MAX_OUTPUT} characters left out]\n${output.slice(-half)}`;
}

type ItemOf<T extends ThreadItem['type']> = Extract<ThreadItem, { type: T }>;
