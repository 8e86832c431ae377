import type { AssistantPart, ThreadEntry } from '../../log/thread-entries';

const LINE = 26;
const CHARS_A_LINE = 80;
const GAP = 24;
const FOOTER = 40;
/** Of a step that is closed. */
const STEP = 54;
const PLAN = 160;
const MOST = 2_000;

/** How high a row will be, more or less: what is scrolled to is nearer to its place then, and less has to be moved when it is drawn. */
export function guessedHeight(entry: ThreadEntry | undefined): number {
  if (entry === undefined) return 0;
  if (entry.role === 'user') return Math.min(MOST, 56 + linesOf(entry.text) * LINE + entry.images.length * 120) + GAP;
  const parts = entry.parts.reduce((sum, part) => sum + heightOf(part), 0);
  return Math.min(MOST, parts) + (entry.isTurnEnd ? FOOTER : 0) + GAP;
}

function heightOf(part: AssistantPart): number {
  if (part.kind === 'text') return linesOf(part.text) * LINE + 12;
  return part.kind === 'plan' ? PLAN : STEP;
}

const linesOf = (text: string): number =>
  text.split('\n', 200).reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / CHARS_A_LINE)), 0);
