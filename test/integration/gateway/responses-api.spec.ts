import OpenAI from 'openai';
import { callsReply, deltasReply, errorReply, textReply } from '../../support/scripted-reply';
import { ScriptedModel, startScriptedModel } from '../../support/scripted-model';
import { GatewayFixture } from './gateway-fixture';

type Json = Record<string, unknown>;
interface Event extends Json {
  type: string;
  sequence_number: number;
  item?: Json;
  item_id?: string;
  response?: Json;
}

const TOOL = { type: 'function', name: 'look', parameters: { type: 'object', properties: {} } } as const;

/** Required by https://www.openresponses.org/openapi/openapi.json, schema ResponseResource. */
const RESPONSE_FIELDS =
  'id object created_at completed_at status incomplete_details model previous_response_id instructions output error tools tool_choice truncation parallel_tool_calls text top_p presence_penalty frequency_penalty top_logprobs temperature reasoning usage max_output_tokens max_tool_calls store background service_tier metadata safety_identifier prompt_cache_key';

describe('the Responses API over a chat completions backend', () => {
  let model: ScriptedModel;
  let gateway: GatewayFixture;

  beforeAll(async () => {
    model = await startScriptedModel();
    const backend = `{id: scripted, type: openai-compatible, base_url: "${model.url}", model: scripted-1}`;
    gateway = await GatewayFixture.start({ backends: `backends: [${backend}]` });
  });

  afterAll(async () => {
    await gateway?.stop();
    await model?.stop();
  });

  const events = async (body: Json = {}): Promise<Event[]> => {
    const answer = await gateway.post('/responses', { model: 'scripted', input: 'hi', stream: true, ...body });
    const frames = (await answer.text()).trim().split('\n\n');
    return frames.map((frame) => JSON.parse(frame.replace(/^event: \S+\ndata: /, '')) as Event);
  };

  it('sends the complete sequence of events for reasoning, text and a call', async () => {
    model.play(callsReply([{ name: 'look', arguments: {} }], { reasoning: ['hm'], text: ['a', 'b'], delayMs: 100 }));
    const sent = await events({ tools: [TOOL] });
    expect(sent.map(({ type }) => type.replace('response.', ''))).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_item.added',
      'function_call_arguments.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'function_call_arguments.done',
      'output_item.done',
      'completed',
    ]);
    expect(sent.map(({ sequence_number }) => sequence_number)).toEqual(sent.map((_, index) => index));
  });

  it('gives every item one id for ever, and no two items the same', async () => {
    model.play(deltasReply(3, { reasoning: ['x'] }));
    const [first, second] = [await events(), await events()];
    const idsOf = (sent: Event[]): string[] => [
      ...new Set(sent.flatMap(({ item, item_id }) => (item?.id as string) ?? item_id ?? [])),
    ];
    expect(idsOf(first)).toHaveLength(2);
    expect(new Set([...idsOf(first), ...idsOf(second)]).size).toBe(4);
    const output = first.at(-1)?.response?.output as Json[];
    expect(output.map(({ id }) => id)).toEqual(idsOf(first));
    expect(output.map(({ status }) => status)).toEqual(['completed', 'completed']);
  });

  it('fills every required field of the response in every state', async () => {
    model.play(textReply('hi', { usage: { input: 7, output: 3, cached: 2, reasoning: 1 } }));
    const sent = await events({ tools: [TOOL], instructions: 'be brief', metadata: { a: 'b' } });
    const responses = sent.flatMap(({ response }) => (response === undefined ? [] : [response]));
    expect(responses).toHaveLength(3);
    for (const response of responses)
      expect(Object.keys(response)).toEqual(expect.arrayContaining(RESPONSE_FIELDS.split(' ')));
    expect(responses.at(-1)).toMatchObject({
      status: 'completed',
      instructions: 'be brief',
      metadata: { a: 'b' },
      usage: {
        input_tokens: 7,
        input_tokens_details: { cached_tokens: 2 },
        output_tokens: 3,
        output_tokens_details: { reasoning_tokens: 1 },
        total_tokens: 10,
      },
    });
  });

  it('serves the official client, streaming and not', async () => {
    const client = new OpenAI({ baseURL: gateway.baseUrl, apiKey: gateway.key });
    model.play(deltasReply(5));
    const complete = await client.responses.create({ model: 'scripted/other-model', input: 'hi' });
    expect(complete.output_text).toBe('word0 word1 word2 word3 word4 ');
    expect(model.requests[0]?.body.model).toBe('other-model');
    const stream = client.responses.stream({ model: 'scripted', input: 'hi' });
    expect((await stream.finalResponse()).output_text).toBe(complete.output_text);
  });

  it('sends each delta as soon as it comes', async () => {
    model.play(deltasReply(5, { delayMs: 40 }));
    const answer = await gateway.post('/responses', { model: 'scripted', input: 'hi', stream: true });
    const arrivals: number[] = [];
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      if (Buffer.from(chunk).includes('output_text.delta')) arrivals.push(performance.now());
    }
    expect(arrivals.length).toBeGreaterThanOrEqual(4);
    expect((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(100);
  });

  it('leaves the provider as soon as the client leaves', async () => {
    model.play(deltasReply(500, { delayMs: 20 }));
    const leave = new AbortController();
    const answer = await fetch(`${gateway.baseUrl}/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${gateway.key}` },
      body: JSON.stringify({ model: 'scripted', input: 'hi', stream: true }),
      signal: leave.signal,
    });
    await answer.body?.getReader().read();
    const left = performance.now();
    leave.abort();
    while (model.requests[0]?.abandonedAt === undefined && performance.now() - left < 5_000) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(model.requests[0]?.abandonedAt).toBeLessThan(left + 5_000);
  });

  it('answers errors in the form of OpenAI', async () => {
    const wrong = await fetch(`${gateway.baseUrl}/models`, { headers: { authorization: 'Bearer crk-nonsense' } });
    expect(wrong.status).toBe(401);
    expect(await wrong.json()).toEqual({
      error: {
        message: 'The bearer key is missing or not known here.',
        type: 'authentication_error',
        param: null,
        code: 'invalid_api_key',
      },
    });
    const unknown = await gateway.post('/responses', { model: 'nothing', input: 'hi' });
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({
      error: { param: 'model', code: 'model_not_found' },
    });
    const bad = await gateway.post('/responses', { model: 'scripted', input: 5 });
    expect(bad.status).toBe(400);
    expect(await bad.json()).toMatchObject({ error: { param: 'input', type: 'invalid_request_error' } });
    model.play(errorReply(402, 'Insufficient Balance'));
    const broke = await gateway.post('/responses', { model: 'scripted', input: 'hi' });
    expect(broke.status).toBe(402);
    expect(await broke.json()).toMatchObject({ error: { code: 'usage_limit_exceeded' } });
  });

  it('lists its models', async () => {
    const headers = { authorization: `Bearer ${gateway.key}` };
    const list = await (await fetch(`${gateway.baseUrl}/models`, { headers })).json();
    expect(list).toMatchObject({
      object: 'list',
      data: [{ id: 'scripted', object: 'model', owned_by: 'openai-compatible' }],
    });
    expect((await fetch(`${gateway.baseUrl}/models/scripted`, { headers })).status).toBe(200);
    expect((await fetch(`${gateway.baseUrl}/models/other`, { headers })).status).toBe(404);
  });
});
