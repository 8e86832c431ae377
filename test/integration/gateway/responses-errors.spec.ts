import { APIError } from 'openai';
import { BREAK_AFTER_FAILURES } from '../../../src/gateway/routing/deployments';
import { MAX_REQUEST_BYTES } from '../../../src/gateway/wire/http/request-body';
import { announceBody } from '../../support/announced-body';
import { deltasReply, errorReply, textReply } from '../../support/scripted-reply';
import { faultsIn } from '../../support/responses-schema';
import { ResponsesFixture } from './responses-fixture';

type Json = Readonly<Record<string, unknown>>;

describe('what the Responses API refuses and how it fails', () => {
  let api: ResponsesFixture;

  beforeAll(async () => {
    api = await ResponsesFixture.start({ idleTimeoutSeconds: 2 });
  });
  afterAll(() => api?.stop());

  const FORGED = { type: 'input_image', image_url: 'data:image/png;base64,R0lGODlhAQ==' };
  const user = (content: unknown): Json => ({ input: [{ role: 'user', content }] });
  const WRONG: [string, Json][] = [
    ['input', { input: undefined }],
    ['input', { input: 5 }],
    ['input[0].role', { input: [{ role: 'robot', content: 'x' }] }],
    ['input[0].content', { input: [{ role: 'user' }] }],
    ['input[0].content[0].type', user([{ type: 'smell' }])],
    ['input[0].content[0].text', user([{ type: 'input_text' }])],
    ['input[0].content[0].image_url', user([{ type: 'input_image', image_url: 5 }])],
    ['input[0].content[0].image_url', user([FORGED])],
    ['input[0].output[0].image_url', { input: [{ type: 'function_call_output', call_id: 'c', output: [FORGED] }] }],
    ['input[0].call_id', { input: [{ type: 'function_call', name: 'f', arguments: '{}' }] }],
    ['input[0].arguments', { input: [{ type: 'function_call', call_id: 'c', name: 'f', arguments: {} }] }],
    ['input[0].output', { input: [{ type: 'function_call_output', call_id: 'c' }] }],
    ['input', { input: [{ type: 'function_call_output', call_id: 'never', output: 'x' }] }],
    ['input', { input: [{ type: 'item_reference', id: 'msg_none' }] }],
    ['input[0].content[0].type', user([{ type: 'constructor' }])],
    ['model', { model: 5 }],
    ['temperature', { temperature: 3 }],
    ['top_p', { top_p: 'high' }],
    ['max_output_tokens', { max_output_tokens: 0 }],
    ['top_logprobs', { top_logprobs: 21 }],
    ['store', { store: 'yes' }],
    ['stream', { stream: 'yes' }],
    ['metadata', { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, 'v'])) }],
    ['metadata.k', { metadata: { k: 5 } }],
    ['truncation', { truncation: 'some' }],
    ['reasoning.effort', { reasoning: { effort: 'enormous' } }],
    ['text.format.name', { text: { format: { type: 'json_schema', schema: {} } } }],
    ['text.format.type', { text: { format: { type: 'xml' } } }],
    ['tools', { tools: 'f' }],
    ['tools[0].name', { tools: [{ type: 'function' }] }],
    ['tools[0].name', { tools: [{ type: 'function', name: 'a b' }] }],
    ['tools[0].type', { tools: [{ type: 'web_search' }] }],
    ['tool_choice', { tool_choice: 'sometimes' }],
    ['tool_choice', { tool_choice: { type: 'function', name: 'absent' } }],
    ['conversation', { conversation: 'conv_1' }],
    ['background', { background: true }],
    ['previous_response_id', { previous_response_id: 'resp_none' }],
  ];

  it.each(WRONG)('names %s of %j', async (param, body) => {
    for (const stream of [false, true]) {
      const answer = await api.request('POST', '/responses', { model: 'scripted', input: 'hi', stream, ...body });
      const error = (await answer.json()) as { error: Json };
      expect([answer.status, error.error.param]).toEqual([400, param]);
      expect(error.error.type).toBe('invalid_request_error');
      expect(faultsIn('httpError', error)).toEqual([]);
    }
  });

  it('refuses a picture whose bytes are not of its type, from the codex of a user, too', async () => {
    const headers = { authorization: 'Bearer any', 'x-codex-turn-metadata': '{}' };
    const answer = await api.gateway.post('/responses', { model: 'scripted', ...user([FORGED]) }, headers);
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: 'invalid_image' } }]);
  });

  it.each(['{"model": "scripted", ', 'text', '"a text"', '', '[1]'])('refuses the body %j', async (body) => {
    const answer = await api.request('POST', '/responses', body);
    expect(answer.status).toBe(400);
    expect(faultsIn('httpError', await answer.json())).toEqual([]);
  });

  it.each(['/responses', '/responses/compact'])(
    'refuses a body of %s that is not compressed as it says',
    async (path) => {
      const headers = { authorization: 'Bearer any', 'content-encoding': 'gzip' };
      const answer = await api.gateway.post(path, { model: 'scripted', input: 'hi' }, headers);
      const error = (await answer.json()) as { error: Json };
      expect([answer.status, error]).toMatchObject([400, { error: { code: 'invalid_body' } }]);
      expect(faultsIn('httpError', error)).toEqual([]);
    },
  );

  it('refuses a body that is too large', async () => {
    const { baseUrl } = api.gateway;
    for (const path of ['/responses', '/chat/completions']) {
      const { status, body } = await announceBody(baseUrl + path, MAX_REQUEST_BYTES + 1);
      expect([status, body]).toMatchObject([413, { error: { code: 'request_too_large' } }]);
      expect(faultsIn('httpError', body)).toEqual([]);
    }
  });

  it('takes no name that every object has for a kind of item', async () => {
    api.model.play(textReply('hello'));
    const answer = await api.request('POST', '/responses', { model: 'scripted', input: [{ type: 'constructor' }] });
    expect(answer.status).toBe(200);
  });

  it('does not count a file that a provider cannot be given as an outage of the provider', async () => {
    const file = { type: 'input_file', filename: 'a.zip', file_data: 'data:application/zip;base64,UEsDBAo=' };
    for (let n = 0; n < BREAK_AFTER_FAILURES; n++) {
      const answer = await api.request('POST', '/responses', { model: 'scripted', ...user([file]) });
      const { error } = (await answer.json()) as { error: Json };
      expect([answer.status, error.code]).toEqual([400, 'upstream_error']);
      expect(error.message).toContain('cannot take the request');
    }
    api.model.play(textReply('hello'));
    expect((await api.request('POST', '/responses', { model: 'scripted', input: 'hi' })).status).toBe(200);
  });

  it.each([true, false])('fails with an HTTP status before the first event, streamed: %s', async (stream) => {
    const failures: [number, number][] = [
      [400, 400],
      [401, 401],
      [404, 404],
      [429, 429],
      [500, 502],
      [503, 502],
    ];
    for (const [upstream, expected] of failures) {
      for (const model of ['scripted', 'native']) {
        api.model.play(errorReply(upstream, 'the words of the provider', { headers: { 'retry-after': '7' } }));
        const answer = await api.request('POST', '/responses', { model, input: 'hi', stream });
        expect([upstream, model, answer.status]).toEqual([upstream, model, expected]);
        const error: unknown = await answer.json();
        expect(JSON.stringify(error)).toContain('the words of the provider');
        expect(faultsIn('httpError', error)).toEqual([]);
        if (upstream === 429) expect(answer.headers.get('retry-after')).toBe('7');
      }
    }
  });

  it.each([true, false])('fails with the error that comes with HTTP 200, streamed: %s', async (stream) => {
    const failures: [unknown, number, string][] = [
      [{ error: { message: 'no money left', code: 402 } }, 402, 'usage_limit_exceeded'],
      [{ error: { message: 'no money left', code: 'insufficient_quota' } }, 502, 'insufficient_quota'],
      [{ detail: 'welcome' }, 502, 'upstream_error'],
    ];
    for (const [body, status, code] of failures) {
      api.model.play({ body });
      const answer = await api.request('POST', '/responses', { model: 'native', input: 'hi', stream });
      expect([answer.status, await answer.json()]).toMatchObject([status, { error: { code } }]);
    }
  });

  it('lets the official client repeat what is worth it', async () => {
    for (const stream of [false, true]) {
      api.model.play([errorReply(503, 'hiccup'), errorReply(500, 'hiccup'), textReply('at last')]);
      const client = api.client('any', 2);
      const text = stream
        ? (await client.responses.stream({ model: 'scripted', input: 'hi' }).finalResponse()).output_text
        : (await client.responses.create({ model: 'scripted', input: 'hi' })).output_text;
      expect(text).toBe('at last');
      expect(api.model.requests).toHaveLength(3);
    }
    api.model.play(errorReply(400, 'no'));
    await expect(api.client('any', 2).responses.create({ model: 'scripted', input: 'hi' })).rejects.toThrow(APIError);
    expect(api.model.requests).toHaveLength(1);
  });

  it('fails with 404 for a model that does not exist, and 401 for a key of ours that does not', async () => {
    const unknown = await api.request('POST', '/responses', { model: 'nothing', input: 'hi', stream: true });
    expect([unknown.status, await unknown.json()]).toMatchObject([
      404,
      { error: { code: 'model_not_found', param: 'model' } },
    ]);
    const wrong = await api.request('POST', '/responses', { model: 'scripted', input: 'hi' }, 'crk-wrong');
    expect([wrong.status, await wrong.json()]).toMatchObject([401, { error: { code: 'invalid_api_key' } }]);
  });

  it('fails with response.failed after the first output', async () => {
    for (const fault of ['abort', 'close'] as const) {
      api.model.play(deltasReply(6, { fault: { kind: fault, afterFrames: 4 } }));
      const events = await api.events({});
      expect(events.at(-1)).toMatchObject({
        type: 'response.failed',
        response: { status: 'failed', error: { code: 'upstream_error' }, usage: null },
      });
    }
  });

  it('fails a stalled answer after the idle time', async () => {
    api.model.play(deltasReply(6, { fault: { kind: 'stall', afterFrames: 4 } }));
    const events = await api.events({});
    expect(events.at(-1)?.response).toMatchObject({ error: { code: 'upstream_unavailable' } });
  });

  it('leaves the provider when the client leaves a request that does not stream', async () => {
    api.model.play(deltasReply(500, { delayMs: 20 }));
    const leave = new AbortController();
    const answer = api.client().responses.create({ model: 'scripted', input: 'hi' }, { signal: leave.signal });
    while (api.model.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    leave.abort();
    const left = performance.now();
    await expect(answer).rejects.toThrow();
    while (api.model.requests[0]?.abandonedAt === undefined && performance.now() - left < 5_000) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(api.model.requests[0]?.abandonedAt).toBeLessThan(left + 5_000);
  });
});
