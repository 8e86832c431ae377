import type { FileChange } from '../api/types';

export interface DiffLine {
  kind: 'add' | 'remove' | 'context' | 'hunk';
  text: string;
  /** Its number before the change; null where it was not there, or is none. */
  before: number | null;
  /** Its number after the change; null where it is not there any more, or is none. */
  after: number | null;
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
  const lines = kind === 'update' ? hunkLines(diff) : contentLines(diff, SIDE_OF[kind]);
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
    const lines = hunkLines(section.slice(start));
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

const HUNK_START = /^@@ -(\d+)(?:,\d+)? \+(\d+)/;

function hunkLines(diff: string): DiffLine[] {
  const lines: DiffLine[] = [];
  // What stands before the first hunk has no numbers.
  let [before, after] = [NaN, NaN];
  const numbered = (number: number) => (Number.isNaN(number) ? null : number);
  for (const line of splitLines(diff)) {
    const [kind, text] = kindAndText(line);
    if (kind === null) continue;
    if (kind === 'hunk') {
      const [, start, end] = HUNK_START.exec(line) ?? [];
      [before, after] = [Number(start ?? NaN), Number(end ?? NaN)];
      lines.push({ kind, text, before: null, after: null });
      continue;
    }
    const isBefore = kind !== 'add';
    const isAfter = kind !== 'remove';
    lines.push({ kind, text, before: isBefore ? numbered(before) : null, after: isAfter ? numbered(after) : null });
    if (isBefore) before += 1;
    if (isAfter) after += 1;
  }
  return lines;
}

function kindAndText(line: string): [DiffLine['kind'] | null, string] {
  if (line.startsWith('\\ No newline')) return [null, ''];
  if (line.startsWith('@@')) return ['hunk', line];
  if (line.startsWith('+')) return ['add', line.slice(1)];
  if (line.startsWith('-')) return ['remove', line.slice(1)];
  return ['context', line.startsWith(' ') ? line.slice(1) : line];
}

function contentLines(content: string, kind: 'add' | 'remove'): DiffLine[] {
  return splitLines(content).map((text, index) => ({
    ...{ kind, text },
    before: kind === 'remove' ? index + 1 : null,
    after: kind === 'add' ? index + 1 : null,
  }));
}

/** What stands side by side: the line before and that after; the same one twice where nothing has changed. */
export interface DiffRow {
  before: DiffLine | null;
  after: DiffLine | null;
}

/** The lines as rows of two: what was taken away beside what came in its place. */
export function sideBySide(lines: readonly DiffLine[]): DiffRow[] {
  const rows: DiffRow[] = [];
  let removed: DiffLine[] = [];
  let added: DiffLine[] = [];
  const flush = () => {
    for (let index = 0; index < Math.max(removed.length, added.length); index++) {
      rows.push({ before: removed[index] ?? null, after: added[index] ?? null });
    }
    [removed, added] = [[], []];
  };
  for (const line of lines) {
    if (line.kind === 'remove') {
      // A new change begins where lines are taken away behind added ones.
      if (added.length > 0) flush();
      removed.push(line);
    } else if (line.kind === 'add') added.push(line);
    else {
      flush();
      rows.push({ before: line, after: line });
    }
  }
  flush();
  return rows;
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
