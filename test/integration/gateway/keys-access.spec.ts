import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';
import type { CreatedGatewayKeyDto } from '../../../src/admin/gateway-key.dto';
import { Users } from '../../../src/auth/users';
import { Database } from '../../../src/database/database';
import { GatewayKeyEntity } from '../../../src/gateway/accounts/gateway-key.entity';
import { announceBody } from '../../support/announced-body';
import { ScriptedModel, startScriptedModel } from '../../support/scripted-model';
import { errorReply, textReply } from '../../support/scripted-reply';
import { KeysFixture } from './keys-fixture';

const KEYS = '/api/v1/admin/gateway-keys';
const REPLY = textReply('hi', { usage: { input: 1000, cached: 400, output: 50 } });

describe('the keys of clients from outside', () => {
  let model: ScriptedModel;
  let relay: KeysFixture;

  beforeAll(async () => {
    model = await startScriptedModel();
    model.play(REPLY);
    const priced = `{id: priced, type: openai-compatible, base_url: "${model.url}", model: m1, price: {input: 1.25, cached: 0.125, output: 10}, models: [{name: small, model: m-small}]}`;
    const broken = `{id: broken, type: openai-compatible, base_url: "${model.url}", model: m-broken, max_retries: 0, fallbacks: [priced]}`;
    relay = await KeysFixture.start({ backends: `backends: [{id: demo, type: demo}, ${priced}, ${broken}]` });
  });
  afterAll(async () => {
    await relay?.stop();
    await model?.stop();
  });

  it('are shown once, and kept as a hash', async () => {
    const made = await relay.api('POST', KEYS, { name: 'CI', models: ['demo'], requestsPerMinute: 60 });
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'CI', userId: 'default', models: ['demo'], requestsPerMinute: 60, budget: null, enabled: true },
    });
    const { key, id } = made.body as { key: string; id: string };
    expect(key).toMatch(/^crg-[\w-]{43}$/);
    const read = await relay.api('GET', `${KEYS}/${id}`);
    const list = await relay.api('GET', `${KEYS}?limit=1`);
    expect(read.body).toMatchObject({ id, last4: key.slice(-4) });
    expect(list.body).toMatchObject({ data: [{ id }] });
    for (const { body } of [read, list]) expect(JSON.stringify(body)).not.toMatch(new RegExp(`${key}|[0-9a-f]{64}`));
    const row = await relay.gateway.app.get(Database).read.findOneByOrFail(GatewayKeyEntity, { id });
    expect(JSON.stringify(row)).not.toContain(key.slice(4, 40));
    expect(row.keyHash).toHaveLength(64);
  });

  it('belong to a user, or to the service, whom lists and sums name', async () => {
    const own = await relay.api('POST', KEYS, { name: 'own' });
    expect(own.body).toMatchObject({ owner: { kind: 'user', id: 'default', displayName: 'Default user' } });
    const made = await relay.api<CreatedGatewayKeyDto>('POST', KEYS, { name: 'nightly', owner: 'service' });
    const owner = { kind: 'service', id: '~service', displayName: 'The service' };
    expect(made).toMatchObject({ status: 201, body: { userId: '~service', owner } });
    const listed = await relay.api('GET', `${KEYS}?userId=~service`);
    expect(listed.body).toMatchObject({ data: [{ id: made.body.id, owner }] });
    for (const [input, code] of [
      [{ owner: 'service', userId: 'somebody' }, 'owner_is_service'],
      [{ userId: '~service' }, 'unknown_user'],
      [{ userId: '~erased' }, 'unknown_user'],
      [{ owner: 'nobody' }, 'validation_failed'],
    ] as const) {
      expect(await relay.api('POST', KEYS, { name: 'no', ...input })).toMatchObject({ status: 400, body: { code } });
    }
    expect((await relay.ask(made.body.key)).status).toBe(200);
    await relay.booked();
    const sums = await relay.api('GET', '/api/v1/usage?groupBy=user&userId=~service');
    expect(sums.body).toMatchObject({ data: [{ userId: '~service', owner, calls: 1 }] });
    const calls = await relay.api('GET', '/api/v1/usage/calls?userId=~service');
    expect(calls.body).toMatchObject({ data: [{ keyId: made.body.id, owner }] });
    for (const { id } of [made.body, own.body as { id: string }]) await relay.api('DELETE', `${KEYS}/${id}`);
  });

  it('let the official client in, until they are deleted', async () => {
    const { key, id } = await relay.makeKey();
    const client = new OpenAI({ baseURL: relay.gateway.baseUrl, apiKey: key, maxRetries: 0 });
    const answer = await client.responses.create({ model: 'demo', input: 'hello' });
    expect(answer.output_text).toContain('Hello');
    expect((await relay.api('DELETE', `${KEYS}/${id}`)).status).toBe(204);
    await expect(client.responses.create({ model: 'demo', input: 'hello' })).rejects.toMatchObject({ status: 401 });
    expect((await relay.api('GET', `${KEYS}/${id}`)).body).toMatchObject({ code: 'gateway_key_not_found' });
    expect((await relay.api('DELETE', `${KEYS}/${id}`)).status).toBe(404);
  });

  it.each(['/responses', '/responses/compact', '/chat/completions'])(
    'are required before a body is read: %s',
    async (path) => {
      const announced = await announceBody(relay.gateway.baseUrl + path, 1_000_000, {
        authorization: 'Bearer crg-unknown',
      });
      expect(announced).toMatchObject({ status: 401, body: { error: { code: 'invalid_api_key' } } });
    },
  );

  it('may use the models of their list only', async () => {
    const { key } = await relay.makeKey({ models: ['priced/small'] });
    expect((await relay.ask(key, 'priced/small')).status).toBe(200);
    for (const other of ['demo', 'priced', 'priced/other']) {
      expect(await relay.ask(key, other)).toMatchObject({
        status: 403,
        body: { error: { code: 'model_not_allowed', type: 'permission_error' } },
      });
    }
    const { key: ofBackend } = await relay.makeKey({ models: ['priced'] });
    expect((await relay.ask(ofBackend, 'priced/anything')).status).toBe(200);
    expect((await relay.ask(ofBackend, 'demo')).status).toBe(403);
  });

  it('see the models of their list only', async () => {
    const { key } = await relay.makeKey({ models: ['demo'] });
    const client = new OpenAI({ baseURL: relay.gateway.baseUrl, apiKey: key, maxRetries: 0 });
    const ids = (await client.models.list()).data.map(({ id }) => id);
    expect(ids).toEqual(['demo']);
  });

  it('are not led to a model outside their list when another backend takes over', async () => {
    model.play(({ body }) => (body.model === 'm-broken' ? errorReply(500, 'down') : textReply('hi')));
    const { key } = await relay.makeKey({ models: ['broken'] });
    expect((await relay.ask(key, 'broken')).status).toBeGreaterThanOrEqual(500);
    const { key: wider } = await relay.makeKey({ models: ['broken', 'priced'] });
    expect((await relay.ask(wider, 'broken')).status).toBe(200);
    model.play(REPLY);
  });

  it('are held to their requests per minute, with the time to wait', async () => {
    const { key, id } = await relay.makeKey({ requestsPerMinute: 2 });
    expect((await relay.ask(key)).status).toBe(200);
    expect((await relay.ask(key)).status).toBe(200);
    const refused = await relay.ask(key);
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 'rate_limit_exceeded' } } });
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(50);
    expect(refused.body.error?.message).toContain(`try again in ${wait}s`);
    await relay.api('PUT', `${KEYS}/${id}`, { requestsPerMinute: null });
    expect((await relay.ask(key)).status).toBe(200);
  });

  it('are held to their tokens per minute', async () => {
    const { key } = await relay.makeKey({ tokensPerMinute: 1500 });
    expect((await relay.ask(key, 'priced')).status).toBe(200);
    expect((await relay.ask(key, 'priced')).status).toBe(200);
    expect(await relay.ask(key, 'priced')).toMatchObject({
      status: 429,
      body: { error: { code: 'rate_limit_exceeded' } },
    });
  });

  it('are held to their budget, to the millionth', async () => {
    // 600 fresh at 1.25, 400 cached at 0.125 and 50 of output at 10 per million: 0.0013 a call.
    const { key, id } = await relay.makeKey({ budget: { amount: 0.0026, period: 'month' } });
    expect((await relay.ask(key, 'priced')).status).toBe(200);
    expect((await relay.api('GET', `${KEYS}/${id}`)).body).toMatchObject({ spent: 0.0013 });
    expect((await relay.ask(key, 'priced')).status).toBe(200);
    const refused = await relay.ask(key, 'priced');
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 'insufficient_quota' } } });
    expect(refused.headers.get('x-should-retry')).toBe('false');
    await relay.api('PUT', `${KEYS}/${id}`, { budget: { amount: 1, period: 'month' } });
    expect((await relay.ask(key, 'priced')).status).toBe(200);
    expect((await relay.api('GET', `${KEYS}/${id}`)).body).toMatchObject({ spent: 0.0039 });
  });

  it('expire, and can be disabled', async () => {
    const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();
    const { key, id } = await relay.makeKey({ expiresAt: inSeconds(60) });
    expect((await relay.ask(key)).status).toBe(200);
    await relay.api('PUT', `${KEYS}/${id}`, { expiresAt: inSeconds(1) });
    await sleep(1_100);
    expect(await relay.ask(key)).toMatchObject({ status: 401, body: { error: { code: 'api_key_expired' } } });
    await relay.api('PUT', `${KEYS}/${id}`, { expiresAt: null, enabled: false });
    expect(await relay.ask(key)).toMatchObject({ status: 401, body: { error: { code: 'api_key_disabled' } } });
    await relay.api('PUT', `${KEYS}/${id}`, { enabled: true });
    expect((await relay.ask(key)).status).toBe(200);
  });

  it('end when their user is disabled, and go on when it is not any more', async () => {
    const { key } = await relay.makeKey();
    expect((await relay.ask(key)).status).toBe(200);
    // Here the gateway and the accounts have some each; in the service they are one.
    const users = relay.gateway.app.get(Users, { strict: false, each: true });
    for (const each of users) await each.disable('default');
    expect(await relay.ask(key)).toMatchObject({ status: 401, body: { error: { code: 'api_key_disabled' } } });
    for (const each of users) await each.enable('default');
    expect((await relay.ask(key)).status).toBe(200);
  });

  it('are refused when something is wrong with the request', async () => {
    const wrong: [unknown, string][] = [
      [{}, 'validation_failed'],
      [{ name: '' }, 'validation_failed'],
      [{ name: 'x', budget: { amount: -1 } }, 'validation_failed'],
      [{ name: 'x', budget: { amount: 0.0000001 } }, 'validation_failed'],
      [{ name: 'x', budget: 5 }, 'validation_failed'],
      [{ name: 'x', budget: { amount: '5' } }, 'validation_failed'],
      [{ name: 'x', budget: [{ amount: 5 }] }, 'validation_failed'],
      [{ name: 'x', budget: { amount: 5, period: 'week' } }, 'validation_failed'],
      [{ name: 'x', requestsPerMinute: 0 }, 'validation_failed'],
      [{ name: 'x', models: [] }, 'validation_failed'],
      [{ name: 'x', models: ['nothing'] }, 'unknown_backend'],
      [{ name: 'x', userId: 'nobody' }, 'unknown_user'],
      [{ name: 'x', expiresAt: 'tomorrow' }, 'validation_failed'],
      [{ name: 'x', expiresAt: '2030-W01-1' }, 'validation_failed'],
      [{ name: 'x', expiresAt: '2030-012' }, 'validation_failed'],
      [{ name: 'x', expiresAt: '2030-02-30' }, 'validation_failed'],
      [{ name: 'x', expiresAt: '2020-01-01' }, 'already_expired'],
      [{ name: 'x', keyHash: 'x' }, 'validation_failed'],
    ];
    for (const [settings, code] of wrong) {
      expect({ settings, ...(await relay.api('POST', KEYS, settings)) }).toMatchObject({
        settings,
        status: 400,
        body: { code },
      });
    }
    const { id } = await relay.makeKey();
    for (const change of [{ name: null }, { enabled: null }, { userId: 'x' }]) {
      expect((await relay.api('PUT', `${KEYS}/${id}`, change)).body).toMatchObject({ code: 'validation_failed' });
    }
  });

  it('are listed page by page', async () => {
    for (let index = 0; index < 3; index++) await relay.makeKey({ name: `page ${index}` });
    type Page = { data: { name: string }[]; nextCursor: string | null };
    const first = (await relay.api<Page>('GET', `${KEYS}?limit=2`)).body;
    expect(first.data.map(({ name }) => name)).toEqual(['page 2', 'page 1']);
    const second = (await relay.api<Page>('GET', `${KEYS}?limit=1&cursor=${first.nextCursor}`)).body;
    expect(second.data.map(({ name }) => name)).toEqual(['page 0']);
    expect((await relay.api('GET', `${KEYS}?cursor=x`)).body).toMatchObject({ code: 'invalid_cursor' });
  });
});

describe('the service started again', () => {
  it('knows its keys and what they have spent', async () => {
    const backends = 'backends: [{id: demo, type: demo, price: {input: 1000000, cached: 0, output: 0}}]';
    let relay = await KeysFixture.start({ backends });
    const { key, id } = await relay.makeKey({ budget: { amount: 1, period: 'total' } });
    expect((await relay.ask(key)).status).toBe(200);
    const before = (await relay.api('GET', `${KEYS}/${id}`)).body;
    expect(before.spent).toBeGreaterThanOrEqual(1);
    await relay.stop({ keepData: true });

    relay = await KeysFixture.start({ backends, dataRoot: relay.gateway.dataRoot });
    expect((await relay.api('GET', `${KEYS}/${id}`)).body).toEqual(before);
    expect((await relay.ask(key)).body.error?.code).toBe('insufficient_quota');
    await relay.stop();
  });
});

describe('/v1 without a key', () => {
  let relay: KeysFixture;

  beforeAll(async () => {
    relay = await KeysFixture.start({
      backends: 'backends: [{id: demo, type: demo}]',
      server: { corsOrigins: ['https://app.example'] },
    });
  });
  afterAll(() => relay?.stop());

  it('is open to programs on this machine, with any bearer or none', async () => {
    expect((await relay.ask(undefined)).status).toBe(200);
    expect((await relay.ask('anything')).status).toBe(200);
    expect((await relay.ask('sk-of-openai')).status).toBe(200);
  });

  it('refuses keys that look like ours and are not', async () => {
    for (const key of ['crk-wrong', 'crg-wrong', `crg-${'A'.repeat(43)}`]) {
      expect(await relay.ask(key)).toMatchObject({ status: 401, body: { error: { code: 'invalid_api_key' } } });
    }
  });

  it('refuses pages of elsewhere, whatever bearer they send', async () => {
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of foreign) {
      expect((await relay.ask(undefined, 'demo', headers)).status).toBe(401);
      expect((await relay.ask('anything', 'demo', headers)).status).toBe(401);
    }
    expect((await relay.ask(undefined, 'demo', { origin: 'https://app.example' })).status).toBe(200);
    expect((await relay.ask(relay.gateway.key, 'demo', { origin: 'https://evil.example' })).status).toBe(200);
  });

  it('refuses names that only look like this machine, and what a proxy passes on', async () => {
    expect((await relay.ask(undefined, 'demo', { 'x-forwarded-for': '203.0.113.9' })).status).toBe(401);
    const { hostname, port } = new URL(relay.gateway.baseUrl);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { host: `rebound.example:${port}` };
      const sent = request({ hostname, port, path: '/v1/models', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.on('error', reject).end();
    });
    expect(status).toBe(401);
  });
});
