import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import pino from 'pino';
import { Environment } from '../../config/environment';
import { Backend } from '../catalog/backend';
import { BackendKeys } from '../catalog/backend-keys';
import { backendOf } from '../catalog/backend-of';
import { BackendRegistry } from '../catalog/backend-registry';
import { BackendEntry } from '../catalog/backend-schema';
import { Deployment } from '../catalog/deployment';
import { languageModelStream } from '../providers/language-model-call';
import { UpstreamError } from '../wire/upstream.error';
import { BREAK_AFTER_FAILURES, Deployments } from './deployments';
import { LearnedWindows } from './learned-windows';
import { Dispatcher } from './dispatcher';

const logged: string[] = [];
const logger = pino({ level: 'warn' }, { write: (line) => void logged.push(line) });
const SPARE_KEY = '0123456789abcdef';
const keys = new BackendKeys(new Environment({ A: 'a', B: 'b', SPARE: SPARE_KEY }));
const busy = (retryAfterMs = 1): UpstreamError =>
  new UpstreamError('rate_limit_exceeded', 'busy', { retryable: true, retryAfterMs });
const down = (): UpstreamError =>
  new UpstreamError('upstream_unavailable', 'is down', { retryable: true, retryAfterMs: 1 });
const refused = (): UpstreamError => new UpstreamError('upstream_unauthorized', 'no', { status: 401 });

function backend(fields: Partial<BackendEntry> = {}): Backend {
  return backendOf({ id: 'main', type: 'demo', ...fields }, { provider: {}, idleMs: 1000 }, keys);
}

/** Asks `first`, whose fallbacks are found among `others`; each attempt does what `answer` says. */
class Call {
  readonly attempts: string[] = [];
  readonly taken: string[] = [];
  readonly client = new AbortController();
  output = false;
  private readonly dispatcher: Dispatcher;

  constructor(
    private readonly first: Backend,
    others: readonly Backend[] = [],
    private readonly deployments = new Deployments(keys, logger),
  ) {
    const found = (id: string): Backend | undefined => others.find((other) => other.id === id);
    const registry = { find: found } as unknown as BackendRegistry;
    this.dispatcher = new Dispatcher(registry, this.deployments, new LearnedWindows(registry, logger), logger);
  }

  run(answer: (deployment: Deployment, n: number, signal: AbortSignal) => unknown): Promise<unknown> {
    return this.dispatcher.run(
      { backend: this.first, model: this.first.model },
      {
        attempt: (deployment, signal) =>
          Promise.resolve().then(() => answer(deployment, this.attempts.push(deployment.id) - 1, signal)),
        outputBegun: () => this.output,
        metered: { attempt: () => undefined, usage: () => undefined, fallback: (id) => void this.taken.push(id) },
        signal: this.client.signal,
      },
    );
  }
}

const raise = (error: Error): never => {
  throw error;
};

describe('Dispatcher', () => {
  it('asks again after errors before the first output', async () => {
    const call = new Call(backend());
    expect(await call.run((_, n) => (n < 2 ? raise(n === 0 ? busy() : down()) : 'fine'))).toBe('fine');
    expect(call.attempts).toHaveLength(3);
  });

  it('gives up after two repeats, and at once where a repeat is of no use', async () => {
    const call = new Call(backend());
    await expect(call.run(() => raise(busy()))).rejects.toThrow('busy');
    expect(call.attempts).toHaveLength(3);
    const wrong = new Call(backend());
    await expect(wrong.run(() => raise(refused()))).rejects.toThrow('no');
    expect(wrong.attempts).toHaveLength(1);
  });

  it('repeats a stream of a language model that fails before its output', async () => {
    const part: LanguageModelV4StreamPart = { type: 'text-delta', id: 't', delta: 'a' };
    const attempts = [
      [
        { type: 'stream-start', warnings: [] },
        { type: 'error', error: busy() },
      ],
      [part],
    ] as const;
    const seen: unknown[] = [];
    const call = new Call(backend());
    await call.run(async (_, n, signal) => {
      const stream = ReadableStream.from<LanguageModelV4StreamPart>(attempts[n] as never);
      const model = { doStream: () => Promise.resolve({ stream }) } as never;
      for await (const each of languageModelStream({ model, options: { prompt: [] } }, signal)) seen.push(each);
    });
    expect(seen).toContainEqual(part);
  });

  it.each([
    [0, 1],
    [4, 5],
  ])('follows max_retries %i', async (maxRetries, attempts) => {
    const call = new Call(backend({ max_retries: maxRetries }));
    await expect(call.run(() => raise(busy()))).rejects.toThrow('busy');
    expect(call.attempts).toHaveLength(attempts);
  });

  it('does nothing again once there was output', async () => {
    const call = new Call(backend({ fallbacks: ['other'] }), [backend({ id: 'other' })]);
    await expect(call.run(() => ((call.output = true), raise(down())))).rejects.toThrow('is down');
    expect(call.attempts).toEqual(['main']);
  });

  it('goes to the other deployments without a wait, also for a refused key', async () => {
    const deployments = [{ api_key_env: 'A' }, { api_key_env: 'B' }];
    const call = new Call(backend({ deployments, max_retries: 0 }));
    const answer = await call.run((deployment, n) => (n === 0 ? raise(refused()) : deployment.apiKey()));
    expect(new Set(call.attempts)).toEqual(new Set(['main', 'main#2']));
    expect(answer).toBe(call.attempts[1] === 'main' ? 'a' : 'b');
  });

  it('divides calls by weight, and leaves out a deployment without its key', async () => {
    const deployments = [{ weight: 3 }, { weight: 1 }, { api_key_env: 'NOT_SET', weight: 1000 }];
    const call = new Call(backend({ deployments }));
    for (let n = 0; n < 400; n++) await call.run(() => 'fine');
    const share = call.attempts.filter((id) => id === 'main').length / 400;
    expect(share).toBeGreaterThan(0.65);
    expect(share).toBeLessThan(0.85);
    expect(call.attempts).not.toContain('main#3');
  });

  it('prefers deployments that did not ask for a pause', async () => {
    const call = new Call(backend({ deployments: [{}, {}] }));
    await call.run((_, n) => (n === 0 ? raise(busy(60_000)) : 'fine'));
    const [paused] = call.attempts;
    for (let n = 0; n < 20; n++) await call.run(() => 'fine');
    expect(call.attempts.slice(1)).not.toContain(paused);
  });

  it('asks the fallbacks in their order, and blames the first when all fail', async () => {
    const others = [backend({ id: 'x', max_retries: 0 }), backend({ id: 'y', max_retries: 0 })];
    const call = new Call(backend({ fallbacks: ['x', 'gone', 'y'], max_retries: 0 }), others);
    expect(await call.run(({ id }) => (id === 'y' ? 'from y' : raise(down())))).toBe('from y');
    expect(call.taken).toEqual(['x', 'y']);
    await expect(call.run(({ id }) => raise(id === 'main' ? refused() : down()))).rejects.toThrow('no');
  });

  describe('when a fallback repeats its key', () => {
    const cause = new Error(`caused by ${SPARE_KEY}`);
    const refusal = (): UpstreamError =>
      new UpstreamError('upstream_unavailable', `knows no ${SPARE_KEY}`, { retryable: true, retryAfterMs: 1, cause });
    const covered = (): Call =>
      new Call(backend({ fallbacks: ['spare'], max_retries: 0 }), [
        backend({ id: 'spare', api_key_env: 'SPARE', max_retries: 0 }),
      ]);
    beforeEach(() => logged.splice(0));

    it('keeps it out of the log, and out of the reason of an outage', async () => {
      const call = covered();
      const answer = (deployment: Deployment): never => raise(deployment.id === 'main' ? refused() : refusal());
      for (let n = 0; n < BREAK_AFTER_FAILURES + 1; n++) await expect(call.run(answer)).rejects.toThrow('no');
      const text = logged.join('');
      expect(text).toContain('the fallback failed too: it knows no [key]');
      expect(text).toContain('a deployment is left alone after failures in a row');
      expect(text).toContain('failures in a row; the last one knows no [key]');
      expect(text).not.toContain(SPARE_KEY);
    });

    it('keeps it out of what is thrown, its cause included', async () => {
      const call = covered();
      const failure: unknown = await call
        .run(({ id }) => raise(id === 'main' ? refused() : ((call.output = true), refusal())))
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({
        ...{ code: 'upstream_unavailable', message: 'knows no [key]', retryable: true, retryAfterMs: 1 },
        cause: { message: 'caused by [key]' },
      });
      expect(((failure as Error).cause as Error).stack).not.toContain(SPARE_KEY);
    });
  });

  it.each(['context_length_exceeded', 'upstream_error', 'content_filter'] as const)(
    'does not ask others for what is wrong with the request: %s',
    async (code) => {
      const call = new Call(backend({ fallbacks: ['x'] }), [backend({ id: 'x' })]);
      await expect(call.run(() => raise(new UpstreamError(code, 'wrong')))).rejects.toThrow('wrong');
      expect(call.attempts).toEqual(['main']);
    },
  );

  it('leaves a deployment alone after failures in a row, and one call tries it again, whatever the time of day', async () => {
    const now = jest.spyOn(performance, 'now');
    const at = performance.now();
    now.mockReturnValue(at);
    const dateNow = jest.spyOn(Date, 'now').mockReturnValue(1_000_000);
    const call = new Call(backend({ max_retries: 0 }));
    for (let n = 0; n < BREAK_AFTER_FAILURES; n++) await expect(call.run(() => raise(down()))).rejects.toThrow('down');
    await expect(call.run(() => 'fine')).rejects.toThrow(
      'is left alone after 10 failures in a row; the last one is down',
    );
    expect(call.attempts).toHaveLength(BREAK_AFTER_FAILURES);
    now.mockReturnValue(at + 11_000);
    dateNow.mockReturnValue(1_011_000 - 3_600_000);
    await expect(call.run(() => raise(down()))).rejects.toThrow('down');
    await expect(call.run(() => 'fine')).rejects.toThrow('is left alone');
    now.mockReturnValue(at + 22_000);
    expect(await call.run(() => 'fine')).toBe('fine');
    expect(await call.run(() => 'fine')).toBe('fine');
    expect(call.attempts).toHaveLength(BREAK_AFTER_FAILURES + 3);
    jest.restoreAllMocks();
  });

  it('lets so many calls run and so many wait', async () => {
    const call = new Call(backend({ max_concurrency: 2, max_queue: 1, max_retries: 0 }));
    const ends: (() => void)[] = [];
    const endless = (): Promise<unknown> => call.run(() => new Promise<void>((resolve) => ends.push(resolve)));
    const running = [endless(), endless(), endless()];
    await expect(endless()).rejects.toThrow('is busy: 1 calls wait for it already');
    expect(ends).toHaveLength(2);
    ends[0]?.();
    await running[0];
    await new Promise(setImmediate);
    expect(ends).toHaveLength(3);
    ends.forEach((end) => end());
    await Promise.all(running);
  });

  it('ends a wait when the client leaves', async () => {
    const call = new Call(backend());
    const ended = call.run(() => raise(busy(10_000)));
    setTimeout(() => call.client.abort(new Error('left')), 10);
    await expect(ended).rejects.toThrow('left');
  });
});
