/** Matches that are marked; more of them are only counted. */
const MAX_MARKED = 1_000;

export interface Found {
  /** Where each that is marked begins, in characters. */
  starts: readonly number[];
  count: number;
}

/** Where a text has these words, in whatever case. */
export function findIn(text: string, words: string): Found {
  const starts: number[] = [];
  let count = 0;
  if (words === '') return { starts, count };
  const escaped = words.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  for (const { index } of text.matchAll(new RegExp(escaped, 'giu'))) {
    count += 1;
    if (starts.length < MAX_MARKED) starts.push(index);
  }
  return { starts, count };
}
