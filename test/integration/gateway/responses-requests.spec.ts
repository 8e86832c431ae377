import { callsReply, deltasReply, ScriptedReply, textReply } from '../../support/scripted-reply';
import { faultsIn } from '../../support/responses-schema';
import { ResponsesFixture } from './responses-fixture';

type Json = Readonly<Record<string, unknown>>;

const LOOK = {
  type: 'function' as const,
  name: 'look',
  parameters: { type: 'object', properties: { at: { type: 'string' } } },
  strict: false,
};
const PATCH = { type: 'custom' as const, name: 'patch', description: 'Changes a file.' };
const PIXEL = 'data:image/png;base64,iVBORw0KGgo=';

describe('the Responses API for clients outside the service', () => {
  let api: ResponsesFixture;

  beforeAll(async () => {
    api = await ResponsesFixture.start();
  });
  afterAll(() => api?.stop());

  const CASES: [string, ScriptedReply, Json][] = [
    ['text', deltasReply(3), {}],
    ['an empty answer', textReply(''), {}],
    [
      'reasoning and text',
      textReply('so', { reasoning: ['hm', 'ah'] }),
      { reasoning: { effort: 'low', summary: 'auto' } },
    ],
    ['a call', callsReply([{ name: 'look', arguments: { at: 'x' } }], { argumentPieces: 3 }), { tools: [LOOK] }],
    [
      'interleaved parallel calls',
      callsReply(
        [1, 2].map((n) => ({ name: 'look', arguments: { at: `${n}` } })),
        { argumentPieces: 4, interleaved: true },
      ),
      { tools: [LOOK], parallel_tool_calls: true },
    ],
    ['a custom tool', callsReply([{ name: 'patch', arguments: { input: '*** p' } }]), { tools: [PATCH] }],
    ['a cut answer', textReply('half an', { finishReason: 'length' }), { max_output_tokens: 16 }],
    ['a cut thought', { reasoning: ['half a'], finishReason: 'length' }, { max_output_tokens: 16 }],
    ['a filtered answer', textReply('unspeak', { finishReason: 'content_filter' }), {}],
    ['no usage', textReply('x', { usage: null }), {}],
    [
      'every field',
      textReply('{"a":1}'),
      {
        ...{ instructions: 'be brief', metadata: { a: 'b' }, temperature: 0.5, top_p: 0.5, user: 'u', store: false },
        ...{ presence_penalty: 1, frequency_penalty: -1, truncation: 'auto', tools: [LOOK, PATCH] },
        tool_choice: { type: 'allowed_tools', tools: [{ type: 'function', name: 'look' }] },
        text: { format: { type: 'json_schema', name: 's', schema: { type: 'object' } }, verbosity: 'low' },
        ...{ max_tool_calls: 3, safety_identifier: 's', prompt_cache_key: 'k', service_tier: 'auto', top_logprobs: 0 },
        ...{ include: ['reasoning.encrypted_content'], parallel_tool_calls: false, max_output_tokens: 1000 },
      },
    ],
    [
      'nulls',
      textReply('x'),
      {
        ...{ instructions: null, tools: null, tool_choice: null, metadata: null, text: null, temperature: null },
        ...{ top_p: null, reasoning: null, previous_response_id: null, max_output_tokens: null, user: null },
      },
    ],
  ];

  it.each(CASES)('conforms for %s, streamed', async (_, reply, body) => {
    api.model.play(reply);
    await api.events(body);
  });

  it.each(CASES)('conforms for %s, not streamed', async (_, reply, body) => {
    api.model.play(reply);
    const answer = await api.request('POST', '/responses', { model: 'scripted', input: 'hi', ...body });
    expect(answer.status).toBe(200);
    expect(faultsIn('response', await answer.json())).toEqual([]);
  });

  it('repeats the request in the response', async () => {
    api.model.play(textReply('x'));
    const response = await api.client().responses.create({
      ...{ model: 'scripted', input: 'hi', instructions: 'be brief', metadata: { a: 'b' }, temperature: 0.5 },
      tools: [LOOK],
      tool_choice: { type: 'function', name: 'look' },
    });
    expect(response).toMatchObject({
      ...{ instructions: 'be brief', metadata: { a: 'b' }, temperature: 0.5, store: true, model: 'scripted' },
      tools: [{ ...LOOK, description: null }],
      tool_choice: { type: 'function', name: 'look' },
    });
  });

  it('reports what is incomplete of an answer at its longest', async () => {
    api.model.play(textReply('half an', { finishReason: 'length' }));
    const [last] = (await api.events({ max_output_tokens: 16 })).slice(-1);
    expect(last?.response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      completed_at: null,
      output: [{ type: 'message', status: 'incomplete', content: [{ text: 'half an' }] }],
    });
  });

  it.each([true, false])('keeps what there was of a filtered answer, streamed: %s', async (stream) => {
    api.model.play(textReply('unspeak', { finishReason: 'content_filter' }));
    const complete = async (): Promise<unknown> =>
      (await api.request('POST', '/responses', { model: 'scripted', input: 'hi' })).json();
    const response = stream ? (await api.events({})).at(-1)?.response : await complete();
    expect(response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'content_filter' },
      output: [{ content: [{ text: 'unspeak' }] }],
    });
  });

  it('sends instructions, images, the penalties and the JSON schema to the model', async () => {
    api.model.play(textReply('{"a":1}'));
    await api.client().responses.create({
      ...{ model: 'scripted', instructions: 'be brief', presence_penalty: 1, frequency_penalty: -1 },
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'see' },
            { type: 'input_image', image_url: PIXEL, detail: 'auto' },
          ],
        },
        { role: 'assistant', content: 'a pixel', phase: 'final_answer' },
        { role: 'user', content: 'more' },
      ],
      text: { format: { type: 'json_schema', name: 's', schema: { type: 'object' }, strict: true } },
    } as Parameters<ReturnType<ResponsesFixture['client']>['responses']['create']>[0]);
    const [{ body } = { body: {} }] = api.model.requests;
    expect(body).toMatchObject({
      ...{ presence_penalty: 1, frequency_penalty: -1, model: 'scripted-1' },
      messages: [
        { role: 'system', content: 'be brief' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'see' },
            { type: 'image_url', image_url: { url: PIXEL } },
          ],
        },
        { role: 'assistant', content: 'a pixel' },
        { role: 'user', content: 'more' },
      ],
      response_format: { type: 'json_schema', json_schema: { name: 's', strict: true, schema: { type: 'object' } } },
    });
  });

  it('serves the stream and the parse helpers of the official client', async () => {
    api.model.play(deltasReply(4, { reasoning: ['hm'] }));
    const stream = api.client().responses.stream({ model: 'scripted', input: 'hi' });
    let text = '';
    stream.on('response.output_text.delta', ({ delta }) => (text += delta));
    const final = await stream.finalResponse();
    expect(final.output_text).toBe('word0 word1 word2 word3 ');
    expect(text).toBe(final.output_text);
    api.model.play(textReply('{"city":"Paris"}'));
    const format = {
      type: 'json_schema' as const,
      name: 'place',
      schema: { type: 'object', properties: { city: { type: 'string' } } },
      strict: true,
      $brand: 'auto-parseable-response-format' as const,
      $parseRaw: (content: string) => JSON.parse(content) as { city: string },
    };
    const parsed = await api.client().responses.parse({ model: 'scripted', input: 'where', text: { format } });
    expect(parsed.output_parsed).toEqual({ city: 'Paris' });
  });

  it('lists and reads its models', async () => {
    const { data } = await api.client().models.list();
    expect(data.map(({ id, object }) => [id, object])).toEqual([
      ['scripted', 'model'],
      ['native', 'model'],
    ]);
    expect(await api.client().models.retrieve('scripted')).toMatchObject({ id: 'scripted', object: 'model' });
    expect(await api.client().models.retrieve('scripted/org/m')).toMatchObject({ id: 'scripted/org/m' });
    expect((await api.request('GET', '/models/scripted/org/m')).status).toBe(200);
    await expect(api.client().models.retrieve('nothing')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
  });
});
