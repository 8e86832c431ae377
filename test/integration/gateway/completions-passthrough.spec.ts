import { setTimeout as delay } from 'node:timers/promises';
import OpenAI from 'openai';
import { callsReply, deltasReply, textReply } from '../../support/scripted-reply';
import { ScriptedModel } from '../../support/scripted-model';
import { ASK, COMPLETIONS_KEY, CompletionsFixture } from './completions-fixture';
import { GatewayFixture } from './gateway-fixture';

const IMAGE = 'data:image/png;base64,iVBORw0KGgo=';
const LOOK = {
  type: 'function',
  function: { name: 'look', parameters: { type: 'object', properties: { at: { type: 'string' } } } },
} as const;

describe('chat completions passed through', () => {
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

  describe('the request', () => {
    it('arrives as it was sent, with the model and the key of the backend', async () => {
      model.play(textReply('ok'));
      const body =
        '{"temperature":0.50, "model" : "scripted", "messages":[{"role":"user","content":"\\u00e9"}],"x_own":{"a":1e3}}';
      const answer = await fetch(`${gateway.baseUrl}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.key}` },
        body,
      });
      expect(answer.status).toBe(200);
      expect(chat.sentBody).toEqual({ ...(JSON.parse(body) as object), model: 'scripted-1' });
      expect(model.requests[0]?.path).toBe('/v1/chat/completions');
      expect(model.requests[0]?.headers.authorization).toBe(`Bearer ${COMPLETIONS_KEY}`);
    });

    it.each([
      ['scripted/other-model', 'other-model'],
      ['scripted/org/model', 'org/model'],
      ['native', 'gpt'],
    ])('for %s names the model %s', async (requested, sent) => {
      model.play(textReply('ok'));
      await client.chat.completions.create({ ...ASK, model: requested });
      expect(chat.sentBody.model).toBe(sent);
    });

    it('carries images, tools, the choice of one, a JSON schema and the limits', async () => {
      model.play(textReply('{}'));
      const request: OpenAI.Chat.ChatCompletionCreateParamsNonStreaming = {
        ...ASK,
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'see' },
              { type: 'image_url', image_url: { url: IMAGE } },
            ],
          },
        ],
        tools: [LOOK],
        tool_choice: { type: 'function', function: { name: 'look' } },
        response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' }, strict: true } },
        ...{ stop: ['a', 'b'], temperature: 0.2, max_tokens: 5, top_p: 0.5, seed: 7, n: 1, parallel_tool_calls: false },
      };
      await client.chat.completions.create(request);
      expect(chat.sentBody).toEqual({ ...request, model: 'scripted-1' });
    });

    it('asks a stream for its usage in any case, but a provider that refuses the option', async () => {
      model.play(textReply('ok'));
      await raw({ stream: true });
      expect(chat.sentBody.stream_options).toEqual({ include_usage: true });
      model.play(textReply('ok'));
      await raw({ model: 'mistral', stream: true, stream_options: { include_usage: true } });
      expect(chat.sentBody).not.toHaveProperty('stream_options');
    });

    it.each([
      [{ n: 0 }, 'n'],
      [{ temperature: 3 }, 'temperature'],
      [{ stop: 5 }, 'stop'],
      [{ max_tokens: 0 }, 'max_tokens'],
      [{ tools: [{ type: 'function' }] }, 'tools'],
      [{ tool_choice: 'perhaps' }, 'tool_choice'],
      [{ response_format: { type: 'json_schema' } }, 'response_format'],
      [{ stream_options: { include_usage: true } }, 'stream_options'],
      [{ messages: [] }, 'messages'],
      [{ messages: null }, 'messages'],
      [{ messages: [{ role: 'robot', content: 'x' }] }, 'messages'],
    ])('with %j is refused with the name of the field', async (body, param) => {
      model.play(textReply('ok'));
      const answer = await gateway.post('/chat/completions', { ...ASK, ...body });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { type: 'invalid_request_error', param } });
      expect(model.requests).toHaveLength(0);
    });

    it('that is no JSON, or for no model, is refused', async () => {
      const post = (body: string): Promise<Response> =>
        fetch(`${gateway.baseUrl}/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
          body,
        });
      expect((await post('{"model":')).status).toBe(400);
      const unknown = await post(JSON.stringify({ ...ASK, model: 'nothing' }));
      expect(unknown.status).toBe(404);
      expect(await unknown.json()).toMatchObject({ error: { param: 'model', code: 'model_not_found' } });
    });
  });

  describe('the answer', () => {
    it('comes complete, with reasoning and usage', async () => {
      model.play(textReply('hello', { reasoning: ['hm'], usage: { input: 7, output: 3, cached: 2, reasoning: 1 } }));
      const { choices, usage } = await client.chat.completions.create(ASK);
      expect(choices[0]).toMatchObject({
        message: { content: 'hello', reasoning_content: 'hm' },
        finish_reason: 'stop',
      });
      expect(usage).toMatchObject({ prompt_tokens: 7, total_tokens: 10 });
    });

    it('streams byte for byte as the provider sent it', async () => {
      model.play(deltasReply(5, { reasoning: ['x'] }));
      const direct = await fetch(`${model.url}/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ ...ASK, stream: true, stream_options: { include_usage: true } }),
      });
      const expected = (await direct.text()).replaceAll('chat-0', 'chat-1');
      expect(await raw({ stream: true, stream_options: { include_usage: true } })).toBe(expected);
    });

    it('streams without a chunk of usage to a client that did not ask for one', async () => {
      model.play(deltasReply(3));
      const chunks: OpenAI.Chat.ChatCompletionChunk[] = [];
      for await (const chunk of await client.chat.completions.create({ ...ASK, stream: true })) chunks.push(chunk);
      expect(chunks.every(({ choices }) => choices.length === 1)).toBe(true);
      expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('word0 word1 word2 ');
    });

    it('serves the stream helper of the official client, interleaved parallel calls included', async () => {
      const calls = ['left', 'right'].map((at) => ({ name: 'look', arguments: { at } }));
      model.play(callsReply(calls, { text: ['so '], argumentPieces: 4, interleaved: true }));
      const stream = client.chat.completions.stream({
        ...ASK,
        tools: [LOOK],
        stream_options: { include_usage: true },
      });
      const { choices, usage } = await stream.finalChatCompletion();
      expect(choices[0]?.finish_reason).toBe('tool_calls');
      const made = choices[0]?.message.tool_calls?.map((call) =>
        call.type === 'function' ? call.function.arguments : '',
      );
      expect(made).toEqual(['{"at":"left"}', '{"at":"right"}']);
      expect(usage?.total_tokens).toBe(15);
    });

    it('is parsed by the official client where it fits a schema', async () => {
      model.play(textReply('{"answer": 42}'));
      const format = {
        type: 'json_schema',
        json_schema: { name: 'x', strict: true, schema: { type: 'object' } },
      } as const;
      const { choices } = await client.chat.completions.parse({ ...ASK, response_format: format });
      expect(choices[0]?.message.parsed).toEqual({ answer: 42 });
    });

    it('leaves in pieces as it comes', async () => {
      model.play(deltasReply(5, { delayMs: 40 }));
      const answer = await gateway.post('/chat/completions', { ...ASK, stream: true });
      const arrivals: number[] = [];
      const pieces = answer.body as unknown as AsyncIterable<Uint8Array>;
      for await (const { length } of pieces) if (length > 0) arrivals.push(performance.now());
      expect(arrivals.length).toBeGreaterThanOrEqual(5);
      expect((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(150);
    });

    it('waits for a slow client without losing a byte', async () => {
      model.play({ text: Array.from({ length: 200 }, (_, index) => String(index % 10).repeat(100_000)) });
      const answer = await gateway.post('/chat/completions', { ...ASK, stream: true });
      await delay(500);
      const text = await answer.text();
      expect(text.match(/"content":"(\d)\1{99999}"/g)).toHaveLength(200);
      expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    });

    it('ends a stream that the provider did not mark as ended', async () => {
      const chunk = {
        id: 'c',
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
      };
      model.play({ chunks: [chunk], fault: { kind: 'close', afterFrames: 1 } });
      expect(await raw({ stream: true })).toMatch(/"finish_reason":"stop".*\n\ndata: \[DONE\]\n\n$/);
    });
  });
});
