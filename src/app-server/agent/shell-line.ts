/** Programs that a shell starts, each with its words. */
export type SimpleCommands = readonly (readonly string[])[];

const SHELL = /^(?:\/\S+\/)?(?:ba|z|da)?sh$/;
const SHELL_OPTION = /^-l?c$/;
/** What a shell does not take as it stands: substitutions, redirections, patterns, braces, comments, jobs, control characters. */
// eslint-disable-next-line no-control-regex
const SPECIAL = /[$`(){}<>&#*?[\]~!\u0000-\u0008\u000b-\u001f\u007f]/;
const SPECIAL_IN_QUOTES = /[$`]/;
const SEPARATOR = /^(?:&&|\|\||[;|\n])/;
const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;
const RESERVED = new Set([
  ...['if', 'then', 'elif', 'else', 'fi', 'for', 'while', 'until', 'do', 'done', 'case', 'esac', 'select', 'in'],
  ...[
    'function',
    'time',
    'coproc',
    '.',
    'source',
    'eval',
    'exec',
    'command',
    'builtin',
    'alias',
    'trap',
    'cd',
    'export',
  ],
]);

/** The words of a command that codex has joined for a shell; undefined where they cannot be told. */
export function argvOf(line: string): readonly string[] | undefined {
  const commands = new ShellReader(line, false).read();
  return commands?.length === 1 ? commands[0] : undefined;
}

/**
 * The programs that a command runs. Undefined where more happens than that these run with these words: where a shell would
 * put in, redirect, expand or set something, or where that cannot be told.
 */
export function simpleCommandsOf(argv: readonly string[]): SimpleCommands | undefined {
  if (!SHELL.test(argv[0] ?? '')) return argv.length === 0 ? undefined : [argv];
  const script = scriptIn(argv);
  if (script === undefined) return undefined;
  const commands = new ShellReader(script, true).read();
  const isPlain = commands?.every(([first = '']) => !ASSIGNMENT.test(first) && !RESERVED.has(first)) ?? false;
  return isPlain ? commands : undefined;
}

/** What a shell is given to run; undefined for other commands. */
export function scriptIn([program = '', option = '', script, ...others]: readonly string[]): string | undefined {
  return SHELL.test(program) && SHELL_OPTION.test(option) && others.length === 0 ? script : undefined;
}

/** Reads the words of a line as a POSIX shell does, as far as these are only words and quotes. */
class ShellReader {
  private readonly commands: string[][] = [[]];
  private word: string | undefined;
  private at = 0;

  /** @param isScript whether characters outside of quotes mean to the shell what they do in a script */
  constructor(
    private readonly text: string,
    private readonly isScript: boolean,
  ) {}

  /** Undefined for a line that is more than that. */
  read(): string[][] | undefined {
    while (this.at < this.text.length) if (!this.step()) return undefined;
    this.endWord();
    const commands = this.commands.filter((words) => words.length > 0);
    return commands.length === 0 ? undefined : commands;
  }

  private step(): boolean {
    const { text, at, isScript } = this;
    const character = text.charAt(at);
    if (character === "'") return this.single();
    if (character === '"') return this.double();
    if (character === '\\') return this.escaped();
    const [separator] = isScript ? (SEPARATOR.exec(text.slice(at, at + 2)) ?? []) : [];
    if (separator !== undefined) {
      this.endWord();
      this.commands.push([]);
      this.at += separator.length;
      return true;
    }
    if (/[ \t\n]/.test(character)) this.endWord();
    else if (isScript && SPECIAL.test(character)) return false;
    else this.add(character);
    this.at += 1;
    return true;
  }

  private single(): boolean {
    const end = this.text.indexOf("'", this.at + 1);
    if (end < 0) return false;
    this.add(this.text.slice(this.at + 1, end));
    this.at = end + 1;
    return true;
  }

  private double(): boolean {
    this.add('');
    for (this.at += 1; this.at < this.text.length; this.at += 1) {
      const character = this.text.charAt(this.at);
      if (character === '"') {
        this.at += 1;
        return true;
      }
      if (character === '\\' && /["\\$`]/.test(this.text.charAt(this.at + 1))) this.add(this.text.charAt(++this.at));
      else if (this.isScript && (SPECIAL_IN_QUOTES.test(character) || character === '\\')) return false;
      else this.add(character);
    }
    return false;
  }

  private escaped(): boolean {
    const next = this.text.charAt(this.at + 1);
    if (next === '' || next === '\n') return false;
    this.add(next);
    this.at += 2;
    return true;
  }

  private add(text: string): void {
    this.word = (this.word ?? '') + text;
  }

  private endWord(): void {
    if (this.word !== undefined) this.commands.at(-1)?.push(this.word);
    this.word = undefined;
  }
}
