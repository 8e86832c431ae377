import OpenAI from 'openai';
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { RelayClient } from '../support/relay-client';
import { faultsInStream, type StreamEvent } from '../support/responses-stream-check';
import { startScriptedModel, type ScriptedModel } from '../support/scripted-model';
import { deltasReply, textReply } from '../support/scripted-reply';
import { RelayService } from '../support/service';

const TOKEN = 'a-token-of-the-operator';
const DEMO = 'agent/minimal/demo';
/** A template that lets the agent ask. */
const ASKING = 'agent/python_dev/demo';

describe('the agent as a model of the OpenAI API', () => {
  let model: ScriptedModel;
  let service: RelayService;
  let relay: RelayClient;
  let openai: OpenAI;

  const clientOf = (apiKey: string): OpenAI => new OpenAI({ baseURL: `${service.url}/v1`, apiKey, maxRetries: 0 });
  const tokenFor = async (scope: string): Promise<string> => {
    const { body } = await relay.request<{ token: string }>('POST', '/api/v1/tokens', { name: scope, scopes: [scope] });
    return body.token;
  };
  const connect = async (): Promise<void> => {
    relay = new RelayClient(service.url, TOKEN);
    openai = clientOf(await tokenFor('chat'));
  };
  const chats = async (): Promise<number> =>
    (await relay.request<{ data: unknown[] }>('GET', '/api/v1/chats?limit=500')).body.data.length;
  const complete = async (messages: ChatCompletionMessageParam[], headers = {}, name = DEMO) => {
    const { data, response } = await openai.chat.completions
      .create({ model: name, messages }, { headers })
      .withResponse();
    return { text: data.choices[0]?.message.content ?? '', data, chatId: response.headers.get('x-chat-id') ?? '' };
  };
  const user = (content: string): ChatCompletionMessageParam => ({ role: 'user', content });
  const assistant = (content: string): ChatCompletionMessageParam => ({ role: 'assistant', content });

  beforeAll(async () => {
    model = await startScriptedModel();
    service = await RelayService.start({
      modelUrl: model.url,
      operatorToken: TOKEN,
      environment: {
        CODEX_POOL_SIZE: '1',
        SECURITY_METHOD: 'Token',
        ACCESS_TOKEN: TOKEN,
        PUBLIC_URL: 'https://relay.test',
        // Else nothing is asked for that leaves the sandbox.
        CODEX_SANDBOX_MODE_MAX: 'danger-full-access',
      },
    });
    await connect();
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
  });

  it('is listed for callers that may use it, and refuses keys and tokens that may not in the form of OpenAI', async () => {
    const listed = (await openai.models.list()).data.map(({ id }) => id);
    expect(listed).toEqual(expect.arrayContaining(['agent', 'agent/minimal', DEMO]));
    expect(listed).not.toContain('demo');
    expect(await openai.models.retrieve(DEMO)).toMatchObject({ id: DEMO, object: 'model' });
    await expect(openai.chat.completions.create({ model: 'demo', messages: [user('hi')] })).rejects.toMatchObject({
      ...{ status: 403, code: 'model_not_allowed' },
    });
    const models = clientOf(await tokenFor('gateway'));
    expect((await models.models.list()).data.map(({ id }) => id)).not.toContain('agent');
    const { body } = await relay.request<{ key: string }>('POST', '/api/v1/admin/gateway-keys', { name: 'test' });
    for (const client of [models, clientOf(body.key)]) {
      await expect(client.responses.create({ model: 'agent', input: 'hi' })).rejects.toMatchObject({
        ...{ status: 403, code: 'permission_denied', type: 'permission_error' },
      });
    }
    await expect(clientOf(await tokenFor('read')).models.list()).rejects.toMatchObject({ status: 403 });
  });

  it('streams reasoning, commands and text of a chat completion, with the usage at the end', async () => {
    const stream = await openai.chat.completions.create({
      ...{ model: DEMO, stream: true, stream_options: { include_usage: true } },
      messages: [{ role: 'system', content: 'Be brief.' }, user('run: echo from-the-agent')],
    });
    let [text, reasoning] = ['', ''];
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const { choices, usage: used } of stream) {
      const delta = choices[0]?.delta as { content?: string; reasoning_content?: string } | undefined;
      text += delta?.content ?? '';
      reasoning += delta?.reasoning_content ?? '';
      usage = used ?? usage;
    }
    expect(reasoning).toContain('The user wants me to run');
    expect(text).toContain('```console\n$ echo from-the-agent\nfrom-the-agent\n```');
    expect(text).toMatch(/exit code \*\*0\*\*/);
    expect(usage?.total_tokens).toBeGreaterThan(0);
  });

  it('continues by X-Chat-Id and by the history that clients send along, and branches off where that was edited', async () => {
    const before = await chats();
    model.play(({ lastUserText, index }) => textReply(`answer ${index} to ${lastUserText.slice(-12)}`));
    const say = (messages: ChatCompletionMessageParam[], headers = {}) => complete(messages, headers, 'agent/minimal');
    const first = await say([user('remember this')]);
    const second = await say([user('more')], { 'x-chat-id': first.chatId });
    expect(second.chatId).toBe(first.chatId);
    const history = [user('remember this'), assistant(first.text), user('more'), assistant(second.text)];
    const third = await say([
      { role: 'system', content: `It is ${new Date().toISOString()}` },
      ...history,
      user('third'),
    ]);
    expect(third.chatId).toBe(first.chatId);
    const edited = await say([...history, user('third, in other words')]);
    expect(edited.chatId).not.toBe(first.chatId);
    expect(await relay.chat(edited.chatId)).toMatchObject({ parentId: first.chatId });
    const goesOn = await say([...history, user('third, in other words'), assistant(edited.text), user('and on')]);
    expect(goesOn.chatId).toBe(edited.chatId);
    expect(await chats()).toBe(before + 2);
    const unknown = await say([user('another start'), assistant('nothing of ours'), user('go on')]);
    expect(await relay.chat(unknown.chatId)).toMatchObject({ title: 'go on', parentId: null });
    const told = JSON.stringify(model.requests.at(-1)?.messages);
    expect(told).toContain('Assistant: nothing of ours');
    const again = await say([
      user('another start'),
      assistant('nothing of ours'),
      user('go on'),
      assistant(unknown.text),
      user('x'),
    ]);
    expect(again.chatId).toBe(unknown.chatId);
  });

  it('asks for an approval with a link, and takes the answer in words of the next message', async () => {
    const file = join(service.dataRoot, 'approved-in-words');
    const asked = await complete([user(`approve: touch ${file}`)], {}, ASKING);
    expect(asked.data.choices[0]?.finish_reason).toBe('stop');
    expect(asked.text).toContain(`touch ${file}`);
    expect(asked.text).toContain(`https://relay.test/#/chats/${asked.chatId}`);
    const history = [user(`approve: touch ${file}`), assistant(asked.text)];
    const unclear = await complete([...history, user('what do you mean by that?')]);
    expect(unclear.text).toContain('needs your approval');
    const done = await complete([...history, user('what do you mean by that?'), assistant(unclear.text), user('Yes.')]);
    expect([done.chatId, existsSync(file)]).toEqual([asked.chatId, true]);
    expect(done.text).toContain('exit code **0**');
    expect(await relay.turns(asked.chatId)).toHaveLength(1);
  });

  it('keeps the answer open for an approval that is given elsewhere where a header says so, and refuses other values', async () => {
    const file = join(service.dataRoot, 'approved-elsewhere');
    const request = { model: ASKING, messages: [user(`approve: touch ${file}`)] };
    const open = openai.chat.completions.create(
      { ...request, stream: true },
      { headers: { 'x-agent-approvals': 'wait' } },
    );
    const { data, response } = await open.withResponse();
    const chatId = response.headers.get('x-chat-id') ?? '';
    const asked = await eventually('the agent asks', async () => (await relay.approvals(chatId))[0]);
    expect(existsSync(file)).toBe(false);
    await relay.answer(asked.id, 'accept');
    let [text, reason]: [string, string | null | undefined] = ['', null];
    for await (const { choices } of data) {
      text += choices[0]?.delta.content ?? '';
      reason = choices[0]?.finish_reason ?? reason;
    }
    expect([reason, existsSync(file)]).toEqual(['stop', true]);
    expect(text).toContain('exit code **0**');
    await expect(
      openai.chat.completions.create(request, { headers: { 'x-agent-approvals': 'never' } }),
    ).rejects.toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('answers over the Responses API: events that conform, items of the API by a header, and previous_response_id', async () => {
    const events: StreamEvent[] = [];
    const input = [{ role: 'user' as const, content: [{ type: 'input_text' as const, text: 'run: echo native' }] }];
    const stream = await openai.responses.create({ model: DEMO, input, stream: true });
    for await (const event of stream) events.push(event as unknown as StreamEvent);
    const isKnown = (fault: string): boolean => !fault.includes('conversation');
    expect(faultsInStream(events).filter(isKnown)).toEqual([]);
    const { id } = events[0]?.response as { id: string };
    const first = await openai.responses.create(
      { model: DEMO, input: 'run: echo native', previous_response_id: id },
      { headers: { 'x-agent-items': 'native' } },
    );
    expect(first.output.map(({ type }) => type)).toEqual([
      ...['reasoning', 'shell_call', 'shell_call_output', 'reasoning', 'message'],
    ]);
    expect(first.output_text).toContain('exit code **0**');
    const conversation = (first as unknown as { conversation: { id: string } }).conversation.id;
    const { data, response } = await openai.responses
      .create({ model: DEMO, input: 'hello', conversation })
      .withResponse();
    expect(data.usage?.total_tokens).toBeGreaterThan(0);
    expect(await relay.turns(response.headers.get('x-chat-id') ?? '')).toHaveLength(3);
    await expect(
      openai.responses.create({ model: DEMO, input: 'x', previous_response_id: `resp_${'0'.repeat(32)}` }),
    ).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' });
  });

  it('fails in the form of OpenAI, with the code of the turn, and makes no chat for what it refuses', async () => {
    const before = await chats();
    const picture = { type: 'image_url' as const, image_url: { url: 'https://example.com/a.png' } };
    await expect(complete([{ role: 'user', content: [picture] }])).rejects.toMatchObject({
      ...{ status: 400, code: 'invalid_content' },
    });
    await expect(complete([user('hi')], {}, 'agent/no-such-template')).rejects.toMatchObject({ status: 404 });
    expect(await chats()).toBe(before);
    model.play({ status: 400, error: { error: { message: 'filtered', code: 'content_filter', type: 'x' } } });
    await expect(complete([user('hi')], {}, 'agent/minimal')).rejects.toMatchObject({
      status: 400,
      code: 'content_filter',
    });
    const failed = openai.responses.stream({ model: 'agent/minimal', input: 'hi' });
    const types: string[] = [];
    for await (const { type } of failed) types.push(type);
    expect(types.at(-1)).toBe('response.failed');
  });

  it('stops the turn of a client that leaves, and goes on after the service was killed in the middle of an answer', async () => {
    model.play(deltasReply(200, { delayMs: 50 }));
    const begin = async (content: string) => {
      const { data, response } = await openai.chat.completions
        .create({ model: 'agent/minimal', stream: true, messages: [user(content)] })
        .withResponse();
      return { data, chatId: response.headers.get('x-chat-id') ?? '' };
    };
    const left = await begin('first');
    for await (const { choices } of left.data) if (choices[0]?.delta.content) break;
    await eventually('the turn is stopped', async () => (await relay.turns(left.chatId))[0]?.status === 'interrupted');

    const cut = await begin('to be cut');
    let shown = '';
    const reading = (async () => {
      for await (const { choices } of cut.data) {
        shown += choices[0]?.delta.content ?? '';
        if (shown.length > 50) await service.kill();
      }
    })();
    await expect(reading).rejects.toThrow();
    await service.restart();
    await connect();
    model.play(textReply('back again'));
    const { chatId, text } = await complete([user('to be cut'), assistant(shown), user('go on')], {}, 'agent/minimal');
    expect([chatId, text]).toEqual([cut.chatId, 'back again']);
  });
});
