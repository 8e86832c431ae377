import { Pool } from 'undici';
import { startChild } from './child';

/** Where the calls go. */
export interface LoadTarget {
  /** Up to and without `/chat/completions`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What one client process does, and against what. */
export interface Load extends LoadTarget {
  readonly clients: number;
  readonly calls: number;
  readonly stream: boolean;
  /** Between two chunks of a stream. */
  readonly pauseMs: number;
  /** Length of the request's text. */
  readonly bytes: number;
  /** Length of a whole answer in megabytes; left out: some words. */
  readonly answerMb?: number;
}

/** Times in milliseconds. */
export interface LoadResult {
  readonly callMs: number[];
  /** From the provider's writing of a chunk to its arrival here. */
  readonly chunkMs: number[];
  readonly totalMs: number;
}

/** Makes the calls from a process of its own. */
export async function runLoad(load: Load): Promise<LoadResult> {
  const { line } = await startChild(__filename, JSON.stringify(load));
  return JSON.parse(line) as LoadResult;
}

/** Calls before those that count. */
export const WARM_UP_CALLS = 200;
const TEXT = 'The quick brown fox says \\"jump\\" over the lazy dog.\\n';

function bodyOf({ stream, bytes, pauseMs, answerMb }: Load): string {
  const text = TEXT.repeat(Math.ceil(bytes / TEXT.length)).slice(0, Math.ceil(bytes / TEXT.length) * TEXT.length);
  const tail = stream ? `,"stream":true,"stream_options":{"include_usage":true},"user":"pause ${pauseMs}"` : '';
  const length = answerMb === undefined ? '' : `,"user":"megabytes ${answerMb}"`;
  return `{"model":"scripted","messages":[{"role":"user","content":"${text}"}]${tail}${length}}`;
}

/** The client: calls as fast as they are answered, on connections that are kept. */
class Client {
  readonly chunkMs: number[] = [];
  private readonly pool: Pool;
  private readonly path: string;
  private readonly body: Buffer;

  constructor(private readonly load: Load) {
    const { origin, pathname } = new URL(`${load.url}/chat/completions`);
    this.pool = new Pool(origin, { connections: load.clients });
    this.path = pathname;
    this.body = Buffer.from(bodyOf(load));
  }

  call(): Promise<number> {
    const startedAt = performance.now();
    const headers = { 'content-type': 'application/json', ...this.load.headers };
    return new Promise((resolve, reject) => {
      let text = '';
      this.pool.dispatch(
        { method: 'POST', path: this.path, headers, body: this.body },
        {
          onRequestStart: () => undefined,
          onResponseStart: (_controller, status) => {
            if (status !== 200) reject(new Error(`the answer was HTTP ${status}`));
          },
          onResponseData: (_controller, piece) => {
            const now = process.hrtime.bigint();
            const said = piece.toString();
            text = (text + said).slice(-200);
            for (const [, at] of said.matchAll(/at (\d+);/g)) this.chunkMs.push(Number(now - BigInt(at ?? 0)) / 1e6);
          },
          onResponseEnd: () => {
            const whole = this.load.stream ? text.endsWith('data: [DONE]\n\n') : text.includes('"usage"');
            if (whole) resolve(performance.now() - startedAt);
            else reject(new Error(`the answer is not whole: ${text}`));
          },
          onResponseError: (_controller, error) => reject(error),
        },
      );
    });
  }
}

async function run(load: Load): Promise<LoadResult> {
  const client = new Client(load);
  const callMs: number[] = [];
  const many = async (calls: number): Promise<void> => {
    let left = calls;
    const one = async (): Promise<void> => {
      while (left-- > 0) callMs.push(await client.call());
    };
    await Promise.all(Array.from({ length: load.clients }, one));
  };
  await many(Math.min(WARM_UP_CALLS, load.calls));
  callMs.splice(0);
  client.chunkMs.splice(0);
  const startedAt = performance.now();
  await many(load.calls);
  return { callMs, chunkMs: client.chunkMs.slice(0, 100_000), totalMs: performance.now() - startedAt };
}

if (process.argv[2] === 'serve') {
  void run(JSON.parse(process.argv[3] ?? '') as Load).then((result) => {
    process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
  });
}
