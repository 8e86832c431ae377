import { parseJson } from '../wire/json';
import { CallTokens, tokensOfCompletion } from '../wire/usage';

/** What is kept of a stream's end, in bytes at least: finish, usage and end of the longest of providers' chunks. */
const TAIL_BYTES = 8 * 1024;

/** Where the mark that ends a stream is looked for in the piece that has it. */
const MARK_BYTES = 32;
const MARK = /(^|\n)data: ?\[DONE\]\s*$/;

/** Whether these events are the last: JSON has no line breaks, so that no text can look like the mark. */
export const endsStream = (events: Buffer): boolean => MARK.test(events.toString('latin1', events.length - MARK_BYTES));

/** The last pieces of a stream, as they came. They are read once, at the end, instead of every chunk on its way. */
export class StreamTail {
  private readonly pieces: Buffer[] = [];
  private bytes = 0;

  push(piece: Buffer): void {
    this.pieces.push(piece);
    this.bytes += piece.length;
    for (let first = this.pieces[0]; first !== undefined && this.bytes - first.length >= TAIL_BYTES;) {
      this.pieces.shift();
      this.bytes -= first.length;
      first = this.pieces[0];
    }
  }

  /** How the stream ended. */
  read(): { usage: CallTokens | undefined; hasEnd: boolean; hasFinish: boolean } {
    const text = Buffer.concat(this.pieces).toString();
    return {
      usage: lastUsage(text),
      hasEnd: MARK.test(text),
      hasFinish: /"finish_reason"\s*:\s*"/.test(text),
    };
  }
}

const USAGE = /"usage"\s*:\s*\{/g;

/**
 * The last usage in the text of a completion or of the end of its stream, without parsing the rest. Inside a JSON
 * text a quote has a backslash before it, so that an answer cannot speak of usage and be taken for it.
 */
export function lastUsage(text: string): CallTokens | undefined {
  const last = [...text.matchAll(USAGE)].at(-1);
  if (last === undefined) return undefined;
  const start = last.index + last[0].length - 1;
  const usage = parseJson(text.slice(start, endOfObject(text, start)));
  return tokensOfCompletion(usage);
}

/** No text in a usage object has a brace. */
function endOfObject(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at + 1;
  }
  return text.length;
}
