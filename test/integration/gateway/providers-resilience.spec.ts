import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_USER } from '../../../src/auth/principal';
import { CallMeter } from '../../../src/gateway/accounts/call-meter';
import { ModelGateway } from '../../../src/gateway/model-gateway';
import { eventually } from '../../support/eventually';
import { anthropicError } from '../../support/scripted-anthropic';
import { ScriptedModel, startScriptedModel } from '../../support/scripted-model';
import { deltasReply, errorReply, textReply } from '../../support/scripted-reply';
import { CodexProcess, CodexTurn } from './codex-process';
import { GatewayFixture } from './gateway-fixture';
import { answersOf } from './providers-fixture';

const SECONDS = 1000;

describe('a turn of the real codex when backends are slow, busy or out', () => {
  let [first, second]: ScriptedModel[] = [];
  let gateway: GatewayFixture;
  let codex: CodexProcess;
  const attempts: string[] = [];

  beforeAll(async () => {
    first = await startScriptedModel();
    second = await startScriptedModel();
    const url = first.url;
    const backends = [
      'backends:',
      `  - {id: primary, type: openai, base_url: "${url}", api_key_env: K, model: m, max_retries: 0, fallbacks: [spare]}`,
      `  - {id: spare, type: anthropic, base_url: "${second.url}", api_key_env: K, model: spare-model}`,
      `  - {id: back, type: anthropic, base_url: "${url}", api_key_env: K, model: m, max_retries: 0, fallbacks: [native]}`,
      `  - {id: native, type: openai, base_url: "${second.url}", api_key_env: K, model: native-model}`,
      `  - {id: slow, type: vllm, base_url: "${url}", model: m, timeout: {first_byte: 0.5, idle: 0.5}, fallbacks: [spare]}`,
      `  - {id: pings, type: openai, base_url: "${url}", api_key_env: K, model: m, max_retries: 0, timeout: {first_byte: 1, idle: 1}}`,
      '  - id: two',
      '    type: openai-compatible',
      '    model: m',
      '    deployments:',
      `      - {base_url: "${url}", api_key_env: K}`,
      `      - {base_url: "${second.url}", api_key_env: K2, model: other}`,
      `  - {id: narrow, type: ollama, base_url: "${url}", model: m, max_concurrency: 1, max_queue: 1}`,
      `  - {id: broken, type: ollama, base_url: "${url}", model: m, max_retries: 0}`,
    ];
    gateway = await GatewayFixture.start({ backends: backends.join('\n'), environment: { K: 'k-1', K2: 'k-2' } });
    const meter = gateway.app.get(CallMeter);
    const begin = meter.begin.bind(meter);
    jest.spyOn(meter, 'begin').mockImplementation((call) => {
      const metered = begin(call);
      jest.spyOn(metered, 'attempt').mockImplementation((deployment) => void attempts.push(deployment));
      return metered;
    });
    codex = await CodexProcess.start(gateway.baseUrl, gateway.key, gateway.registry.catalogModels());
  });

  beforeEach(() => {
    attempts.length = 0;
    [first, second].forEach((model) => model?.play(textReply('unasked')));
  });

  afterAll(async () => {
    await codex?.stop();
    await gateway?.stop();
    await first?.stop();
    await second?.stop();
  });

  const run = async (backend: string): Promise<CodexTurn> => codex.runTurn(await codex.startThread(backend), 'go');
  const ask = (model: string): Promise<Response> => gateway.post('/responses', { model, input: 'hi', stream: false });

  it.each([
    ['primary', 'spare', errorReply(503, 'down')],
    ['primary', 'spare', errorReply(401, 'bad key')],
    ['primary', 'spare', errorReply(429, 'slow', { headers: { 'retry-after': '3600' } })],
    ['back', 'native', anthropicError(529, 'overloaded_error', 'Overloaded')],
    ['back', 'native', { streamError: { type: 'overloaded_error', message: 'Overloaded' } }],
  ])('%s: %s takes over', async (backend, fallback, reply) => {
    first?.play(reply);
    second?.play(textReply('from the spare'));
    const turn = await run(backend);
    expect(turn).toMatchObject({ status: 'completed', error: null });
    expect(answersOf(turn)).toEqual(['from the spare']);
    expect(attempts).toEqual([backend, fallback]);
    expect(second?.requests[0]?.body.model).toBe(`${fallback}-model`);
  });

  it('does not take over what is wrong with the request, or what has been seen', async () => {
    first?.play(errorReply(400, 'bad schema'));
    expect((await run('primary')).error?.message).toContain('Backend "primary" answered HTTP 400: bad schema');
    first?.play(deltasReply(10, { fault: { kind: 'close', afterFrames: 5 } }));
    expect((await run('primary')).status).toBe('failed');
    expect(second?.requests).toHaveLength(0);
  });

  it.each(['first byte', 'next byte'])('gives up on the %s in time', async (which) => {
    const fault = { kind: 'stall', afterFrames: 3 } as const;
    first?.play(which === 'first byte' ? textReply('late', { firstDelayMs: 5 * SECONDS }) : deltasReply(9, { fault }));
    second?.play(textReply('in time'));
    const turn = await run('slow');
    if (which === 'first byte') expect(answersOf(turn)).toEqual(['in time']);
    else expect(turn.error?.message).toBe('Backend "slow" was silent for 0.5 s');
    expect(turn.durationMs).toBeLessThan(20 * SECONDS);
  });

  it('takes a provider that sends nothing but comments for silent', async () => {
    first?.play({ frames: Array.from({ length: 50 }, () => ': ping\n\n'), delayMs: 100 });
    const turn = await run('pings');
    expect(turn.error?.message).toBe('Backend "pings" was silent for 1 s');
    expect(turn.durationMs).toBeLessThan(20 * SECONDS);
  });

  it('divides calls over deployments, each with its key and model, and goes around one that is out', async () => {
    for (let n = 0; n < 20; n++) expect((await ask('two')).status).toBe(200);
    expect(first?.requests.length).toBeGreaterThan(2);
    expect(second?.requests.length).toBeGreaterThan(2);
    expect(first?.requests[0]).toMatchObject({ body: { model: 'm' }, headers: { authorization: 'Bearer k-1' } });
    expect(second?.requests[0]).toMatchObject({ body: { model: 'other' }, headers: { authorization: 'Bearer k-2' } });
    first?.play(errorReply(500, 'down'));
    second?.play(textReply('up'));
    for (let n = 0; n < 10; n++) expect(answersOf(await run('two'))).toEqual(['up']);
  });

  it.each(['primary', 'back', 'two'])(
    '%s: leaves the provider soon after the client, long before its answer ends',
    async (backend) => {
      [first, second].forEach((model) => model?.play(deltasReply(500, { delayMs: 20 })));
      const leave = new AbortController();
      const answer = await fetch(`${gateway.baseUrl}/responses`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${gateway.key}` },
        body: JSON.stringify({ model: backend, input: 'hi', stream: true }),
        signal: leave.signal,
      });
      const reader = answer.body?.getReader();
      for (let text = ''; !text.includes('output_text.delta');) {
        text = Buffer.from((await reader?.read())?.value ?? new Uint8Array()).toString();
      }
      const left = performance.now();
      leave.abort();
      const [request] = [...(first?.requests ?? []), ...(second?.requests ?? [])];
      await eventually('the provider is left', () => request?.abandonedAt);
      expect(request?.abandonedAt).toBeLessThan(left + 5 * SECONDS);
    },
  );

  it('lets one call run and one wait', async () => {
    first?.play(textReply('slow', { firstDelayMs: 300 }));
    const statuses = await Promise.all(
      [ask('narrow'), ask('narrow'), ask('narrow')].map(async (each) => (await each).status),
    );
    expect(statuses.sort()).toEqual([200, 200, 429]);
  });

  it('leaves a backend alone that fails again and again', async () => {
    first?.play(errorReply(500, 'on fire'));
    for (let n = 0; n < 10; n++) expect((await ask('broken')).status).toBe(502);
    const before = first?.requests.length;
    const turn = await run('broken');
    expect(turn.error?.message).toContain(
      'is left alone after 10 failures in a row; the last one answered HTTP 500: on fire',
    );
    expect(first?.requests).toHaveLength(before ?? 0);
  });

  it('tests a backend with a real call on each deployment', async () => {
    const test = (id: string) => gateway.app.get(ModelGateway).ask(id, DEFAULT_USER.id);
    second?.play(errorReply(401, 'bad key k-2'));
    expect(await test('two')).toMatchObject({
      id: 'two',
      ok: false,
      deployments: [
        { id: 'two', ok: true, error: null },
        {
          id: 'two#2',
          ok: false,
          error: { code: 'upstream_unauthorized', message: 'Backend "two" answered HTTP 401: bad key [key]' },
        },
      ],
    });
    expect(await test('spare')).toMatchObject({ ok: false });
    expect(await test('primary')).toMatchObject({ ok: true });
    await expect(test('nothing')).rejects.toMatchObject({ code: 'backend_not_found' });
  });

  it('takes a changed file over, and keeps the old one when it is broken', async () => {
    const path = join(gateway.dataRoot, 'global_config', 'llm_backends.yaml');
    const changes: string[][] = [];
    const end = gateway.registry.onChange(() => changes.push(gateway.registry.list().map(({ id }) => id)));
    const replace = (text: string): void => {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    };
    const line = `  - {id: fresh, type: vllm, base_url: "${first?.url ?? ''}", model: new-model, aliases: [gpt-4o]}`;
    replace(`backends:\n${line}\n`);
    await eventually('the new file is in force', () => changes.length > 0);
    expect(changes).toEqual([['fresh']]);
    first?.play(textReply('fresh'));
    expect((await ask('gpt-4o')).status).toBe(200);
    expect(first?.requests[0]?.body.model).toBe('new-model');
    replace('backends:\n  - {id: fresh, type: nonsense}\n');
    expect(gateway.registry.reload()).toBe(false);
    expect((await ask('fresh')).status).toBe(200);
    writeFileSync(path, `backends:\n${line.replace('new-model', 'newer')}\n`);
    await eventually('the repaired file is in force', () => gateway.registry.find('fresh')?.model === 'newer');
    end();
  });
});
