const CONTEXT = 3;
const MAX_LINES = 400;

/** Characters of a text that others take the place of. */
export interface Replacement {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Lines of a text that others take the place of; the first from 0. */
interface Hunk {
  readonly from: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Whole lines, by characters, and what is replaced in them. */
interface Span {
  readonly start: number;
  readonly end: number;
  readonly replacements: readonly Replacement[];
}

/** A unified diff of what replacements do to a text, cut where it is long. @param replacements in order, apart */
export function diffOf(path: string, before: string, replacements: readonly Replacement[]): string {
  const lines = before.split('\n');
  let shift = 0;
  const shown = spansOf(before, replacements).flatMap((span) => {
    const hunk = hunkOf(before, span);
    const rows = rowsOf(lines, hunk, shift);
    shift += hunk.added.length - hunk.removed.length;
    return rows;
  });
  const rest = shown.length > MAX_LINES ? [`[${shown.length - MAX_LINES} more lines left out]`] : [];
  return [`--- a/${path}`, `+++ b/${path}`, ...shown.slice(0, MAX_LINES), ...rest].join('\n');
}

/** @param replacements in order, apart */
export function replaced(text: string, replacements: readonly Replacement[]): string {
  let at = 0;
  const pieces = replacements.map((one) => {
    const kept = text.slice(at, one.from);
    at = one.to;
    return kept + one.text;
  });
  return pieces.join('') + text.slice(at);
}

/** The one replacement by which a text becomes another. */
export function replacementOf(before: string, after: string): Replacement {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return { from: start, to: before.length - end, text: after.slice(start, after.length - end) };
}

/** Replacements in the same lines belong together. */
function spansOf(before: string, replacements: readonly Replacement[]): Span[] {
  const spans: Span[] = [];
  for (const one of replacements) {
    const start = one.from === 0 ? 0 : before.lastIndexOf('\n', one.from - 1) + 1;
    const newline = before.indexOf('\n', one.to);
    const end = newline === -1 ? before.length : newline;
    const last = spans.at(-1);
    if (last === undefined || start > last.end) spans.push({ start, end, replacements: [one] });
    else spans.splice(-1, 1, { start: last.start, end, replacements: [...last.replacements, one] });
  }
  return spans;
}

function hunkOf(before: string, { start, end, replacements }: Span): Hunk {
  const own = replacements.map(({ from, to, text }) => ({ from: from - start, to: to - start, text }));
  const lines = before.slice(start, end);
  return {
    from: before.slice(0, start).split('\n').length - 1,
    removed: lines.split('\n'),
    added: replaced(lines, own).split('\n'),
  };
}

function rowsOf(lines: readonly string[], { from, removed, added }: Hunk, shift: number): string[] {
  const start = Math.max(0, from - CONTEXT);
  const above = lines.slice(start, from);
  const below = lines.slice(from + removed.length, from + removed.length + CONTEXT);
  const around = above.length + below.length;
  const head = `@@ -${start + 1},${around + removed.length} +${start + 1 + shift},${around + added.length} @@`;
  const marked = (mark: string, rows: readonly string[]): string[] => rows.map((row) => mark + row);
  return [head, ...marked(' ', above), ...marked('-', removed), ...marked('+', added), ...marked(' ', below)];
}
