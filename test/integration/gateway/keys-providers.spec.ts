import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_USER } from '../../../src/auth/principal';
import { Database } from '../../../src/database/database';
import { ProviderKeyEntity } from '../../../src/gateway/catalog/provider-key.entity';
import { ProviderKeys } from '../../../src/gateway/catalog/backend-keys';
import { DATABASE_UNDER_TEST } from '../../support/open-database';
import { ScriptedModel, startScriptedModel } from '../../support/scripted-model';
import { errorReply, textReply } from '../../support/scripted-reply';
import { KeysFixture } from './keys-fixture';

const FIRST = randomBytes(32).toString('hex');
const SECOND = randomBytes(32).toString('base64');
const SECRET = 'sk-stored-0123456789-wxyz';
const pathOf = (id: string): string => `/api/v1/settings/providers/${encodeURIComponent(id)}/key`;

describe('the keys of providers', () => {
  let model: ScriptedModel;
  let backends: string;

  beforeAll(async () => {
    model = await startScriptedModel();
    const keyed = `{id: keyed, type: openai-compatible, base_url: "${model.url}", model: m1, api_key_env: KEY_OF_MODEL}`;
    const keyless = `{id: keyless, type: openai-compatible, base_url: "${model.url}", model: m1}`;
    const native = `{id: native, type: openai, base_url: "${model.url}", model: m1, api_key_env: KEY_OF_MODEL}`;
    backends = `backends: [${keyed}, ${keyless}, ${native}, {id: demo, type: demo}]`;
  });
  afterAll(() => model?.stop());

  const authorization = (): unknown => model.requests.at(-1)?.headers.authorization;

  it('come from the environment until one is stored, and again when that is deleted', async () => {
    const environment = { KEY_OF_MODEL: 'sk-environment-0123456789' };
    const relay = await KeysFixture.start({ backends, environment, encryption: { key: FIRST } });
    try {
      model.play(textReply('hi'));
      expect((await relay.api('GET', pathOf('keyed'))).body).toEqual({
        ...{
          id: 'keyed',
          source: 'environment',
          last4: '6789',
          setAt: null,
          variable: 'KEY_OF_MODEL',
          isReadable: true,
        },
      });
      await relay.ask(undefined, 'keyed');
      expect(authorization()).toBe('Bearer sk-environment-0123456789');

      const set = await relay.api('PUT', pathOf('keyed'), { key: SECRET });
      expect(set).toMatchObject({ status: 200, body: { source: 'stored', last4: 'wxyz' } });
      expect(set.body.setAt).toMatch(/^\d{4}-.*Z$/);
      expect(JSON.stringify([set.body, (await relay.api('GET', pathOf('keyed'))).body])).not.toContain('sk-stored');
      await relay.ask(undefined, 'keyed');
      expect(authorization()).toBe(`Bearer ${SECRET}`);

      expect((await relay.api('DELETE', pathOf('keyed'))).status).toBe(204);
      await relay.ask(undefined, 'keyed');
      expect(authorization()).toBe('Bearer sk-environment-0123456789');
      expect(await relay.api('DELETE', pathOf('keyed'))).toMatchObject({ body: { code: 'provider_key_not_found' } });
    } finally {
      await relay.stop();
    }
  });

  it('make a backend ready, or one that had no variable send a key', async () => {
    const relay = await KeysFixture.start({ backends, encryption: { key: FIRST } });
    try {
      model.play(textReply('hi'));
      expect((await relay.ask(undefined, 'keyed')).status).toBe(401);
      expect((await relay.api('GET', pathOf('keyed'))).body).toMatchObject({ source: 'none', last4: null });
      await relay.api('PUT', pathOf('keyed'), { key: SECRET });
      expect((await relay.ask(undefined, 'keyed')).status).toBe(200);
      await relay.api('PUT', pathOf('keyless'), { key: 'sk-for-keyless-12345678' });
      await relay.ask(undefined, 'keyless');
      expect(authorization()).toBe('Bearer sk-for-keyless-12345678');
    } finally {
      await relay.stop();
    }
  });

  it('lie encrypted in the database, survive a restart, and follow ENCRYPTION_KEY', async () => {
    model.play(textReply('hi'));
    const rowOf = (relay: KeysFixture): Promise<ProviderKeyEntity> =>
      relay.gateway.app.get(Database).read.findOneByOrFail(ProviderKeyEntity, { backendId: 'keyed' });

    let relay = await KeysFixture.start({ backends, encryption: { key: FIRST } });
    const { dataRoot } = relay.gateway;
    await relay.api('PUT', pathOf('keyed'), { key: SECRET });
    const before = await rowOf(relay);
    await relay.stop({ keepData: true });
    expect(JSON.stringify(before)).not.toContain(SECRET);
    if (DATABASE_UNDER_TEST === 'sqlite') {
      expect(readFileSync(join(dataRoot, 'db', 'chat.sqlite')).includes(SECRET)).toBe(false);
    }

    relay = await KeysFixture.start({ backends, dataRoot, encryption: { key: SECOND, previousKeys: [FIRST] } });
    expect((await relay.ask(undefined, 'keyed')).status).toBe(200);
    expect(authorization()).toBe(`Bearer ${SECRET}`);
    const after = await rowOf(relay);
    expect(after.ciphertext).not.toBe(before.ciphertext);
    expect(after.setAt).toBe(before.setAt);
    await relay.stop({ keepData: true });

    relay = await KeysFixture.start({ backends, dataRoot, encryption: { key: SECOND } });
    expect((await relay.api('GET', pathOf('keyed'))).body).toMatchObject({ source: 'stored', last4: 'wxyz' });
    await relay.stop({ keepData: true });

    relay = await KeysFixture.start({ backends, dataRoot, encryption: { key: FIRST } });
    expect((await relay.api('GET', pathOf('keyed'))).body).toMatchObject({ source: 'none', isReadable: false });
    expect((await relay.ask(undefined, 'keyed')).status).toBe(401);
    await relay.api('PUT', pathOf('keyed'), { key: SECRET });
    expect((await relay.ask(undefined, 'keyed')).status).toBe(200);
    await relay.stop();
  });

  it('are kept when another one is deleted at the same moment', async () => {
    const relay = await KeysFixture.start({ backends, encryption: { key: FIRST } });
    try {
      const keys = relay.gateway.app.get(ProviderKeys);
      await keys.set('keyless', DEFAULT_USER.id, SECRET);
      await Promise.all([keys.set('keyed', DEFAULT_USER.id, SECRET), keys.delete('keyless')]);
      expect((await relay.api('GET', pathOf('keyed'))).body).toMatchObject({ source: 'stored' });
      expect((await relay.api('GET', pathOf('keyless'))).body).toMatchObject({ source: 'none' });
    } finally {
      await relay.stop();
    }
  });

  it('are refused without ENCRYPTION_KEY, for what is no provider, and in a wrong form', async () => {
    const relay = await KeysFixture.start({ backends });
    try {
      const put = (id: string, key: unknown) => relay.api('PUT', pathOf(id), { key });
      expect(await put('keyed', SECRET)).toMatchObject({ status: 409, body: { code: 'encryption_key_missing' } });
      expect(await put('demo', SECRET)).toMatchObject({ status: 409, body: { code: 'provider_takes_no_key' } });
      expect(await put('nothing', SECRET)).toMatchObject({ status: 404, body: { code: 'provider_not_found' } });
      expect(await relay.api('GET', pathOf('nothing'))).toMatchObject({ status: 404 });
      for (const key of ['short', 'with blank inside', 'line\nbreak-0123', 5, null, '']) {
        const answer = await put('keyed', key);
        expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
        if (typeof key === 'string' && key !== '') expect(JSON.stringify(answer.body)).not.toContain(key);
      }
    } finally {
      await relay.stop();
    }
  });

  it('are not shown by a test of their backend, which reports how each deployment answered', async () => {
    const relay = await KeysFixture.start({ backends, encryption: { key: FIRST } });
    try {
      const test = (id: string) => relay.api('POST', `/api/v1/admin/backends/${id}/test`);
      expect(await test('nothing')).toMatchObject({ status: 404, body: { code: 'backend_not_found' } });
      expect((await test('keyed')).body).toMatchObject({
        ok: false,
        deployments: [{ error: { code: 'upstream_unauthorized' } }],
      });
      await relay.api('PUT', pathOf('keyed'), { key: SECRET });
      model.play(textReply('OK', { usage: { input: 9, output: 1 } }));
      expect(await test('keyed')).toMatchObject({
        status: 200,
        body: {
          id: 'keyed',
          ok: true,
          deployments: [{ id: 'keyed', ok: true, model: 'm1', answer: 'OK', error: null }],
        },
      });
      expect(model.requests[0]?.body.max_tokens ?? model.requests[0]?.body.max_completion_tokens).toBe(16);
      model.play(errorReply(401, `Incorrect API key provided: ${SECRET}`));
      const refused = await test('keyed');
      expect(refused.body).toMatchObject({
        ok: false,
        deployments: [{ ok: false, error: { code: 'upstream_unauthorized' } }],
      });
      expect(JSON.stringify(refused.body)).toContain('Incorrect API key provided');
      expect(JSON.stringify(refused.body)).not.toContain(SECRET);
      await relay.booked();
      const usage = await relay.api('GET', '/api/v1/usage?groupBy=backend');
      expect(usage.body).toMatchObject({ data: [{ backend: 'keyed', calls: 3, failedCalls: 2, inputTokens: 9 }] });
    } finally {
      await relay.stop();
    }
  });

  it('do not work where a test of their backend is answered with an error and HTTP 200', async () => {
    const relay = await KeysFixture.start({ backends, environment: { KEY_OF_MODEL: SECRET } });
    try {
      model.play({ body: { error: { message: 'no money left', code: 402 } } });
      const { body } = await relay.api('POST', '/api/v1/admin/backends/native/test');
      expect(body).toMatchObject({ ok: false, deployments: [{ ok: false, error: { code: 'usage_limit_exceeded' } }] });
      expect(JSON.stringify(body)).toContain('no money left');
    } finally {
      await relay.stop();
    }
  });
});
