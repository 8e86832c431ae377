import type { FileChange } from '../api/types';

export interface DiffLine {
  kind: 'add' | 'remove' | 'context' | 'hunk';
  text: string;
}

export interface FileDiff {
  path: string;
  movePath: string | null;
  kind: FileChange['kind'];
  lines: DiffLine[];
  added: number;
  removed: number;
}

const HUNK = /^@@ .*@@/m;

/** A file change as lines to show. An added or deleted file comes as its plain content, whatever that looks like. */
export function parseFileChange({ path, movePath, kind, diff }: FileChange): FileDiff {
  const lines = kind !== 'update' ? contentLines(diff, kind === 'add' ? 'add' : 'remove') : hunkLines(diff);
  return { path, movePath, kind, lines, ...countLines(lines) };
}

/** The files of a whole turn's diff, as `git diff` prints it. */
export function parseTurnDiff(diff: string): FileDiff[] {
  const sections = diff.split(/^(?=diff --git )/m).filter((section) => section.trim());
  return sections.map((section) => {
    const lines = hunkLines(section);
    return { path: pathOf(section), movePath: null, kind: kindOf(section), lines, ...countLines(lines) };
  });
}

function pathOf(section: string): string {
  const after = /^\+\+\+ (?:b\/)?(.+)$/m.exec(section)?.[1];
  if (after && after !== '/dev/null') return after;
  return /^--- (?:a\/)?(.+)$/m.exec(section)?.[1] ?? '';
}

function kindOf(section: string): FileChange['kind'] {
  if (/^--- \/dev\/null$/m.test(section)) return 'add';
  return /^\+\+\+ \/dev\/null$/m.test(section) ? 'delete' : 'update';
}

/** What stands before the first hunk is the header; it is shown as the file's name instead. */
function hunkLines(diff: string): DiffLine[] {
  const start = HUNK.exec(diff)?.index ?? 0;
  return splitLines(diff.slice(start))
    .filter((line) => !line.startsWith('\\ No newline'))
    .map(hunkLine);
}

function hunkLine(line: string): DiffLine {
  if (line.startsWith('@@')) return { kind: 'hunk', text: line };
  if (line.startsWith('+')) return { kind: 'add', text: line.slice(1) };
  if (line.startsWith('-')) return { kind: 'remove', text: line.slice(1) };
  return { kind: 'context', text: line.slice(1) };
}

function contentLines(content: string, kind: 'add' | 'remove'): DiffLine[] {
  return splitLines(content).map((text) => ({ kind, text }));
}

function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function countLines(lines: readonly DiffLine[]): { added: number; removed: number } {
  const count = (kind: DiffLine['kind']) => lines.filter((line) => line.kind === kind).length;
  return { added: count('add'), removed: count('remove') };
}
