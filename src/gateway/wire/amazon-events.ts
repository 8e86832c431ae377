import { CALL_LIMITS } from './call-limits';
import { isObject, parseJson } from './json';
import { endless } from './upstream.error';
import { CallTokens, tokensOfConverse } from './usage';

/** Lengths of a message and of its headers, and a checksum of both, before them; another behind all. In bytes. */
const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
/** The event that tells the tokens is short. */
const MAX_USAGE_BYTES = 16 * 1024;

/**
 * Watches a stream of Amazon's events (https://smithy.io/2.0/aws/amazon-eventstream.html), which the AI SDK reads: for one that
 * is too long, and for the tokens of an attempt that will fail.
 */
export class AmazonEvents {
  private pieces: Buffer[] = [];
  private bytes = 0;
  /** Of the message that is coming; 0 while its length is not there. */
  private length = 0;
  private counted: CallTokens | undefined;

  /** The tokens as far as the provider told them. */
  get usage(): CallTokens | undefined {
    return this.counted;
  }

  /** @throws UpstreamError for an event that is too long, as soon as it says so. */
  push(chunk: Buffer): void {
    this.pieces.push(chunk);
    this.bytes += chunk.length;
    while (this.bytes >= Math.max(this.length, PRELUDE_BYTES)) {
      if (this.length === 0) this.begin();
      else this.finish();
    }
  }

  private begin(): void {
    this.length = Math.max(this.joined().readUInt32BE(0), PRELUDE_BYTES + CHECKSUM_BYTES);
    if (this.length > CALL_LIMITS.event) throw endless('an event');
  }

  private finish(): void {
    const all = this.joined();
    if (this.length <= MAX_USAGE_BYTES) this.read(all.subarray(0, this.length));
    this.bytes -= this.length;
    this.pieces = [all.subarray(this.length)];
    this.length = 0;
  }

  private joined(): Buffer {
    const [only] = this.pieces;
    const all = this.pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.pieces);
    this.pieces = [all];
    return all;
  }

  private read(message: Buffer): void {
    if (!message.includes('"usage"')) return;
    const payload = message.toString('utf8', PRELUDE_BYTES + message.readUInt32BE(4), message.length - CHECKSUM_BYTES);
    const event = parseJson(payload);
    if (isObject(event)) this.counted = tokensOfConverse(event.usage) ?? this.counted;
  }
}
