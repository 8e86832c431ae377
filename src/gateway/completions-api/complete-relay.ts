import { MeteredCall } from '../accounts/call-meter';
import { UpstreamReader } from '../providers/upstream/upstream-exchange';
import { parseJson } from '../wire/json';
import { upstreamErrorInstead } from '../wire/upstream-failure';
import { UpstreamError } from '../wire/upstream.error';
import { CompletionWriter } from './completion-writer';
import { lastUsage } from './stream-tail';

/** Longest completion, in bytes. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Where the usage stands: behind the choices, at the end. */
const TAIL_BYTES = 16 * 1024;

/** Takes in a provider's whole completion, which is passed on only when it is there to its end. */
export class CompleteRelay implements UpstreamReader {
  private readonly chunks: Buffer[] = [];
  private length = 0;

  constructor(private readonly options: { readonly client: CompletionWriter; readonly metered: MeteredCall }) {}

  start(): void {}

  /** @throws UpstreamError for an answer that is too long. */
  data(chunk: Buffer): void {
    this.length += chunk.length;
    if (this.length > MAX_BYTES) throw new UpstreamError('upstream_error', 'sent an answer without an end');
    this.chunks.push(chunk);
  }

  /** @throws UpstreamError for an answer that is no completion. */
  end(): void {
    const { client, metered } = this.options;
    const [only] = this.chunks;
    const bytes = this.chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.chunks);
    if (!bytes.includes('"choices"')) throw upstreamErrorInstead('chat completion', parseJson(bytes.toString()));
    metered.firstOutput();
    const usage = lastUsage(bytes.toString('utf8', Math.max(0, bytes.length - TAIL_BYTES))) ?? usageOf(bytes);
    if (usage !== undefined) metered.usage(usage);
    client.sendWhole(bytes);
  }
}

/** For a provider that tells the usage before a long answer. */
const usageOf = (bytes: Buffer): ReturnType<typeof lastUsage> =>
  bytes.length > TAIL_BYTES ? lastUsage(bytes.toString()) : undefined;
