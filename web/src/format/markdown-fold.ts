const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/**
 * The beginning of a Markdown text, of about so many characters, that is whole blocks; all of it where that leaves little.
 * @param most characters above which it is cut, to half of that
 */
export function markdownBeginning(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = lastBreak(text, most / 2);
  // A block that is longer than that is cut in itself, and closed.
  if (cut > 0) return text.slice(0, cut).trimEnd();
  const line = text.lastIndexOf('\n', most / 2);
  const rest = text.slice(0, line > 0 ? line : most / 2);
  const fence = openFence(rest);
  return fence === null ? rest : `${rest}\n${fence}`;
}

/** Where the last blank line outside of code is, up to this place; 0: nowhere in its second half. */
function lastBreak(text: string, end: number): number {
  let [fence, last, place]: [string | null, number, number] = [null, 0, 0];
  for (const line of text.slice(0, end).split('\n').slice(0, -1)) {
    fence = fenceAfter(fence, line);
    if (fence === null && line.trim() === '' && place > end / 4) last = place;
    place += line.length + 1;
  }
  return last;
}

const openFence = (text: string): string | null => text.split('\n').reduce(fenceAfter, null as string | null);

function fenceAfter(fence: string | null, line: string): string | null {
  const [, found] = FENCE.exec(line) ?? [];
  if (found === undefined) return fence;
  if (fence === null) return found;
  return found.startsWith(fence) && line.trim() === found ? null : fence;
}
