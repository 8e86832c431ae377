import { Database } from '../../../src/database/database';
import { GatewayKeys } from '../../../src/gateway/accounts/gateway-keys';
import { DEFAULT_USER } from '../../../src/auth/principal';
import { UserEntity } from '../../../src/auth/user.entity';
import { STORED_RESPONSES, StoredResponse } from '../../../src/gateway/responses-api/stored/stored-response.entity';
import { StoredResponsesShare } from '../../../src/gateway/responses-api/stored/stored-responses-share';
import { UnwrittenResponses } from '../../../src/gateway/responses-api/stored/unwritten-responses';
import { eventually } from '../../support/eventually';
import { callsReply, textReply } from '../../support/scripted-reply';
import { faultsIn } from '../../support/responses-schema';
import { faultsInStream, StreamEvent } from '../../support/responses-stream-check';
import { ResponsesFixture } from './responses-fixture';

type Json = Readonly<Record<string, unknown>>;

const LOOK = { type: 'function' as const, name: 'look', parameters: { type: 'object' }, strict: false };

describe('responses that a client stores', () => {
  let api: ResponsesFixture;
  let database: Database;

  beforeAll(async () => {
    api = await ResponsesFixture.start({ storedResponsesMbPerUser: 1 });
    database = api.gateway.app.get(Database);
  });
  afterAll(() => api?.stop());

  /** A key of a user of its own. */
  async function keyOfNewUser(id: string): Promise<string> {
    const user = { id, displayName: id, createdAt: new Date().toISOString() };
    await database.write((tx) => tx.insert(UserEntity, user));
    const settings = {
      name: id,
      models: null,
      requestsPerMinute: null,
      tokensPerMinute: null,
      budgetMicros: null,
      enabled: true,
      expiresAt: null,
    };
    const keys = api.gateway.app.get(GatewayKeys);
    const { secret } = await keys.create(id, { ...settings, budgetPeriod: 'month' });
    return secret;
  }

  const lastMessages = (): readonly Json[] => api.model.requests.at(-1)?.messages ?? [];

  it('continue a conversation by previous_response_id, turn after turn', async () => {
    const client = api.client();
    api.model.play(({ index }) => textReply(`answer ${index}`));
    const first = await client.responses.create({ model: 'scripted', input: 'one', instructions: 'be brief' });
    const second = await client.responses.create({ model: 'scripted', input: 'two', previous_response_id: first.id });
    expect(second.previous_response_id).toBe(first.id);
    const stream = client.responses.stream({ model: 'scripted', input: 'three', previous_response_id: second.id });
    const third = await stream.finalResponse();
    expect(third.output_text).toBe('answer 2');
    expect(lastMessages()).toEqual([
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'answer 0' },
      { role: 'user', content: 'two' },
      { role: 'assistant', content: 'answer 1' },
      { role: 'user', content: 'three' },
    ]);
    expect(faultsIn('response', await client.responses.retrieve(third.id))).toEqual([]);
  });

  it('continue after a tool call, the reasoning with it, by reference or by the call alone', async () => {
    const client = api.client();
    api.model.play([callsReply([{ name: 'look', arguments: {} }], { reasoning: ['hm'] }), textReply('seen')]);
    const first = await client.responses.create({ model: 'scripted', input: 'look', tools: [LOOK] });
    const call = first.output.find(({ type }) => type === 'function_call') as { call_id: string; id: string };
    await client.responses.create({
      ...{ model: 'scripted', tools: [LOOK], previous_response_id: first.id },
      input: [{ type: 'function_call_output', call_id: call.call_id, output: 'a wall' }],
    });
    expect(lastMessages()).toMatchObject([
      { role: 'user', content: 'look' },
      { role: 'assistant', reasoning_content: 'hm', tool_calls: [{ id: call.call_id, function: { name: 'look' } }] },
      { role: 'tool', tool_call_id: call.call_id, content: 'a wall' },
    ]);
  });

  it('are read as they were answered, and as a stream', async () => {
    api.model.play(callsReply([{ name: 'look', arguments: { a: 1 } }], { reasoning: ['hm'], text: ['so ', 'what'] }));
    const body = { model: 'scripted', input: 'hi', tools: [LOOK], metadata: { a: 'b' } };
    const answer: unknown = await (await api.request('POST', '/responses', body)).json();
    const { id } = answer as { id: string };
    const read: unknown = await (await api.request('GET', `/responses/${id}`)).json();
    expect(read).toEqual(answer);
    expect(faultsIn('response', read)).toEqual([]);
    const frames = (await (await api.request('GET', `/responses/${id}?stream=true`)).text()).trim().split('\n\n');
    expect(frames.pop()).toBe('data: [DONE]');
    const events = frames.map((frame) => JSON.parse(frame.replace(/^event: \S+\ndata: /, '')) as StreamEvent);
    expect(faultsInStream(events)).toEqual([]);
    for (const after of ['abc', '-1', '']) {
      const refused = await api.request('GET', `/responses/${id}?stream=true&starting_after=${after}`);
      expect([refused.status, await refused.json()]).toMatchObject([400, { error: { param: 'starting_after' } }]);
    }
    const streamed = api.client().responses.stream({ response_id: id, starting_after: 3 });
    expect((await streamed.finalResponse()).id).toBe(id);
  });

  it('are answered also where they cannot be kept', async () => {
    api.model.play(textReply('hello'));
    const part = `{"type":"input_text","text":"hi","extra":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    const body = `{"model":"scripted","input":[{"type":"message","role":"user","content":[${part}]}]}`;
    const answer = await api.request('POST', '/responses', body);
    expect([answer.status, await answer.json()]).toMatchObject([200, { status: 'completed' }]);
  });

  it('list what they were made from, page by page', async () => {
    const client = api.client();
    api.model.play(textReply('x'));
    const input = Array.from({ length: 5 }, (_, n) => ({ role: 'user' as const, content: `say ${n}` }));
    const { id } = await client.responses.create({ model: 'scripted', input });
    const page: unknown = await (await api.request('GET', `/responses/${id}/input_items?limit=2`)).json();
    expect(faultsIn('itemPage', page)).toEqual([]);
    expect(page).toMatchObject({ object: 'list', has_more: true, data: [{ content: [{ text: 'say 4' }] }, {}] });
    const texts: unknown[] = [];
    for await (const item of client.responses.inputItems.list(id, { limit: 2, order: 'asc' })) {
      texts.push((item as unknown as { content: { text: string }[] }).content[0]?.text);
    }
    expect(texts).toEqual(['say 0', 'say 1', 'say 2', 'say 3', 'say 4']);
    for (const query of ['limit=0', 'order=up', 'after=msg_none']) {
      expect((await api.request('GET', `/responses/${id}/input_items?${query}`)).status).toBe(400);
    }
  });

  it('are gone once they are deleted, and can then be neither read nor continued', async () => {
    const client = api.client();
    api.model.play(textReply('x'));
    const { id } = await client.responses.create({ model: 'scripted', input: 'hi' });
    const deleted = await api.request('DELETE', `/responses/${id}`);
    expect([deleted.status, await deleted.json()]).toEqual([200, { id, object: 'response', deleted: true }]);
    await expect(client.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
    await expect(client.responses.inputItems.list(id)).rejects.toMatchObject({ status: 404 });
    await expect(client.responses.delete(id)).rejects.toMatchObject({ status: 404 });
    const next = client.responses.create({ model: 'scripted', input: 'hi', previous_response_id: id });
    await expect(next).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' });
  });

  it('are found by an item of theirs, also when the newest of those that have it is deleted', async () => {
    const client = api.client();
    api.model.play(textReply('remember-me'));
    const first = await client.responses.create({ model: 'scripted', input: 'hi' });
    const second = await client.responses.create({ model: 'scripted', input: 'on', previous_response_id: first.id });
    const named = { type: 'item_reference' as const, id: first.output[0]?.id ?? '' };
    const again = (): Promise<unknown> => client.responses.create({ model: 'scripted', input: [named], store: false });
    const unwritten = api.gateway.app.get(UnwrittenResponses);
    await eventually('both are written', () => unwritten.find(DEFAULT_USER.id, second.id) === undefined);
    const scan = jest.spyOn(database.read, 'createQueryBuilder');
    await again();
    expect(scan).not.toHaveBeenCalledWith(StoredResponse, 'stored');
    await client.responses.delete(second.id);
    await again();
    expect(JSON.stringify(api.model.requests.at(-1)?.body)).toContain('remember-me');
    await client.responses.delete(first.id);
    await expect(again()).rejects.toMatchObject({ status: 400 });
    scan.mockRestore();
  });

  it('are not kept when the client does not want it', async () => {
    api.model.play(textReply('x'));
    const response = await api.client().responses.create({ model: 'scripted', input: 'hi', store: false });
    expect(response).toMatchObject({ store: false });
    await expect(api.client().responses.retrieve(response.id)).rejects.toMatchObject({ status: 404 });
  });

  it('are out of reach for every other user, and for codex', async () => {
    const [ann, bob] = [api.client(await keyOfNewUser('ann')), api.client(await keyOfNewUser('bob'))];
    api.model.play(textReply('secret'));
    const { id } = await ann.responses.create({ model: 'scripted', input: 'hi' });
    expect((await ann.responses.retrieve(id)).id).toBe(id);
    for (const other of [bob, api.client(), api.client(api.gateway.key)]) {
      await expect(other.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
      await expect(other.responses.delete(id)).rejects.toMatchObject({ status: 404 });
      await expect(other.responses.inputItems.list(id)).rejects.toMatchObject({ status: 404 });
      const next = other.responses.create({ model: 'scripted', input: 'hi', previous_response_id: id });
      await expect(next).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' });
    }
    expect((await ann.responses.retrieve(id)).id).toBe(id);
  });

  it('outlive the process that made them', async () => {
    api.model.play(textReply('x'));
    const { id } = await api.client().responses.create({ model: 'scripted', input: 'hi' });
    await database.write(() => Promise.resolve(), STORED_RESPONSES);
    expect(await database.read.existsBy(StoredResponse, { userId: 'default', id })).toBe(true);
  });

  it('stay within the share of their user, the oldest going first', async () => {
    const client = api.client(await keyOfNewUser('hoarder'));
    api.model.play(textReply('x'));
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) {
      ids.push((await client.responses.create({ model: 'scripted', input: 'x'.repeat(300_000) })).id);
    }
    await database.write(() => Promise.resolve(), STORED_RESPONSES);
    await api.gateway.app.get(StoredResponsesShare).sweep();
    const left = await database.read.findBy(StoredResponse, { userId: 'hoarder' });
    expect(left.map(({ id }) => id).sort()).toEqual(ids.slice(2).sort());
    const { id } = await client.responses.create({ model: 'scripted', input: 'x'.repeat(1_200_000) });
    await expect(client.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
  });

  it('end with their time', async () => {
    api.model.play(textReply('x'));
    const { id } = await api.client().responses.create({ model: 'scripted', input: 'hi' });
    await database.write(() => Promise.resolve(), STORED_RESPONSES);
    const createdAt = new Date(Date.now() - 31 * 86_400_000).toISOString();
    await database.write((tx) => tx.update(StoredResponse, { userId: 'default', id }, { createdAt }));
    await expect(api.client().responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
    await api.gateway.app.get(StoredResponsesShare).deleteOld();
    expect(await database.read.existsBy(StoredResponse, { userId: 'default', id })).toBe(false);
  });
});
