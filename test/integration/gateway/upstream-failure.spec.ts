import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UpstreamFailures } from '../../../src/gateway/routing/upstream-failures';
import { eventually } from '../../support/eventually';
import { deltasReply, errorReply, textReply } from '../../support/scripted-reply';
import { ScriptedModel, startScriptedModel } from '../../support/scripted-model';
import { CodexProcess, CodexTurn } from './codex-process';
import { GatewayFixture } from './gateway-fixture';

const KEY = 'sk-very-secret-key-123456';

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a turn of the real codex when the backend fails', () => {
  let model: ScriptedModel;
  let gateway: GatewayFixture;
  let codex: CodexProcess;

  beforeAll(async () => {
    model = await startScriptedModel();
    const backends = [
      'backends:',
      `  - {id: scripted, type: openai-compatible, base_url: "${model.url}", api_key_env: SCRIPTED_KEY, model: m}`,
      `  - {id: native, type: openai, base_url: "${model.url}", api_key_env: SCRIPTED_KEY, model: m}`,
      `  - {id: refused, type: openai-compatible, base_url: "http://127.0.0.1:${await closedPort()}/v1", model: m}`,
      `  - {id: keyless, type: openai-compatible, base_url: "${model.url}", api_key_env: NO_SUCH_KEY, model: m}`,
    ];
    gateway = await GatewayFixture.start({
      backends: backends.join('\n'),
      environment: { SCRIPTED_KEY: KEY },
      config: { idleTimeoutSeconds: 2 },
    });
    codex = await CodexProcess.start(gateway.baseUrl, gateway.key, [
      ...gateway.registry.catalogModels(),
      { slug: 'gone', displayName: 'Gone', contextWindow: 100_000, inputModalities: ['text'] },
    ]);
  });

  afterAll(async () => {
    await codex?.stop();
    await gateway?.stop();
    await model?.stop();
  });

  const SECONDS = 1000;
  let thread = '';
  const run = async (backend = 'scripted'): Promise<CodexTurn> => {
    thread = await codex.startThread(backend);
    return codex.runTurn(thread, 'go');
  };
  const failure = (): unknown => gateway.app.get(UpstreamFailures).take(thread);

  it.each(['scripted', 'native'])(
    'ends at once on 401 of a %s backend, in the words of the provider, without the key',
    async (backend) => {
      model.play(errorReply(401, `Incorrect API key provided: ${KEY}.`, { code: 'invalid_api_key' }));
      const turn = await run(backend);
      expect(turn.status).toBe('failed');
      expect(turn.error?.message).toBe(`Backend "${backend}" answered HTTP 401: Incorrect API key provided: [key].`);
      expect(model.requests).toHaveLength(1);
      expect(turn.durationMs).toBeLessThan(10 * SECONDS);
      expect(failure()).toEqual({ code: 'upstream_unauthorized', message: turn.error?.message });
    },
  );

  it('waits as long as a 429 asks for, and goes on', async () => {
    model.play([errorReply(429, 'slow down', { headers: { 'retry-after': '1' } }), textReply('at last')]);
    const turn = await run();
    expect(turn).toMatchObject({ status: 'completed' });
    const [first, second] = model.requests;
    expect((second?.receivedAt ?? 0) - (first?.receivedAt ?? 0)).toBeGreaterThan(0.95 * SECONDS);
  });

  it('ends when a 429 asks for a long wait', async () => {
    model.play(errorReply(429, 'come back tomorrow', { headers: { 'retry-after': '3600' } }));
    const turn = await run();
    expect(turn.error?.message).toContain('come back tomorrow');
    expect(model.requests).toHaveLength(1);
    expect(failure()).toMatchObject({ code: 'rate_limit_exceeded' });
  });

  it.each([500, 503])('repeats %i twice and then ends', async (status) => {
    model.play(errorReply(status, 'the engine is on fire'));
    const turn = await run();
    expect(turn.error?.message).toContain('the engine is on fire');
    expect(model.requests).toHaveLength(3);
    expect(turn.durationMs).toBeLessThan(15 * SECONDS);
  });

  it('goes on after one 500', async () => {
    model.play([errorReply(500, 'hiccup'), textReply('fine')]);
    expect(await run()).toMatchObject({ status: 'completed', error: null });
  });

  it('ends when the provider refuses connections', async () => {
    const turn = await run('refused');
    expect(turn.status).toBe('failed');
    expect(turn.error?.message).toMatch(/^Backend "refused" cannot be reached: .*ECONNREFUSED/);
    expect(turn.durationMs).toBeLessThan(15 * SECONDS);
    expect(failure()).toMatchObject({ code: 'upstream_unavailable' });
  });

  it('names the variable of a missing key', async () => {
    const turn = await run('keyless');
    expect(turn.error?.message).toBe('Backend "keyless" cannot be used: its key variable NO_SUCH_KEY is not set');
    expect(turn.durationMs).toBeLessThan(10 * SECONDS);
  });

  it('ends on a model that does not exist here', async () => {
    const turn = await run('gone');
    expect(turn.status).toBe('failed');
    expect(turn.error?.message).toContain('There is no model');
    expect(failure()).toMatchObject({ code: 'model_not_found' });
    expect(turn.durationMs).toBeLessThan(10 * SECONDS);
  });

  it('reports a context overflow to codex as such', async () => {
    model.play(errorReply(400, "This model's maximum context length is 8192 tokens."));
    const turn = await run();
    expect(turn.error).toMatchObject({ codexErrorInfo: 'contextWindowExceeded' });
    expect(failure()).toMatchObject({ code: 'context_length_exceeded' });
  });

  it('lets codex ask again when an answer breaks off, and shows the text once', async () => {
    model.play([deltasReply(10, { fault: { kind: 'abort', afterFrames: 5 } }), textReply('whole')]);
    const turn = await run();
    expect(turn).toMatchObject({ status: 'completed', error: null });
    expect(turn.items.filter(({ type }) => type === 'agentMessage').map(({ text }) => text)).toEqual(['whole']);
  });

  it('ends when every answer breaks off', async () => {
    model.play(deltasReply(10, { fault: { kind: 'close', afterFrames: 5 } }));
    const turn = await run();
    expect(turn.status).toBe('failed');
    expect(turn.error?.message).toContain('broke off its answer');
    expect(turn.durationMs).toBeLessThan(20 * SECONDS);
  });

  it('ends when the provider falls silent', async () => {
    model.play(deltasReply(10, { fault: { kind: 'stall', afterFrames: 3 } }));
    const turn = await run();
    expect(turn.error?.message).toBe('Backend "scripted" was silent for 2 s');
    expect(turn.durationMs).toBeLessThan(20 * SECONDS);
    expect(model.requests[0]?.abandonedAt).toBeDefined();
  });

  it('carries an error from the middle of a stream', async () => {
    model.play(textReply('so', { streamError: { message: 'out of memory', code: 500 } }));
    const turn = await run();
    expect(turn.status).toBe('failed');
    expect(turn.error?.message).toContain('out of memory');
  });

  it('keeps the text of an answer that hit its length, and fails', async () => {
    model.play(textReply('half an ans', { finishReason: 'length' }));
    const turn = await run();
    expect(turn.status).toBe('failed');
    expect(turn.items.find(({ type }) => type === 'agentMessage')?.text).toBe('half an ans');
    expect(model.requests).toHaveLength(1);
  });

  it('ends once, and without a repeat, on a content filter', async () => {
    model.play(textReply('unspeakable', { finishReason: 'content_filter' }));
    const turn = await run();
    expect(turn.error?.message).toContain('content filter');
    expect(model.requests).toHaveLength(1);
  });

  it('leaves the provider soon after a turn is interrupted, long before its answer ends', async () => {
    model.play(deltasReply(1000, { delayMs: 20 }));
    const id = await codex.startThread('scripted');
    const ended = codex.runTurn(id, 'go');
    const turnId = await new Promise<string>((resolve) =>
      codex.onMessage(({ method, params }) => {
        if (method === 'item/agentMessage/delta' && params?.turnId) resolve(params.turnId);
      }),
    );
    await codex.request('turn/interrupt', { threadId: id, turnId });
    const at = performance.now();
    expect((await ended).status).toBe('interrupted');
    const left = await eventually('the provider is left', () => model.requests[0]?.abandonedAt);
    expect(left).toBeLessThan(at + 5 * SECONDS);
  });
});
