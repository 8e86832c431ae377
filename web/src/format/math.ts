const CODE = /(```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|`[^`\n]*`)/;
/** Longer texts are left without formulas: each of them takes time. */
const MAX_CHARS = 60_000;
const MAX_FORMULAS = 300;
const MARKS = /\$\$|\\\(|\\\[/g;

/** Whether a text has formulas that may be laid out. */
export function hasMath(text: string): boolean {
  if (text.length > MAX_CHARS) return false;
  const marks = text.match(MARKS)?.length ?? 0;
  return marks > 0 && marks <= MAX_FORMULAS * 2;
}

/** Formulas in `\(…\)` and `\[…\]`, as models write them, in the dollars that the parser knows; code stays as it is. */
export function withDollars(text: string): string {
  if (!text.includes('\\(') && !text.includes('\\[')) return text;
  return text
    .split(CODE)
    .map((part, index) => (index % 2 === 1 ? part : dollarsIn(part)))
    .join('');
}

const dollarsIn = (text: string): string =>
  text
    .replaceAll(/\\\[([\s\S]+?)\\\]/g, (_, formula: string) => `\n$$\n${formula.trim()}\n$$\n`)
    .replaceAll(/\\\(([^\n]+?)\\\)/g, (_, formula: string) => `$$${formula.trim()}$$`);
