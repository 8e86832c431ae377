import OpenAI from 'openai';
import { anthropicError } from '../../support/scripted-anthropic';
import { callsReply, deltasReply, textReply } from '../../support/scripted-reply';
import { ScriptedModel, startScriptedModel } from '../../support/scripted-model';
import { GatewayFixture } from './gateway-fixture';

type Message = OpenAI.Chat.ChatCompletionMessageParam;
type Chunk = OpenAI.Chat.ChatCompletionChunk;

const KEY = 'sk-ant-very-secret-key-1';
const IMAGE = 'data:image/png;base64,iVBORw0KGgo=';
const ask = (content: string): { model: string; messages: Message[] } => ({
  model: 'claude',
  messages: [{ role: 'user', content }],
});
const LOOK = {
  type: 'function',
  function: { name: 'look', parameters: { type: 'object', properties: { at: { type: 'string' } } } },
} as const;
const BOTH = ['left', 'right'].map((at) => ({ name: 'look', arguments: { at } }));

describe('chat completions of a provider with a protocol of its own', () => {
  let model: ScriptedModel;
  let gateway: GatewayFixture;
  let client: OpenAI;

  beforeAll(async () => {
    model = await startScriptedModel();
    const backends = [
      'backends:',
      `  - {id: claude, type: anthropic, base_url: "${model.url}", api_key_env: CLAUDE_KEY, model: c-1}`,
      `  - {id: gemini, type: google, base_url: "${model.url}", api_key_env: CLAUDE_KEY, model: g-1}`,
      '  - {id: demo, type: demo}',
    ];
    gateway = await GatewayFixture.start({ backends: backends.join('\n'), environment: { CLAUDE_KEY: KEY } });
    client = new OpenAI({ baseURL: gateway.baseUrl, apiKey: gateway.key });
  });

  afterAll(async () => {
    await gateway?.stop();
    await model?.stop();
  });

  const chunksOf = async (body: Partial<OpenAI.Chat.ChatCompletionCreateParamsStreaming>): Promise<Chunk[]> => {
    const chunks: Chunk[] = [];
    const stream = await client.chat.completions.create({ ...ask('go'), ...body, stream: true });
    for await (const chunk of stream) chunks.push(chunk);
    return chunks;
  };

  it('streams role, reasoning, text, finish and usage under one id', async () => {
    model.play(deltasReply(2, { reasoning: ['hm'], signature: 's', usage: { input: 10, output: 5, cached: 4 } }));
    const chunks = await chunksOf({ stream_options: { include_usage: true } });
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(chunks[0]).toMatchObject({ object: 'chat.completion.chunk', model: 'claude', usage: null });
    expect(chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta))).toEqual([
      { role: 'assistant', content: '' },
      { reasoning_content: 'hm' },
      { reasoning_details: [{ type: 'reasoning.encrypted', data: expect.any(String) as string }] },
      { content: 'word0 ' },
      { content: 'word1 ' },
      {},
    ]);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, prompt_tokens_details: { cached_tokens: 4 } },
    });
  });

  it('gives each parallel call an index and an id of its own', async () => {
    model.play(callsReply(BOTH, { argumentPieces: 3 }));
    const calls = (await chunksOf({ tools: [LOOK] })).flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
    expect(calls.filter(({ id }) => id !== undefined)).toMatchObject([
      { index: 0, type: 'function', function: { name: 'look' } },
      { index: 1, type: 'function', function: { name: 'look' } },
    ]);
    const said = [0, 1].map((own) =>
      calls.map(({ index, function: called }) => (index === own ? called?.arguments : '')).join(''),
    );
    expect(said).toEqual(['{"at":"left"}', '{"at":"right"}']);
  });

  it('gives the official client complete calls, streaming and not', async () => {
    model.play(callsReply(BOTH, { text: ['so'] }));
    const complete = await client.chat.completions.create({ ...ask('go'), tools: [LOOK] });
    const streamed = await client.chat.completions.stream({ ...ask('go'), tools: [LOOK] }).finalChatCompletion();
    for (const { choices } of [complete, streamed]) {
      expect(choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: 'so' } });
      expect(choices[0]?.message.tool_calls).toMatchObject([
        { type: 'function', function: { name: 'look', arguments: '{"at":"left"}' } },
        { type: 'function', function: { name: 'look', arguments: '{"at":"right"}' } },
      ]);
    }
    expect(complete.usage?.total_tokens).toBe(15);
  });

  it('returns reasoning with its signature, calls and outputs in the next round', async () => {
    model.play(callsReply(BOTH, { reasoning: ['let me look'], signature: 'signed-1' }));
    const first = await client.chat.completions.create({ ...ask('go'), tools: [LOOK] });
    const message = first.choices[0]?.message;
    if (message === undefined) throw new Error('there is no message');
    const outputs = (message.tool_calls ?? []).map(({ id }): Message => ({
      role: 'tool',
      tool_call_id: id,
      content: `saw ${id}`,
    }));
    model.play(textReply('done'));
    await client.chat.completions.create({
      ...ask('go'),
      tools: [LOOK],
      messages: [...ask('go').messages, message, ...outputs],
    });
    const { messages } = model.requests[0]?.body as { messages: { role: string; content: unknown }[] };
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(messages[1]?.content).toMatchObject([
      { type: 'thinking', thinking: 'let me look', signature: 'signed-1' },
      { type: 'tool_use', name: 'look', input: { at: 'left' } },
      { type: 'tool_use', name: 'look', input: { at: 'right' } },
    ]);
    expect(messages[2]?.content).toMatchObject([{ type: 'tool_result' }, { type: 'tool_result' }]);
  });

  it('returns the thought signatures of calls in the next round', async () => {
    model.play(callsReply(BOTH, { signature: 'thought-1' }));
    const request = { ...ask('go'), model: 'gemini', tools: [LOOK] };
    const { choices } = await client.chat.completions.stream(request).finalChatCompletion();
    const first = await client.chat.completions.create(request);
    const message = first.choices[0]?.message;
    expect(choices[0]?.message.tool_calls).toHaveLength(2);
    if (message === undefined) throw new Error('there is no message');
    const outputs = (message.tool_calls ?? []).map(({ id }): Message => ({
      role: 'tool',
      tool_call_id: id,
      content: 'seen',
    }));
    model.play(textReply('done'));
    await client.chat.completions.create({ ...request, messages: [...request.messages, message, ...outputs] });
    const { contents } = model.requests[0]?.body as { contents: { parts: object[] }[] };
    expect(contents[1]?.parts).toMatchObject([
      { functionCall: { name: 'look', args: { at: 'left' } }, thoughtSignature: 'thought-1' },
      { functionCall: { name: 'look', args: { at: 'right' } } },
    ]);
  });

  it('passes system, images, limits, stops and the choice of a tool', async () => {
    model.play(textReply('ok'));
    await client.chat.completions.create({
      model: 'claude/c-2',
      messages: [
        { role: 'system', content: 'be brief' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'see' },
            { type: 'image_url', image_url: { url: IMAGE } },
          ],
        },
      ],
      tools: [LOOK],
      tool_choice: 'required',
      parallel_tool_calls: false,
      ...{ max_completion_tokens: 50, temperature: 0.5, stop: 'END' },
    });
    expect(model.requests[0]?.body).toMatchObject({
      model: 'c-2',
      system: [{ text: 'be brief' }],
      messages: [
        {
          content: [
            { type: 'text', text: 'see' },
            { type: 'image', source: { data: 'iVBORw0KGgo=' } },
          ],
        },
      ],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      ...{ max_tokens: 50, temperature: 0.5, stop_sequences: ['END'] },
    });
  });

  it('has length and content_filter as finish reasons', async () => {
    model.play([textReply('cut', { finishReason: 'max_tokens' }), textReply('no', { finishReason: 'refusal' })]);
    for (const reason of ['length', 'content_filter']) {
      const { choices } = await client.chat.completions.create(ask('go'));
      expect(choices[0]?.finish_reason).toBe(reason);
    }
  });

  it.each([
    [{ logprobs: true }, 'logprobs'],
    [{ messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }] }, 'messages[0].content[0]'],
    [
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
      'messages[0].content[0].image_url',
    ],
    [{ messages: [{ role: 'function', name: 'x', content: 'y' }] }, 'messages[0].role'],
  ])('refuses %j, which it could only lose', async (body, param) => {
    model.play(textReply('ok'));
    const answer = await gateway.post('/chat/completions', { ...ask('go'), ...body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { type: 'invalid_request_error', param } });
    expect(model.requests).toHaveLength(0);
  });

  it('sends failures with a status before the first chunk, and as an event after it', async () => {
    model.play(anthropicError(401, 'authentication_error', `bad key ${KEY}`));
    const refused = client.chat.completions.create({ ...ask('go'), stream: true });
    await expect(refused).rejects.toMatchObject({ status: 401 });
    await expect(refused).rejects.toThrow('bad key [key]');
    model.play(deltasReply(5, { fault: { kind: 'close', afterFrames: 5 } }));
    const answer = await gateway.post('/chat/completions', { ...ask('go'), stream: true });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toMatch(
      /data: \{"error":\{"message":"Backend \\"claude\\" broke off its answer".*\n\n$/,
    );
  });

  it('asks the demo model, for JSON of a schema too', async () => {
    const hello = await client.chat.completions.create({ ...ask('hello'), model: 'demo' });
    expect(hello.choices[0]?.message).toMatchObject({
      role: 'assistant',
      content: expect.stringContaining('Hello') as string,
    });
    expect(hello.choices[0]?.message).toHaveProperty('reasoning_content');
    const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] };
    const parsed = await client.chat.completions.parse({
      ...ask('anything'),
      model: 'demo',
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema, strict: true } },
    });
    expect(parsed.choices[0]?.message.parsed).toMatchObject({ a: expect.any(Number) as number });
  });
});
