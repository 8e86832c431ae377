import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { KeysFixture } from '../../integration/gateway/keys-fixture';
import { textReply } from '../../support/scripted-reply';
import { contractSuite, Probe } from '../support/contract-suite';
import { OUTSIDE } from '../support/world';

const UNKNOWN: readonly (readonly [string, string])[] = [
  ['GET', '/nothing'],
  ['POST', '/nothing'],
  ['GET', '/'],
  ['POST', '/embeddings'],
  ['POST', '/completions'],
  ['GET', '/chat/completions'],
  ['PUT', '/responses'],
  ['DELETE', '/responses'],
  ['PATCH', '/models'],
  ['POST', '/models'],
  ['GET', '/responses/a/b/c'],
  ['DELETE', '/models/demo'],
  ['GET', '/responses/%zz'],
  ['GET', '/%zz'],
];

const unknown = ([method, path]: readonly [string, string]): Probe => ({
  name: `${method} /v1${path}, which is not there, answers in OpenAI's form`,
  run: async (world) => {
    const { baseUrl } = world.gateway;
    const answer = await fetch(`${baseUrl}${path}`, { method, headers: OUTSIDE });
    expect([400, 404, 405]).toContain(answer.status);
    const text = await answer.text();
    expect(JSON.parse(text)).toEqual({
      error: {
        message: expect.stringMatching(/./) as unknown,
        type: 'invalid_request_error',
        param: null,
        code: expect.anything() as unknown,
      },
    });
  },
});

const counted = (model: string): Probe => ({
  name: `POST /v1/responses/input_tokens counts, ${model}`,
  run: async (world) => {
    world.provider.play({ body: { object: 'response.input_tokens', input_tokens: 11 } });
    const answer = await world.post('/responses/input_tokens', { model, input: 'Tell me a joke.' });
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { object: 'response.input_tokens', input_tokens: expect.any(Number) as unknown },
    ]);
  },
});

/** Asks for a model in each way that a program can. */
const asked = (model: string): readonly (readonly [string, string, object?])[] => [
  ['POST', '/responses', { model, input: 'hi' }],
  ['POST', '/responses', { model, input: 'hi', stream: true }],
  ['POST', '/responses/input_tokens', { model, input: 'hi' }],
  ['POST', '/responses/compact', { model, input: 'hi' }],
  ['POST', '/chat/completions', { model, messages }],
  ['POST', '/chat/completions', { model, messages, stream: true }],
  ['GET', `/models/${encodeURIComponent(model)}`],
];

const impossible = (name: string): Probe => ({
  name: `the model ${JSON.stringify(name)}, which would change the address of a provider, is refused in every way`,
  run: async (world) => {
    world.provider.play(textReply('asked all the same'));
    for (const [method, path, body] of asked(`google/${name}`)) {
      const headers = { 'content-type': 'application/json', ...OUTSIDE };
      const url = `${world.gateway.baseUrl}${path}`;
      const answer = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      expect([path, answer.status, await answer.json()]).toMatchObject([
        ...[path, 400],
        { error: { code: 'invalid_request', param: 'model' } },
      ]);
    }
    expect(world.provider.requests).toEqual([]);
  },
});

const messages = [{ role: 'user', content: 'squeezed question' }];
const CODINGS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };
const squeezed = (path: string, coding: keyof typeof CODINGS, model: string): Probe => ({
  name: `a request in ${coding} is taken, ${path}, ${model}`,
  run: async (world) => {
    world.provider.play(textReply('understood'));
    const { baseUrl } = world.gateway;
    const bytes = CODINGS[coding](JSON.stringify({ model, [path === '/responses' ? 'input' : 'messages']: messages }));
    const headers = {
      'content-type': 'application/json',
      'content-encoding': coding,
      ...OUTSIDE,
    };
    const answer = await fetch(`${baseUrl}${path}`, { method: 'POST', headers, body: new Uint8Array(bytes) });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('understood')]);
    expect(world.provider.requests[0]?.lastUserText).toBe('squeezed question');
  },
});

contractSuite(__filename, 'paths and bodies of /v1', {
  probes: [
    ...UNKNOWN.map(unknown),
    ...['../v1/files', 'a..b', 'm?key=x', 'm#x', 'm%2e%2e', 'm\n', 'm\u0000x', ' m', 'm '].map(impossible),
    ...['openai', 'azure', 'openai-compatible', 'anthropic', 'google', 'mistral', 'demo'].map(counted),
    ...['/responses', '/chat/completions'].flatMap((path) =>
      (['gzip', 'deflate', 'br'] as const).flatMap((coding) =>
        ['openai', 'openai-compatible', 'anthropic'].map((model) => squeezed(path, coding, model)),
      ),
    ),
    {
      name: 'a request in a coding that nobody knows is refused in the form of OpenAI',
      run: async (world) => {
        const answer = await world.post('/responses', { model: 'demo', input: 'hi' }, { 'content-encoding': 'zip9' });
        expect(answer.status).toBe(415);
        expect(await answer.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
      },
    },
    {
      name: "GET /v1/models does not count against a key's limit",
      run: async () => {
        const relay = await KeysFixture.start();
        try {
          const { key } = await relay.makeKey({ requestsPerMinute: 1 });
          const headers = { authorization: `Bearer ${key}` };
          for (let count = 0; count < 3; count++) {
            expect((await fetch(`${relay.gateway.baseUrl}/models`, { headers })).status).toBe(200);
          }
          expect((await relay.ask(key)).status).toBe(200);
        } finally {
          await relay.stop();
        }
      },
    },
  ],
});
