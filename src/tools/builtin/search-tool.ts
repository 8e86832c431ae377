import type { ToolOutput } from '../../app-server/agent/agent-tool';
import { CollectedOutput } from '../collected-output';
import { answered, Tool, ToolContext, ToolRefusal } from '../tool';
import { startProgram } from '../tool-program';

const MAX_OUTPUT = 60_000;
const MAX_LINE = 500;
const DEFAULT_RESULTS = 200;

/** What is neither a file nor a folder may never end. `$1`: where to search; then the program with its words. */
const IS_ENDLESS = 64;
const UNLESS_ENDLESS = `[ ! -e "$1" ] || [ -f "$1" ] || [ -d "$1" ] || exit ${IS_ENDLESS}; shift; exec "$@"`;

interface SearchInput {
  readonly pattern: string;
  readonly path?: string;
  readonly glob?: readonly string[];
  readonly ignore_case?: boolean;
  readonly fixed?: boolean;
  readonly multiline?: boolean;
  readonly files_only?: boolean;
  readonly hidden?: boolean;
  readonly context?: number;
  readonly limit?: number;
}

/** Searches files by ripgrep. */
export class SearchTool implements Tool {
  readonly name = 'search';
  readonly approval = 'never';
  readonly description =
    'Searches the files of a folder for a regular expression (of Rust), as ripgrep does: what .gitignore leaves out is left out. Answers with lines as path:line:text.';
  readonly inputSchema = {
    type: 'object',
    properties: {
      pattern: { type: 'string', minLength: 1, description: 'Regular expression, or a text with "fixed".' },
      path: { type: 'string', minLength: 1, description: 'File or folder; the workspace if left out.' },
      glob: {
        type: 'array',
        items: { type: 'string' },
        maxItems: 50,
        description: 'Names, such as "*.ts" or "!dist/**".',
      },
      ignore_case: { type: 'boolean' },
      fixed: { type: 'boolean', description: 'The pattern is a text as it is.' },
      multiline: { type: 'boolean', description: 'A match may go over lines.' },
      files_only: { type: 'boolean', description: 'Names of the files that have a match.' },
      hidden: { type: 'boolean', description: 'Also hidden files, and those that .gitignore leaves out.' },
      context: { type: 'integer', minimum: 0, maximum: 20, description: 'Lines around each match.' },
      limit: {
        type: 'integer',
        minimum: 1,
        maximum: 2_000,
        description: `Lines of the answer; ${DEFAULT_RESULTS} if left out.`,
      },
    },
    required: ['pattern'],
    additionalProperties: false,
  } as const;

  /** @param ripgrep path of the program, which sandboxes show */
  constructor(
    private readonly ripgrep: string,
    readonly timeoutMs: number,
  ) {}

  async call(given: Readonly<Record<string, unknown>>, { thread, signal }: ToolContext): Promise<ToolOutput> {
    const input = given as unknown as SearchInput;
    const { path = '.' } = input;
    const argv = ['/bin/sh', '-c', UNLESS_ENDLESS, 'sh', path, this.ripgrep, ...argumentsOf(input)] as const;
    const program = startProgram(thread, argv, signal);
    program.stdin.end();
    const errors = new CollectedOutput(2_000);
    const [found, { code }] = await Promise.all([
      linesOf(program.stdout, input.limit ?? DEFAULT_RESULTS).finally(() => program.kill()),
      program.ended,
      errors.read(program.stderr),
    ]);
    signal.throwIfAborted();
    const problem = errors.take().trim();
    if (code === IS_ENDLESS) throw new ToolRefusal(`${path} is no file, but a pipe, a socket or a device.`);
    if (found.lines.length > 0) return answered(shown(found));
    // 1: nothing was found. What cannot be read in a folder is no reason not to say so.
    if (code === 1 || code === 0) return answered('Nothing was found.');
    const unreadable = unreadableIn(problem);
    if (unreadable.length > 0) return answered(`Nothing was found; not readable: ${unreadable.join(', ')}.`);
    throw new ToolRefusal(`The search failed: ${problem || `exit code ${code}`}`);
  }
}

/** As ripgrep says of a file that it could not read: what was asked for itself was not wrong. That nothing is there (2) is another matter. */
const UNREADABLE = /^rg: (?:\.\/)?(.+?): .* \(os error (?!2\))\d+\)$/;
const MAX_UNREADABLE = 10;

/** Names of files that could not be read; none where the search has failed. @param problem what ripgrep complained of */
function unreadableIn(problem: string): string[] {
  const lines = problem.split('\n');
  if (!UNREADABLE.test(lines[0] ?? '')) return [];
  const names = lines.flatMap((line) => UNREADABLE.exec(line)?.[1] ?? []);
  return names.length > MAX_UNREADABLE ? [...names.slice(0, MAX_UNREADABLE), 'and others'] : names;
}

interface Found {
  readonly lines: readonly string[];
  readonly isCut: boolean;
}

function argumentsOf(input: SearchInput): string[] {
  const flags: [boolean | undefined, string[]][] = [
    [input.ignore_case, ['--ignore-case']],
    [input.fixed, ['--fixed-strings']],
    [input.multiline, ['--multiline']],
    [input.files_only, ['--files-with-matches']],
    [input.hidden, ['--hidden', '--no-ignore']],
    [input.context !== undefined, ['--context', String(input.context)]],
  ];
  return [
    // Not by what a file in the HOME says, which the agent may have written.
    ...['--no-config', '--no-heading', '--line-number', '--with-filename', '--color=never', '--sort=path'],
    ...[`--max-columns=${MAX_LINE}`, '--max-columns-preview'],
    ...flags.flatMap(([isSet, words]) => (isSet ? words : [])),
    ...(input.glob ?? []).flatMap((glob) => ['--glob', glob]),
    ...['--regexp', input.pattern, '--', input.path ?? '.'],
  ];
}

/** The first lines; the rest is not read. */
async function linesOf(stream: AsyncIterable<unknown>, limit: number): Promise<Found> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    text += decoder.decode(chunk as Buffer, { stream: true });
    // The last one may go on.
    const lines = text.split('\n').slice(0, -1);
    if (lines.length > limit || text.length > MAX_OUTPUT) return { ...firstOf(lines, limit), isCut: true };
  }
  return firstOf(text.split('\n'), limit);
}

function firstOf(lines: readonly string[], limit: number): Found {
  const kept: string[] = [];
  let left = MAX_OUTPUT;
  for (const line of lines) {
    if (line === '') continue;
    left -= line.length + 1;
    if (kept.length === limit || left < 0) return { lines: kept, isCut: true };
    kept.push(line);
  }
  return { lines: kept, isCut: false };
}

function shown({ lines, isCut }: Found): string {
  const rows = lines.map((line) => (line.startsWith('./') ? line.slice(2) : line));
  return [...rows, ...(isCut ? ['[more was found: narrow the search, or give a larger limit]'] : [])].join('\n');
}
