import { UsageQueryDto } from '../../../src/admin/usage.dto';
import { UsageView } from '../../../src/admin/usage-view';
import { newId } from '../../../src/common/ids';
import { Database } from '../../../src/database/database';
import { instanceCaller, openCaller } from '../../../src/gateway/wire/gateway-caller';
import { SessionRoute, SessionRoutes } from '../../../src/gateway/routing/session-routes';
import { CallMeter } from '../../../src/gateway/accounts/call-meter';
import { CallStart } from '../../../src/gateway/accounts/metered-call';
import { ModelCallEntity } from '../../../src/gateway/accounts/model-call.entity';
import { insert } from '../../../src/database/rows';
import { newUser, UserEntity } from '../../../src/auth/user.entity';
import { ScriptedModel, startScriptedModel } from '../../support/scripted-model';
import { errorReply, textReply } from '../../support/scripted-reply';
import { KeysFixture } from './keys-fixture';

interface UsagePage {
  readonly data: Record<string, unknown>[];
  readonly nextCursor: string | null;
}

describe('the usage of models', () => {
  let model: ScriptedModel;
  let relay: KeysFixture;
  const route: SessionRoute = { chatId: newId(), userId: 'alice', backendId: 'priced', model: null };

  beforeAll(async () => {
    model = await startScriptedModel();
    const price = 'price: {input: 1.25, cached: 0.125, output: 10}';
    const priced = `{id: priced, type: openai-compatible, base_url: "${model.url}", model: m1, max_retries: 1, ${price}}`;
    const dear = `{id: dear, type: openai-compatible, base_url: "${model.url}", model: m2, max_retries: 0, fallbacks: [priced], price: {input: 10, output: 10}}`;
    relay = await KeysFixture.start({ backends: `backends: [${priced}, ${dear}, {id: demo, type: demo}]` });
    const alice = { id: 'alice', displayName: 'Alice', createdAt: new Date().toISOString() };
    await relay.gateway.app.get(Database).write(insert(UserEntity, newUser(alice)));
    relay.gateway.app.get(SessionRoutes).bind('thread-1', route);
  });
  beforeEach(async () => {
    await relay.gateway.app.get(Database).write((tx) => tx.clear(ModelCallEntity));
    model.play(textReply('hi', { usage: { input: 1000, cached: 400, output: 50, reasoning: 20 } }));
  });
  afterAll(async () => {
    await relay?.stop();
    await model?.stop();
  });

  const rows = async (): Promise<ModelCallEntity[]> => {
    await relay.booked();
    return relay.gateway.app.get(Database).read.find(ModelCallEntity, { order: { id: 'ASC' } });
  };
  const usage = async (query: string): Promise<UsagePage> =>
    (await relay.api<UsagePage>('GET', `/api/v1/usage?${query}`)).body;
  const asCodex = (body: object = {}): Promise<Response> =>
    relay.gateway.post('/responses', { model: 'priced', input: 'hi', prompt_cache_key: 'thread-1', ...body });

  it('has a row for each call, booked by the thread to chat, user and backend', async () => {
    await (await asCodex({ stream: true })).text();
    await (await asCodex()).text();
    const [streamed, complete] = await rows();
    for (const row of [streamed, complete]) {
      expect(row).toMatchObject({
        ...{ userId: 'alice', chatId: route.chatId, threadId: 'thread-1', keyId: null, endpoint: 'responses' },
        ...{ backend: 'priced', model: 'm1', deployment: 'priced', fallbackFrom: null, retries: 0 },
        ...{ inputTokens: 1000, cachedTokens: 400, outputTokens: 50, reasoningTokens: 20, costMicros: 1300 },
        ...{ status: 'ok', errorCode: null },
      });
    }
    expect(streamed?.firstOutputMs).toBeGreaterThanOrEqual(0);
    expect(streamed?.durationMs).toBeGreaterThanOrEqual(streamed?.firstOutputMs ?? 0);
  });

  it('books calls of a key to its owner and its key, whatever thread they name', async () => {
    const { key, id } = await relay.makeKey({ userId: 'alice' });
    const headers = { authorization: `Bearer ${key}`, 'x-codex-turn-metadata': '{"thread_id":"thread-1"}' };
    await (await relay.gateway.post('/responses', { model: 'demo', input: 'hi' }, headers)).text();
    await (
      await relay.gateway.post('/responses', { model: 'demo', input: 'hi', prompt_cache_key: 'thread-1' }, headers)
    ).text();
    const found = await rows();
    expect(found).toHaveLength(2);
    for (const row of found) expect(row).toMatchObject({ userId: 'alice', keyId: id, chatId: null, backend: 'demo' });
  });

  it('has chat completions too', async () => {
    const { key, id } = await relay.makeKey();
    const body = { model: 'priced', messages: [{ role: 'user', content: 'hi' }] };
    const headers = { authorization: `Bearer ${key}` };
    await (await relay.gateway.post('/chat/completions', body, headers)).text();
    await (await relay.gateway.post('/chat/completions', { ...body, stream: true }, headers)).text();
    const found = await rows();
    expect(found).toHaveLength(2);
    for (const row of found) {
      expect(row).toMatchObject({ keyId: id, endpoint: 'chat.completions', inputTokens: 1000, costMicros: 1300 });
    }
    expect((await relay.api('GET', `/api/v1/admin/gateway-keys/${id}`)).body).toMatchObject({ spent: 0.0026 });
  });

  it('has failed calls, with their code and their retries', async () => {
    model.play(errorReply(500, 'broken'));
    await (await asCodex({ stream: true })).text();
    const [row] = await rows();
    expect(row).toMatchObject({ status: 'failed', retries: 1, inputTokens: 0, firstOutputMs: null });
    expect(row?.errorCode).toMatch(/^upstream_/);
  });

  it('prices an attempt that failed as its own backend does, whoever answers in the end', async () => {
    const usage = { prompt_tokens: 1000, completion_tokens: 0, total_tokens: 1000 };
    const events = [{ id: 'c', choices: [], usage }, { error: { message: 'overloaded', code: 'overloaded' } }];
    const broken = { frames: events.map((event) => `data: ${JSON.stringify(event)}\n\n`) };
    const answer = textReply('hi', { usage: { input: 1000, cached: 400, output: 50, reasoning: 20 } });
    model.play(({ body }) => (body.model === 'm2' ? broken : answer));
    const answered = await asCodex({ model: 'dear', stream: true, prompt_cache_key: 'no-thread' });
    expect(await answered.text()).toContain('response.completed');
    const [row] = await rows();
    expect(row).toMatchObject({ backend: 'priced', model: 'm1', fallbackFrom: 'dear', inputTokens: 2000 });
    expect(row?.costMicros).toBe(10_000 + 1300);
  });

  it('is summed up by any of the groups', async () => {
    await (await asCodex()).text();
    await (await asCodex()).text();
    await relay.ask(undefined, 'demo');
    await relay.booked();
    const today = new Date().toISOString().slice(0, 10);
    const priced = { calls: 2, inputTokens: 2000, cachedInputTokens: 800, outputTokens: 100, cost: 0.0026 };

    expect((await usage('')).data).toEqual([expect.objectContaining({ day: today, calls: 3, unpricedCalls: 1 })]);
    expect(await usage('groupBy=user,backend')).toMatchObject({
      data: [
        { userId: 'alice', backend: 'priced', ...priced, reasoningOutputTokens: 40, totalTokens: 2100 },
        { userId: 'default', backend: 'demo', calls: 1, cost: 0 },
      ],
      nextCursor: null,
    });
    expect((await usage('groupBy=chat')).data).toMatchObject([{ chatId: null }, { chatId: route.chatId, ...priced }]);
    expect((await usage(`groupBy=day&chatId=${route.chatId}`)).data).toMatchObject([priced]);
    expect((await usage('groupBy=day,model&userId=alice')).data).toMatchObject([{ model: 'm1', ...priced }]);
    expect((await usage('groupBy=day&from=2020-01-01&to=2020-02-01')).data).toEqual([]);
  });

  it('is summed up by the days and months of a time zone, whatever its clocks do', async () => {
    await asCodex();
    const [call] = await rows();
    const at = [
      ...['2026-03-28T22:59:59.999Z', '2026-03-28T23:00:00.000Z', '2026-03-29T21:59:59.999Z'],
      ...['2026-03-29T22:00:00.000Z', '2026-03-31T22:00:00.000Z'],
    ];
    const calls = at.map((moment) => ({ ...call, id: newId(), at: moment }) as ModelCallEntity);
    const database = relay.gateway.app.get(Database);
    await database.write((tx) => tx.clear(ModelCallEntity));
    await database.write(insert(ModelCallEntity, calls));
    const counted = async (query: string, name: string): Promise<unknown[][]> =>
      (await usage(query)).data.map((row) => [row[name], row.calls]);
    const berlin = 'timeZone=Europe/Berlin&from=2026-03-28&to=2026-04-02';
    expect(await counted(berlin, 'day')).toEqual([
      ...[
        ['2026-03-28', 1],
        ['2026-03-29', 2],
        ['2026-03-30', 1],
        ['2026-04-01', 1],
      ],
    ]);
    expect(await counted(`groupBy=month&${berlin}`, 'month')).toEqual([
      ['2026-03', 4],
      ['2026-04', 1],
    ]);
    expect(await counted('groupBy=month&from=2026-03-01&to=2026-05-01', 'month')).toEqual([['2026-03', 5]]);
    expect(await counted('from=2026-03-29&to=2026-03-30&timeZone=Europe/Berlin', 'day')).toEqual([['2026-03-29', 2]]);
    const first = await usage(`${berlin}&limit=2`);
    expect(await counted(`${berlin}&cursor=${first.nextCursor}`, 'day')).toEqual([
      ['2026-03-30', 1],
      ['2026-04-01', 1],
    ]);
    expect(await counted('timeZone=America/New_York&from=2025-04-02&to=2026-04-02', 'day')).toHaveLength(3);
  });

  it('is listed page by page, sums and calls alike', async () => {
    await (await asCodex()).text();
    await relay.ask(undefined, 'demo');
    await relay.booked();
    const first = await usage('groupBy=chat,user&limit=1');
    expect(first.data).toMatchObject([{ chatId: null, userId: 'default' }]);
    const second = await usage(`groupBy=chat,user&limit=1&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ data: [{ chatId: route.chatId, userId: 'alice' }], nextCursor: null });
    const calls = (await relay.api<UsagePage>('GET', '/api/v1/usage/calls?limit=1')).body;
    expect(calls.data).toMatchObject([{ backend: 'demo', status: 'ok', cost: null }]);
    const older = (await relay.api<UsagePage>('GET', `/api/v1/usage/calls?cursor=${calls.nextCursor}`)).body;
    expect(older.data).toMatchObject([{ backend: 'priced', cost: 0.0013, chatId: route.chatId }]);
  });

  it('is each user’s own, except for administrators', async () => {
    await (await asCodex()).text();
    await relay.ask(undefined, 'demo');
    await relay.booked();
    const view = relay.gateway.app.get(UsageView);
    const query = Object.assign(new UsageQueryDto(), { groupBy: ['user'], userId: 'default' });
    const alice = await view.grouped({ id: 'alice', isAdmin: false }, query);
    expect(alice.data.map(({ userId }) => userId)).toEqual(['alice']);
    expect((await view.calls({ id: 'nobody', isAdmin: false }, query)).data).toEqual([]);
    const admin = await view.grouped({ id: 'alice', isAdmin: true }, query);
    expect(admin.data.map(({ userId }) => userId)).toEqual(['default']);
  });

  it.each([
    ['groupBy=nothing', 'validation_failed'],
    ['groupBy=', 'validation_failed'],
    ['groupBy=day,day', 'validation_failed'],
    ['from=yesterday', 'validation_failed'],
    ['from=2026-012', 'validation_failed'],
    ['from=2026-01-02&to=2026-01-01', 'invalid_range'],
    ['from=2020-01-01&to=2026-01-01', 'invalid_range'],
    ['timeZone=Mars/Olympus', 'validation_failed'],
    ['timeZone=%2B02:00', 'validation_failed'],
    ['timeZone=', 'validation_failed'],
    ['cursor=abc', 'invalid_cursor'],
    ['cursor=WyJhIiwiYiJd', 'invalid_cursor'],
    ['limit=501', 'validation_failed'],
    ['userid=x', 'validation_failed'],
  ])('refuses %s', async (query, code) => {
    expect(await relay.api('GET', `/api/v1/usage?${query}`)).toMatchObject({ status: 400, body: { code } });
  });

  it('loses no call that ended before the database closes', async () => {
    const { app } = relay.gateway;
    const start: CallStart = {
      ...{ caller: openCaller('default'), threadId: null, route: undefined },
      ...{ backendId: 'demo', model: 'demo', endpoint: 'responses' },
    };
    for (let index = 0; index < 1200; index++) app.get(CallMeter).begin(start).end('ok');
    expect(await rows()).toHaveLength(1200);
  });

  it('is nobody’s where its user was erased meanwhile, and leaves other calls as they are', async () => {
    const meter = relay.gateway.app.get(CallMeter);
    const call = { threadId: 't', backendId: 'demo', model: 'demo', endpoint: 'responses' } as const;
    const gone: SessionRoute = { ...route, userId: 'deleted-user' };
    meter.begin({ ...call, caller: instanceCaller('i'), route }).end('ok');
    meter.begin({ ...call, caller: instanceCaller('i'), route: gone }).end('ok');
    meter.begin({ ...call, caller: openCaller('default'), route }).end('aborted', 'client_left');
    expect((await rows()).map(({ userId, chatId, status }) => ({ userId, chatId, status }))).toEqual([
      { userId: 'alice', chatId: route.chatId, status: 'ok' },
      { userId: '~erased', chatId: null, status: 'ok' },
      { userId: 'default', chatId: null, status: 'aborted' },
    ]);
  });

  it('takes whatever a provider sends for tokens, and the first end only', async () => {
    const meter = relay.gateway.app.get(CallMeter);
    const call = meter.begin({
      ...{ caller: openCaller('default'), threadId: null, route: undefined },
      ...{ backendId: 'priced', model: 'm1', endpoint: 'responses' },
    });
    call.usage({ input: 10.4, cached: -5, output: Number.NaN, reasoning: Infinity });
    call.end('ok');
    call.end('failed', 'late');
    expect(await rows()).toMatchObject([
      { inputTokens: 10, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0, costMicros: 13, status: 'ok' },
    ]);
  });
});
