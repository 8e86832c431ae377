import type { FileChange } from '../../app-server/agent/agent-item';
import type { AgentQuestion } from '../../app-server/agent/agent-question';
import { argvOf, scriptIn } from '../../app-server/agent/shell-line';
import type {
  ChangedFileDto,
  CommandGrantDto,
  CommandRequestDto,
  FileChangeRequestDto,
} from '../dto/approval-request.dto';
import { pathTarget } from './path-target';
import { visibleText } from '../dto/visible-text';

/** Files of a patch whose place is looked up and whose difference is shown. */
const MAX_FILES = 1_000;

/** What is around a question. */
export interface AskedIn {
  /** Absolute path. */
  readonly workspace: string;
  /** Of the action that a question about files is about. */
  readonly changes: readonly FileChange[];
  /** What a command may do if it is allowed. */
  readonly grants: CommandGrantDto;
}

/** What is asked, with all that would happen, in a form in which nothing is hidden. */
export function shownRequest(
  { kind, request }: AgentQuestion,
  { workspace, changes, grants }: AskedIn,
): Record<string, unknown> {
  if (kind === 'tool_call') return { ...request, shown: visibleText(JSON.stringify(request.arguments, null, 2), true) };
  if (kind === 'command') return { ...request, ...shownCommand(request, workspace), grants };
  return kind === 'file_change' ? { ...request, ...shownChanges(changes, workspace) } : request;
}

type ShownCommand = Pick<CommandRequestDto, 'argv' | 'shell' | 'line' | 'isInside'>;

function shownCommand({ command, cwd }: Record<string, unknown>, workspace: string): ShownCommand {
  const isInside = typeof cwd === 'string' ? pathTarget(cwd, workspace).isInside : null;
  if (typeof command !== 'string') return { argv: null, shell: null, line: null, isInside };
  const argv = argvOf(command);
  const script = argv && scriptIn(argv);
  const shell = script === undefined ? null : (argv?.slice(0, -1).join(' ') ?? null);
  return { argv: argv ? [...argv] : null, shell, line: visibleText(script ?? command), isInside };
}

type ShownChanges = Pick<FileChangeRequestDto, 'files' | 'fileCount'>;

function shownChanges(changes: readonly FileChange[], workspace: string): ShownChanges {
  const files = changes.slice(0, MAX_FILES).map(({ path, kind, movePath, diff }): ChangedFileDto => {
    return {
      ...{ kind, place: pathTarget(path, workspace) },
      movedTo: movePath === null ? null : pathTarget(movePath, workspace),
      // Text of a new file may look like a difference, and is none.
      isContent: kind !== 'update',
      diff: visibleText(diff, true),
    };
  });
  return { files, fileCount: changes.length };
}
