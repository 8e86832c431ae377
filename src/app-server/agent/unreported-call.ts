import { isNestedBeyond } from '../../common/nesting';
import { AgentAction, AgentActionStatus, FileChange, relativePath, withoutMiddle } from './agent-item';

/** A call of a tool that the model has made, as it wrote it. */
export interface ModelCall {
  readonly id: string;
  readonly name: string;
  /** JSON, or the free text of `apply_patch`. */
  readonly arguments: string;
}

export const STOPPED_BY_SANDBOX = 'stopped by the sandbox';
const OUTPUT_UNKNOWN = 'the turn ended before its output was known';
const NOT_RUN = 'refused before it ran';

const COMMAND_TOOLS = new Set(['exec_command', 'shell', 'shell_command', 'local_shell', 'container.exec']);

/** What codex tells a model of a command, before the output itself (0.171.0). */
const HEADER =
  /^(?:Chunk ID: .*\n)?(?:Exit code: -?\d+\n)?Wall time: .*\n(?:Process .*\n)?(?:Original token count: .*\n)?Output:\n/;
const EXIT_CODE = /^(?:Process exited with code|Exit code:) (-?\d+)$/m;
const ABORTED = /^Wall time: .*\naborted by user/;
const REFUSAL = /operation not permitted|permission denied|read-only file system|sandbox/i;
/** What tools other than commands answer when they have not done what they were asked for. */
const FAILURE =
  /^(?:unsupported call|failed to |unable to |\S+ (?:verification )?failed\b|.*\b(?:rejected|is unavailable|cannot)\b)/;

/**
 * What a call was that codex reports to nobody (quirk `hidden-commands`), from what the model wrote and was told.
 *
 * @param output as the model was sent it; undefined when it never was
 * @param workspace absolute path; paths in actions are relative to it
 */
export function unreportedAction(call: ModelCall, output: string | undefined, workspace: string): AgentAction {
  const told = output?.replaceAll(`${workspace}/`, '');
  if (call.name === 'apply_patch') return patchAction(call, told, workspace) ?? toolAction(call, told);
  return COMMAND_TOOLS.has(call.name) ? commandAction(call, told, workspace) : toolAction(call, told);
}

function commandAction(call: ModelCall, told: string | undefined, workspace: string): AgentAction {
  const input = argumentsOf(call);
  const command = commandOf(input) ?? call.arguments;
  const { workdir } = input;
  const cwd = typeof workdir === 'string' ? relativePath(workspace, workdir) : '.';
  const { status, exitCode, output, reason } = resultOf(told);
  const data = { command, cwd, output, exitCode, durationMs: null, ...(reason === undefined ? {} : { reason }) };
  return { kind: 'command', status, title: command, data };
}

interface Result {
  readonly status: AgentActionStatus;
  readonly exitCode: number | null;
  readonly output: string;
  /** Why it has failed, where that can be told. */
  readonly reason?: string;
}

function resultOf(told: string | undefined): Result {
  if (told === undefined || ABORTED.test(told)) {
    return { status: 'interrupted', exitCode: null, output: '', reason: OUTPUT_UNKNOWN };
  }
  const [header] = HEADER.exec(told) ?? [];
  if (header === undefined) {
    return { status: 'failed', exitCode: null, output: withoutMiddle(told), reason: NOT_RUN };
  }
  const code = EXIT_CODE.exec(header)?.[1];
  const exitCode = code === undefined ? null : Number(code);
  const output = withoutMiddle(told.slice(header.length));
  if (exitCode === null || exitCode === 0) return { status: 'completed', exitCode, output };
  return { status: 'failed', exitCode, output, ...(REFUSAL.test(output) ? { reason: STOPPED_BY_SANDBOX } : {}) };
}

/** Undefined for a text that is no patch. */
function patchAction(call: ModelCall, told: string | undefined, workspace: string): AgentAction | undefined {
  const { input } = argumentsOf(call);
  const changes = changesIn(typeof input === 'string' ? input : call.arguments, workspace);
  if (changes.length === 0) return undefined;
  const title = changes.map(({ kind, path }) => `${kind} ${path}`).join(', ');
  const isDone = told !== undefined && /^(?:Exit code: 0\n|Success)/.test(told);
  if (isDone) return { kind: 'file_change', status: 'completed', title, data: { changes } };
  const status = told === undefined || ABORTED.test(told) ? 'interrupted' : 'failed';
  const reason = status === 'failed' && told !== undefined ? withoutMiddle(told) : OUTPUT_UNKNOWN;
  return { kind: 'file_change', status, title, data: { changes, reason } };
}

const FILE_LINE = /^\*\*\* (Add|Update|Delete) File: (.+)$/;
const MOVE_LINE = /^\*\*\* Move to: (.+)$/;
const KINDS = { Add: 'add', Update: 'update', Delete: 'delete' } as const;

/** The files of a patch in codex's own form, with what it says of each as their difference. */
function changesIn(patch: string, workspace: string): FileChange[] {
  const changes: { path: string; kind: FileChange['kind']; movePath: string | null; lines: string[] }[] = [];
  for (const line of patch.split('\n')) {
    const [, word, path] = FILE_LINE.exec(line) ?? [];
    const current = changes.at(-1);
    if (word !== undefined && path !== undefined) {
      const kind = KINDS[word as keyof typeof KINDS];
      changes.push({ path: relativePath(workspace, path.trim()), kind, movePath: null, lines: [] });
    } else if (current !== undefined && !line.startsWith('*** ')) {
      current.lines.push(current.kind === 'add' ? line.replace(/^\+/, '') : line);
    } else if (current !== undefined) {
      const moved = MOVE_LINE.exec(line)?.[1];
      if (moved !== undefined) current.movePath = relativePath(workspace, moved.trim());
    }
  }
  return changes.map(({ lines, ...change }) => ({ ...change, diff: lines.map((line) => `${line}\n`).join('') }));
}

function toolAction(call: ModelCall, told: string | undefined): AgentAction {
  const status = toolStatus(told);
  const output = told === undefined ? null : [{ type: 'inputText', text: withoutMiddle(told) }];
  const success = status === 'interrupted' ? null : status === 'completed';
  const data = { tool: call.name, arguments: parsed(call.arguments), output, success };
  return { kind: 'tool_call', status, title: call.name, data };
}

function toolStatus(told: string | undefined): AgentActionStatus {
  if (told === undefined || ABORTED.test(told)) return 'interrupted';
  return !HEADER.test(told) && FAILURE.test(told) ? 'failed' : 'completed';
}

function commandOf({ cmd, command }: Record<string, unknown>): string | undefined {
  if (typeof cmd === 'string') return cmd;
  if (typeof command === 'string') return command;
  return Array.isArray(command) ? command.join(' ') : undefined;
}

/** What the model wrote where it is a JSON object, else nothing. */
function argumentsOf(call: ModelCall): Record<string, unknown> {
  const value = parsed(call.arguments);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** What is no JSON, or is nested so deeply that it cannot be stored as such, stays the text that it is. */
function parsed(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return isNestedBeyond(value) ? text : value;
  } catch {
    return text;
  }
}
