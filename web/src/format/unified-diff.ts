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

/**
 * A file change as lines to show. An added or deleted file comes as its plain content, and is never read as a diff: what
 * looks like one in it is content, too.
 */
export function parseFileChange({ path, movePath, kind, diff }: FileChange): FileDiff {
  const lines = kind === 'update' ? splitLines(diff).flatMap(hunkLine) : contentLines(diff, SIDE_OF[kind]);
  return { path, movePath, kind, lines, ...countLines(lines) };
}

const SIDE_OF = { add: 'add', delete: 'remove' } as const;

/** The files of a whole turn's diff, as `git diff` prints it. */
export function parseTurnDiff(diff: string): FileDiff[] {
  const sections = diff.split(/^(?=diff --git )/m).filter((section) => section.trim());
  return sections.map((section) => {
    const start = HUNK.exec(section)?.index ?? section.length;
    // The header is shown as the file's name instead; behind it the same words are content.
    const header = section.slice(0, start);
    const lines = splitLines(section.slice(start)).flatMap(hunkLine);
    return { path: pathOf(header), movePath: null, kind: kindOf(header), lines, ...countLines(lines) };
  });
}

function pathOf(header: string): string {
  const after = /^\+\+\+ (?:b\/)?(.+)$/m.exec(header)?.[1];
  if (after && after !== '/dev/null') return after;
  const before = /^--- (?:a\/)?(.+)$/m.exec(header)?.[1];
  return before ?? /^diff --git .* b\/(.+)$/m.exec(header)?.[1] ?? '';
}

function kindOf(header: string): FileChange['kind'] {
  if (/^--- \/dev\/null$/m.test(header)) return 'add';
  return /^\+\+\+ \/dev\/null$/m.test(header) ? 'delete' : 'update';
}

function hunkLine(line: string): DiffLine[] {
  if (line.startsWith('\\ No newline')) return [];
  if (line.startsWith('@@')) return [{ kind: 'hunk', text: line }];
  if (line.startsWith('+')) return [{ kind: 'add', text: line.slice(1) }];
  if (line.startsWith('-')) return [{ kind: 'remove', text: line.slice(1) }];
  return [{ kind: 'context', text: line.startsWith(' ') ? line.slice(1) : line }];
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
