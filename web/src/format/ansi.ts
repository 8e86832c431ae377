// CSI (colours, cursor), OSC (titles, links) up to its terminator, and the two-character escapes.
// eslint-disable-next-line no-control-regex
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g;
// eslint-disable-next-line no-control-regex
const STYLE = /\x1b\[([\d;:]*)m/g;
// eslint-disable-next-line no-control-regex
const IS_STYLE = /^\x1b\[[\d;:]*m$/;

/** Terminal output as plain text: no escape sequences, and of a line that was overwritten (`\r`) what stood last. */
export function plainText(output: string): string {
  return withoutOverwritten(output.replaceAll(ESCAPES, ''));
}

/** A piece of terminal output of one look, as names of classes; empty for plain text. */
export interface AnsiRun {
  text: string;
  className: string;
}

/** Terminal output by its looks: colours as those of the page, so that none is that of the background. */
export function ansiRuns(output: string): AnsiRun[] {
  if (!output.includes('\x1b')) return [{ text: withoutOverwritten(output), className: '' }];
  const text = withoutOverwritten(output.replaceAll(ESCAPES, (code) => (IS_STYLE.test(code) ? code : '')));
  const runs: AnsiRun[] = [];
  const look = new Look();
  let end = 0;
  const push = (piece: string) => {
    const className = look.className();
    const last = runs.at(-1);
    if (piece === '') return;
    if (last?.className === className) last.text += piece;
    else runs.push({ text: piece, className });
  };
  for (const { 0: code, 1: numbers = '', index } of text.matchAll(STYLE)) {
    push(text.slice(end, index));
    look.apply(numbers);
    end = index + code.length;
  }
  push(text.slice(end));
  return runs;
}

function withoutOverwritten(output: string): string {
  const text = output.replaceAll('\r\n', '\n');
  if (!text.includes('\r')) return text;
  return text.split('\n').map(lastOfLine).join('\n');
}

/** The looks that were set in what was overwritten still hold. */
function lastOfLine(line: string): string {
  const parts = line.split('\r');
  const shown = parts.findLastIndex((part) => part.replaceAll(STYLE, '') !== '');
  if (shown <= 0) return parts[0] ?? '';
  const before = parts.slice(0, shown).join('').match(STYLE) ?? [];
  return before.join('') + (parts[shown] ?? '');
}

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
type Colour = (typeof COLOURS)[number];

const FLAGS: Readonly<Record<number, string>> = {
  ...{ 1: 'ansi-bold', 2: 'ansi-dim', 3: 'ansi-italic', 4: 'ansi-underline', 7: 'ansi-inverse', 9: 'ansi-strike' },
};
const CLEARED: Readonly<Record<number, readonly number[]>> = { 22: [1, 2], 23: [3], 24: [4], 27: [7], 29: [9] };

/** How what follows is written. What would hide it (8) is not followed. */
class Look {
  private readonly flags = new Set<number>();
  private text: Colour | undefined;
  private ground: Colour | undefined;

  className(): string {
    const names = [...this.flags].sort((a, b) => a - b).map((flag) => FLAGS[flag]);
    if (this.text) names.push(`ansi-${this.text}`);
    if (this.ground) names.push(`ansi-on-${this.ground}`);
    return names.join(' ');
  }

  apply(numbers: string): void {
    const codes = numbers.split(/[;:]/).map(Number);
    while (codes.length > 0) this.applyOne(codes.shift() ?? 0, codes);
  }

  private applyOne(code: number, rest: number[]): void {
    if (code === 0) this.reset();
    else if (FLAGS[code] !== undefined) this.flags.add(code);
    else if (CLEARED[code]) for (const flag of CLEARED[code]) this.flags.delete(flag);
    else if (code === 38) this.text = extended(rest);
    else if (code === 48) this.ground = extended(rest);
    else this.applyColour(code);
  }

  private applyColour(code: number): void {
    const colour = COLOURS[code % 10];
    if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) this.text = colour;
    else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) this.ground = colour;
    else if (code === 39) this.text = undefined;
    else if (code === 49) this.ground = undefined;
  }

  private reset(): void {
    this.flags.clear();
    this.text = this.ground = undefined;
  }
}

/** One of 256 or of all colours, as the nearest of the eight. */
function extended(rest: number[]): Colour | undefined {
  const kind = rest.shift();
  if (kind === 2) return nearest(rest.splice(0, 3));
  if (kind !== 5) return undefined;
  const index = rest.shift() ?? 0;
  if (index < 16) return COLOURS[index % 8];
  if (index >= 232) return nearest(Array<number>(3).fill((index - 232) * 10 + 8));
  const cube = index - 16;
  return nearest([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((part) => part * 51));
}

function nearest([red = 0, green = 0, blue = 0]: number[]): Colour | undefined {
  const [most, least] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  // Greys are the text's own colour, in both themes.
  if (most - least < 40) return undefined;
  const middle = (most + least) / 2;
  const bits = [red, green, blue].map((part, bit) => (part > middle ? 1 << bit : 0));
  return COLOURS[bits.reduce((sum, bit) => sum + bit, 0)];
}
