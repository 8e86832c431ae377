import { setTimeout as delay } from 'node:timers/promises';
import OpenAI, { APIError, RateLimitError } from 'openai';
import { CallLog } from '../../../src/gateway/accounts/call-log';
import { EndedCall } from '../../../src/gateway/accounts/metered-call';
import { eventually } from '../../support/eventually';
import { deltasReply, errorReply, textReply } from '../../support/scripted-reply';
import { ScriptedModel } from '../../support/scripted-model';
import { ASK, COMPLETIONS_KEY as KEY, CompletionsFixture } from './completions-fixture';
import { GatewayFixture } from './gateway-fixture';

describe('a chat completion that fails', () => {
  let chat: CompletionsFixture;
  let model: ScriptedModel;
  let gateway: GatewayFixture;
  let client: OpenAI;

  beforeAll(async () => {
    chat = await CompletionsFixture.start();
    ({ model, gateway, client } = chat);
  });

  afterAll(() => chat?.stop());

  const raw = (body: object): Promise<string> => chat.raw(body);

  it('has the status and the words of the provider, without the key', async () => {
    model.play(errorReply(401, `Incorrect API key provided: ${KEY}.`));
    const failure = client.chat.completions.create({ ...ASK, stream: true });
    await expect(failure).rejects.toMatchObject({ status: 401, code: 'upstream_unauthorized' });
    await expect(failure).rejects.toThrow('Backend "scripted" answered HTTP 401: Incorrect API key provided: [key].');
  });

  it('of the rate is reported with the wait that the provider asks for', async () => {
    model.play(errorReply(429, 'slow down', { headers: { 'retry-after': '60' } }));
    const answer = await gateway.post('/chat/completions', ASK);
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('60');
    await expect(client.chat.completions.create(ASK, { maxRetries: 0 })).rejects.toBeInstanceOf(RateLimitError);
  });

  it('of the context has the code of OpenAI', async () => {
    model.play(errorReply(400, "This model's maximum context length is 8192 tokens."));
    await expect(client.chat.completions.create(ASK)).rejects.toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
    });
  });

  it('that passes is repeated before the client sees it', async () => {
    model.play([errorReply(500, 'hiccup'), textReply('fine')]);
    const { choices } = await client.chat.completions.create(ASK, { maxRetries: 0 });
    expect(choices[0]?.message.content).toBe('fine');
    expect(model.requests).toHaveLength(2);
  });

  it('in the first event of a stream has a status', async () => {
    model.play({ chunks: [{ error: { message: 'no credit', code: 402 } }] });
    const answer = await gateway.post('/chat/completions', { ...ASK, stream: true });
    expect(answer.status).toBe(402);
    expect(await answer.json()).toMatchObject({ error: { code: 'usage_limit_exceeded' } });
  });

  it.each([true, false])(
    'that comes with HTTP 200 is reported in the words of the provider (stream: %s)',
    async (stream) => {
      model.play({ body: { error: { message: 'no credit', code: 402 } } });
      const answer = await gateway.post('/chat/completions', { ...ASK, stream });
      expect([answer.status, await answer.json()]).toMatchObject([
        402,
        { error: { code: 'usage_limit_exceeded', message: 'Backend "scripted" answered HTTP 402: no credit' } },
      ]);
      expect(model.requests).toHaveLength(1);
    },
  );

  it('in the middle of a stream is its last event', async () => {
    model.play(textReply('so', { streamError: { message: `bad key ${KEY}`, code: 'server_error' } }));
    const stream = await client.chat.completions.create({ ...ASK, stream: true });
    const said: string[] = [];
    const reading = (async () => {
      for await (const { choices } of stream) said.push(choices[0]?.delta.content ?? '');
    })();
    await expect(reading).rejects.toThrow('failed: bad key [key]');
    await expect(reading).rejects.toBeInstanceOf(APIError);
    expect(said.join('')).toBe('so');
  });

  it.each(['abort', 'close'] as const)('that breaks the stream off (%s) is sent as an event', async (kind) => {
    model.play(deltasReply(10, { fault: { kind, afterFrames: 4 } }));
    const text = await raw({ stream: true });
    expect(text).toContain('word2');
    expect(text).toMatch(/\n\ndata: \{"error":\{"message":"Backend \\"scripted\\" broke off its answer".*\n\n$/);
    expect(text).not.toContain('[DONE]');
  });

  it('passes a long answer on whole, and fails one that breaks off', async () => {
    const long = `${'word '.repeat(500_000)}end`;
    model.play(textReply(long));
    const { choices } = await client.chat.completions.create(ASK, { maxRetries: 0 });
    expect(choices[0]?.message.content).toBe(long);
    model.play({ body: { object: 'chat.completion', choices: [] }, headers: { 'content-length': '3000000' } });
    expect(await raw({ stream: false })).toContain('error');
  }, 15_000);

  it('of silence ends the stream', async () => {
    model.play(deltasReply(10, { fault: { kind: 'stall', afterFrames: 3 } }));
    expect(await raw({ stream: true })).toMatch(/was silent for 2 s/);
    await eventually('the provider is left', () => model.requests[0]?.abandonedAt !== undefined);
  }, 10_000);

  it('falls back to another provider, of another protocol, before the first chunk', async () => {
    model.play(errorReply(503, 'overloaded'));
    const { choices } = await client.chat.completions.create({ ...ASK, model: 'covered' }, { maxRetries: 0 });
    expect(choices[0]?.message.content).toContain('Hello');
    expect(model.requests).toHaveLength(1);
  });

  describe('the books', () => {
    const noted: EndedCall[] = [];
    beforeAll(() => {
      jest.spyOn(gateway.app.get(CallLog), 'add').mockImplementation((call) => void noted.push(call));
    });
    beforeEach(() => noted.splice(0));
    afterAll(() => jest.restoreAllMocks());

    it.each([true, false])('have the tokens and the times of an answer (stream: %s)', async (stream) => {
      model.play(deltasReply(3, { usage: { input: 9, output: 4, cached: 3, reasoning: 2 } }));
      await raw({ stream });
      await eventually('the call is noted', () => noted.length === 1);
      expect(noted[0]).toMatchObject({
        start: { endpoint: 'chat.completions', backendId: 'scripted', model: 'scripted-1' },
        tokens: { input: 9, output: 4, cached: 3, reasoning: 2 },
        ...{ status: 'ok', retries: 0, deployment: 'scripted' },
      });
      expect(noted[0]?.firstOutputMs).toBeGreaterThanOrEqual(0);
    });

    it('have the code of a failure and the repeats before it', async () => {
      model.play(errorReply(500, 'the engine is on fire'));
      await raw({});
      await eventually('the call is noted', () => noted.length === 1);
      expect(noted[0]).toMatchObject({ status: 'failed', errorCode: 'upstream_unavailable', retries: 2 });
    });
  });

  it.each([true, false])('leaves the provider when the client leaves (stream: %s)', async (stream) => {
    model.play(async () => {
      if (!stream) await delay(3000);
      return deltasReply(500, { delayMs: 20 });
    });
    const leave = new AbortController();
    const answer = fetch(`${gateway.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}` },
      body: JSON.stringify({ ...ASK, stream }),
      signal: leave.signal,
    });
    if (stream) await (await answer).body?.getReader().read();
    else await eventually('the provider is asked', () => model.requests.length === 1);
    const left = performance.now();
    leave.abort();
    await answer.catch(() => undefined);
    await eventually('the provider is left', () => model.requests[0]?.abandonedAt !== undefined);
    expect(model.requests[0]?.abandonedAt).toBeLessThan(left + 5_000);
    expect(model.requests).toHaveLength(1);
  });
});
