import { callsReply, deltasReply, textReply } from '../../support/scripted-reply';
import { faultsIn } from '../../support/responses-schema';
import { ResponsesFixture } from './responses-fixture';

type Json = Readonly<Record<string, unknown>>;

describe('a native Responses backend for clients outside the service', () => {
  let api: ResponsesFixture;

  beforeAll(async () => {
    api = await ResponsesFixture.start();
  });
  afterAll(() => api?.stop());

  const NATIVE = { model: 'native', input: 'hi' };
  const eventsOf = async (body: Json): Promise<Json[]> => {
    const answer = await api.request('POST', '/responses', { ...NATIVE, ...body, stream: true });
    const frames = (await answer.text()).trim().split('\n\n');
    // Behind a failure there is no mark of a good end.
    if (!frames.at(-1)?.startsWith('event: response.failed')) expect(frames.pop()).toBe('data: [DONE]');
    return frames.map((frame) => JSON.parse(frame.replace(/^event: \S+\ndata: /, '')) as Json);
  };

  it('gets every field of the response, whatever the provider leaves out', async () => {
    api.model.play(deltasReply(3, { reasoning: ['hm'] }));
    const events = await eventsOf({ metadata: { a: 'b' } });
    for (const { type, response } of events) {
      if (['response.created', 'response.completed'].includes(String(type))) {
        expect(faultsIn('response', response)).toEqual([]);
        expect(response).toMatchObject({ id: 'resp_0', store: true, metadata: { a: 'b' } });
      }
    }
    const items = events.flatMap(({ item }) => (item === undefined ? [] : [item as Json]));
    expect(items.map(({ status }) => status)).toEqual(['in_progress', 'completed', 'in_progress', 'completed']);
    const complete: unknown = await (await api.request('POST', '/responses', NATIVE)).json();
    expect(faultsIn('response', complete)).toEqual([]);
  });

  it('is sent the complete conversation, and is not asked to keep anything', async () => {
    const client = api.client();
    api.model.play([callsReply([{ name: 'look', arguments: {} }], { reasoning: ['hm'] }), textReply('seen')]);
    const tools = [{ type: 'function' as const, name: 'look', parameters: { type: 'object' }, strict: false }];
    const reasoning = { effort: 'low' as const };
    const first = await client.responses.create({ model: 'native', input: 'look', tools, reasoning });
    const call = first.output.find(({ type }) => type === 'function_call') as { call_id: string };
    const second = await client.responses.create({
      ...{ model: 'native', tools, previous_response_id: first.id },
      input: [{ type: 'function_call_output', call_id: call.call_id, output: 'a wall' }],
    });
    expect(second).toMatchObject({ output_text: 'seen', previous_response_id: first.id, store: true });
    const [, request] = api.model.requests;
    expect(api.model.requests[0]?.body).toMatchObject({ store: false, include: ['reasoning.encrypted_content'] });
    expect(request?.body).toMatchObject({ store: false });
    expect(request?.body).not.toHaveProperty('previous_response_id');
    expect(request?.messages).toEqual([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'look' }] },
      { type: 'reasoning', id: 'rs_0', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: 'sealed-0' },
      { type: 'function_call', call_id: call.call_id, name: 'look', arguments: '{}' },
      { type: 'function_call_output', call_id: call.call_id, output: 'a wall' },
    ]);
    expect((await client.responses.retrieve(second.id)).output_text).toBe('seen');
  });

  it('is continued by another backend', async () => {
    const client = api.client();
    api.model.play([textReply('native'), textReply('translated')]);
    const first = await client.responses.create({ ...NATIVE });
    await client.responses.create({ model: 'scripted', input: 'go on', previous_response_id: first.id });
    expect(api.model.requests[1]?.messages).toEqual([
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: 'native' },
      { role: 'user', content: 'go on' },
    ]);
  });

  it('ends in response.failed when its stream breaks off, with what was finished', async () => {
    for (const kind of ['abort', 'close'] as const) {
      api.model.play(deltasReply(6, { reasoning: ['hm'], fault: { kind, afterFrames: 5 } }));
      const events = await eventsOf({});
      expect(events.at(-1)).toMatchObject({
        type: 'response.failed',
        response: {
          id: 'resp_0',
          status: 'failed',
          output: [{ type: 'reasoning' }],
          error: { code: expect.stringMatching(/^upstream_/) as string },
        },
      });
      expect(faultsIn('response', events.at(-1)?.response)).toEqual([]);
    }
  });

  it('keeps tools that only it has', async () => {
    api.model.play(textReply('found'));
    const tools = [{ type: 'web_search' }];
    expect((await api.request('POST', '/responses', { ...NATIVE, tools })).status).toBe(200);
    expect(api.model.requests[0]?.body.tools).toEqual(tools);
  });
});
