import { CallTokens } from '../usage/metered-call';
import { lastUsage } from './chat-usage';

/** What is kept of a stream's end, in bytes at least: finish, usage and end of the longest of providers' chunks. */
const TAIL_BYTES = 8 * 1024;

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
      hasEnd: /data: ?\[DONE\]\s*$/.test(text),
      hasFinish: /"finish_reason"\s*:\s*"/.test(text),
    };
  }
}
