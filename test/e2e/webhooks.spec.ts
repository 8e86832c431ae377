import type { ChatDto } from '../../src/chat/dto/chat.dto';
import type { ProjectDto } from '../../src/projects/project.dto';
import type { WebhookDeliveryDto, WebhookDto, WebhookWithSecretDto } from '../../src/webhooks/webhook.dto';
import { eventually } from '../support/eventually';
import { RelayClient } from '../support/relay-client';
import { textReply } from '../support/scripted-reply';
import { type ScriptedModel, startScriptedModel } from '../support/scripted-model';
import { RelayService } from '../support/service';
import { verified, WebhookReceiver } from '../support/webhook-receiver';

const PATIENCE_MS = 40_000;
const EVENTS = ['turn.completed', 'approval.requested', 'budget.reached'];

describe('webhooks', () => {
  let model: ScriptedModel;
  let receiver: WebhookReceiver;
  let service: RelayService;
  let project: string;
  const as = (userId: string): RelayClient => new RelayClient(service.url, undefined, userId);
  const call = <T>(userId: string, method: string, path: string, body?: object) =>
    as(userId).request<T & { code?: string }>(method, `/api/v1${path}`, body);
  const add = async (userId: string, path: string, more: object = {}, of = ''): Promise<WebhookWithSecretDto> => {
    const input = { name: path, url: `${receiver.url}${path}`, events: EVENTS, ...more };
    const { status, body } = await call<WebhookWithSecretDto>(userId, 'POST', `${of}/webhooks`, input);
    expect([path, status]).toEqual([path, 201]);
    return body;
  };
  const chatOf = async (userId: string, input: object = {}): Promise<string> =>
    (await call<ChatDto>(userId, 'POST', '/chats', input)).body.id;
  const sent = async (userId: string, { id }: WebhookDto): Promise<WebhookDeliveryDto[]> =>
    (await call<{ data: WebhookDeliveryDto[] }>(userId, 'GET', `/webhooks/${id}/deliveries`)).body.data;
  const ended = (userId: string, webhook: WebhookDto): Promise<WebhookDeliveryDto> =>
    eventually(`what ${webhook.name} was sent has ended`, async () => {
      const [delivery] = await sent(userId, webhook);
      return delivery !== undefined && delivery.status !== 'pending' && delivery;
    });
  const test = async (userId: string, webhook: WebhookDto): Promise<WebhookDeliveryDto> => {
    expect((await call(userId, 'POST', `/webhooks/${webhook.id}/test`)).status).toBe(202);
    return ended(userId, webhook);
  };
  const firstAt = (path: string) => eventually(`a call of ${path}`, () => receiver.at(path)[0], PATIENCE_MS);

  beforeAll(async () => {
    [model, receiver] = await Promise.all([
      startScriptedModel(textReply('the secret answer')),
      WebhookReceiver.start(),
    ]);
    service = await RelayService.start({
      modelUrl: model.url,
      environment: {
        ...{ ALLOW_USER_ID_OVERRIDE: 'true', ENCRYPTION_KEY: 'ab'.repeat(32), CODEX_POOL_SIZE: '1', WEBHOOKS_MAX: '8' },
        ...{ WEBHOOK_PRIVATE_HOSTS: `127.0.0.1:${receiver.port}`, CODEX_SANDBOX_MODE_MAX: 'danger-full-access' },
      },
    });
    for (const user of ['ada', 'ben', 'eve', 'cleo', 'nia']) await call(user, 'GET', '/projects');
    project = (await call<ProjectDto>('ada', 'POST', '/projects', { name: 'Site' })).body.id;
    for (const [userId, role] of [['ben', 'editor'] as const, ['cleo', 'viewer'] as const]) {
      await call('ada', 'POST', `/projects/${project}/members`, { userId, role });
    }
  });
  afterAll(async () => {
    await service?.dispose();
    await Promise.all([model?.stop(), receiver?.stop()]);
  });

  it('are told of the end of a turn, signed, and of no words unless they are to have them', async () => {
    const [plain, whole] = [await add('ada', '/plain'), await add('ada', '/whole', { includeContent: true })];
    const chatId = await chatOf('ada');
    const { turn } = await as('ada').ask(chatId, 'a secret question');
    const [bare, full] = await Promise.all([firstAt('/plain'), firstAt('/whole')]);
    expect(verified(plain.secret, bare)).toMatchObject({
      ...{ id: bare.headers['webhook-id'], type: 'turn.completed' },
      data: { chatId, turnId: turn.id, status: 'completed', kind: 'message', error: null, usage: turn.usage },
    });
    expect(bare.body).not.toMatch(/secret|whsec/);
    expect(verified(whole.secret, full)).toMatchObject({ data: { message: { text: 'the secret answer' } } });
    expect(full.body).not.toContain('question');
    expect(() => verified(whole.secret, bare)).toThrow();
    expect(await ended('ada', plain)).toMatchObject({
      ...{ id: bare.headers['webhook-id'], status: 'delivered', attempts: 1, responseStatus: 200, error: null },
    });
    expect(service.log).not.toContain(plain.secret);
    for (const { id } of [plain, whole]) await call('ada', 'DELETE', `/webhooks/${id}`);
  });

  it('have two signatures for a day when their secret is another one', async () => {
    const webhook = await add('ada', '/rotated');
    const { secret } = (await call<WebhookWithSecretDto>('ada', 'POST', `/webhooks/${webhook.id}/rotate-secret`)).body;
    expect(secret).not.toBe(webhook.secret);
    expect(await test('ada', webhook)).toMatchObject({ type: 'webhook.test', status: 'delivered' });
    const received = await firstAt('/rotated');
    for (const each of [secret, webhook.secret])
      expect(verified(each, received)).toMatchObject({ type: 'webhook.test' });
    expect((await call<object>('ada', 'GET', `/webhooks/${webhook.id}`)).body).not.toHaveProperty('secret');
    await call('ada', 'DELETE', `/webhooks/${webhook.id}`);
  });

  it('are told of approvals that wait, and once of a budget that is reached', async () => {
    await call('default', 'PUT', '/admin/users/nia/limits', { tokens_per_day: 1_000_000 });
    const webhook = await add('nia', '/asked', {
      events: ['approval.requested', 'budget.reached'],
      includeContent: true,
    });
    const chatId = await chatOf('nia', { backend: 'demo' });
    await as('nia').send(chatId, 'approve: echo hi');
    const asked = await firstAt('/asked');
    const [approval] = await as('nia').approvals(chatId);
    expect(asked).toMatchObject({ type: 'approval.requested', data: { chatId, approvalId: approval?.id } });
    expect(JSON.stringify(asked.data.request)).toContain('echo hi');
    await as('nia').answer(approval?.id ?? '', 'decline');
    // All that this user has used so far; it is counted a moment after the turn's end.
    const used = await eventually('the turn is counted', async () => {
      const [turn] = await as('nia').turns(chatId);
      const { limits } = (await call<{ limits: { limit: string; used: number }[] }>('nia', 'GET', '/account/limits'))
        .body;
      const counted = limits.find(({ limit }) => limit === 'tokens_per_day')?.used ?? 0;
      const hasEnded = turn !== undefined && turn.status !== 'running' && turn.usage.totalTokens > 0;
      return hasEnded && counted >= turn.usage.totalTokens && counted;
    });
    await call('default', 'PUT', '/admin/users/nia/limits', { tokens_per_day: used + 1 });
    await as('nia').ask(await chatOf('nia'), 'over');
    const reached = await eventually('a call for the budget', () =>
      receiver.at('/asked').find(({ type }) => type === 'budget.reached'),
    );
    expect(reached.data).toMatchObject({ scope: 'user', userId: 'nia', limit: 'tokens_per_day', maximum: used + 1 });
    await call('default', 'PUT', '/admin/users/nia/limits', { tokens_per_day: null });
    await as('nia').ask(await chatOf('nia'), 'still over what it was');
    expect((await sent('nia', webhook)).filter(({ type }) => type === 'budget.reached')).toHaveLength(1);
    await call('nia', 'DELETE', `/webhooks/${webhook.id}`);
  });

  it('are called again where they fail, under the same id, and once more on request', async () => {
    const webhook = await add('ada', '/failing', { events: ['turn.completed'] });
    await as('ada').ask(await chatOf('ada'), 'hello');
    const first = await firstAt('/failing');
    const delivery = await eventually('the second attempt', async () => {
      const [one] = await sent('ada', webhook);
      return one?.status === 'delivered' && one;
    });
    expect(delivery).toMatchObject({ attempts: 2, responseStatus: 204 });
    const calls = receiver.at('/failing');
    expect(calls.map(({ headers }) => headers['webhook-id'])).toEqual([delivery.id, delivery.id]);
    expect((calls[1]?.at ?? 0) - first.at).toBeGreaterThan(3_500);
    for (const one of calls) verified(webhook.secret, one);
    const path = `/webhooks/${webhook.id}/deliveries/${delivery.id}/redeliver`;
    expect((await call('ada', 'POST', path)).status).toBe(202);
    await eventually('it is sent once more', () => receiver.at('/failing').length === 3);
    await call('ada', 'DELETE', `/webhooks/${webhook.id}`);
  });

  it('reach no private address, follow no redirect, and wait and read no longer than is bounded', async () => {
    for (const url of [
      ...[`https://127.0.0.1:${receiver.port + 1}/`, 'https://[::1]/', 'https://169.254.169.254/latest/'],
      ...['http://example.com/', 'https://user:word@example.com/'],
    ]) {
      const { status, body } = await call('ada', 'POST', '/webhooks', { name: 'x', url, events: EVENTS });
      expect([url, status, body.code]).toEqual([url, 422, 'webhook_host_not_allowed']);
    }
    const named = await add('ada', '/private', { url: `https://localhost:${receiver.port}/private` });
    expect(await test('ada', named)).toMatchObject({ status: 'failed', responseStatus: null });
    expect((await ended('ada', named)).error).toMatch(/^localhost leads to a private address/);
    const redirect = await add('ada', '/redirect');
    expect((await test('ada', redirect)).error).toBe('It answered 302; redirects are not followed.');
    const huge = await add('ada', '/huge');
    expect(await test('ada', huge)).toMatchObject({ status: 'delivered', responseStatus: 200 });
    await eventually('the huge answer breaks off', () => receiver.brokenOff.includes('/huge'));
    const never = await add('ada', '/never-tested');
    const startedAt = performance.now();
    expect((await test('ada', never)).error).toBe('There was no answer within 10 s.');
    expect(performance.now() - startedAt).toBeLessThan(30_000);
    expect(receiver.calls.map(({ path }) => path)).not.toContain('/ok');
    for (const { id } of [named, redirect, huge, never]) await call('ada', 'DELETE', `/webhooks/${id}`);
  });

  it('stay on at their new address, whatever the old one says late', async () => {
    const webhook = await add('ada', '/late-gone', { events: ['turn.completed'] });
    await as('ada').ask(await chatOf('ada'), 'hello');
    await firstAt('/late-gone');
    const moved = { url: `${receiver.url}/moved`, name: null, events: null };
    expect((await call('ada', 'PATCH', `/webhooks/${webhook.id}`, moved)).status).toBe(200);
    expect(await ended('ada', webhook)).toMatchObject({ status: 'failed', responseStatus: 410 });
    expect((await call<WebhookDto>('ada', 'GET', `/webhooks/${webhook.id}`)).body).toMatchObject({
      ...{ url: moved.url, enabled: true, disabledReason: null, failingSince: null },
      ...{ name: webhook.name, events: webhook.events },
    });
    await call('ada', 'DELETE', `/webhooks/${webhook.id}`);
  });

  it('are of one user, or of who may write in a project', async () => {
    const own = await add('ada', '/own');
    const shared = await add('ben', '/shared', {}, `/projects/${project}`);
    for (const [userId, status] of [['eve', 404] as const, ['cleo', 403] as const]) {
      for (const [method, path] of [
        ...[['GET', `/projects/${project}/webhooks`] as const, ['POST', `/webhooks/${shared.id}/test`] as const],
        ...[['GET', `/webhooks/${shared.id}`] as const, ['PATCH', `/webhooks/${shared.id}`] as const],
        ...[['GET', `/webhooks/${shared.id}/deliveries`] as const, ['DELETE', `/webhooks/${shared.id}`] as const],
        ['POST', `/webhooks/${shared.id}/rotate-secret`] as const,
      ]) {
        const answer = await call(userId, method, path, method === 'PATCH' ? { name: 'mine' } : undefined);
        expect([userId, method, path, answer.status]).toEqual([userId, method, path, status]);
      }
    }
    expect((await call('ben', 'GET', `/webhooks/${own.id}`)).body.code).toBe('webhook_not_found');
    const foreign = `/webhooks/${own.id}/deliveries/${(await test('ben', shared)).id}/redeliver`;
    expect((await call('ada', 'POST', foreign)).body.code).toBe('webhook_delivery_not_found');
    const listed = await call<{ data: WebhookDto[] }>('ada', 'GET', `/projects/${project}/webhooks`);
    expect(listed.body.data.map(({ id, projectId }) => [id, projectId])).toEqual([[shared.id, project]]);
    await call('ada', 'DELETE', `/webhooks/${own.id}`);
  });

  it('are told nothing of a project any more once who set them up has left it', async () => {
    const own = await add('ben', '/left');
    const chatId = await chatOf('ben', { projectId: project });
    await as('ben').ask(chatId, 'hello');
    await Promise.all([firstAt('/left'), eventually('the project is told', () => receiver.at('/shared')[1])]);
    await call('ada', 'DELETE', `/projects/${project}/members/ben`);
    await as('ada').ask(chatId, 'without ben');
    const canceled = await eventually('it is canceled', async () => {
      return (await sent('ben', own)).find(({ status }) => status === 'canceled');
    });
    expect(canceled).toMatchObject({ attempts: 1, responseStatus: null });
    const [shared] = await eventually('the webhook of the project is off', async () => {
      const { data } = (await call<{ data: WebhookDto[] }>('ada', 'GET', `/projects/${project}/webhooks`)).body;
      return data[0]?.enabled === false && data;
    });
    expect(shared).toMatchObject({ disabledReason: 'author_left' });
    expect([receiver.at('/left').length, receiver.at('/shared').length]).toEqual([1, 2]);
    expect((await call('ada', 'PATCH', `/webhooks/${shared?.id}`, { enabled: true })).status).toBe(200);
    await as('ada').ask(chatId, 'by ada now');
    await eventually('the project is told again', () => receiver.at('/shared').length === 3);
  });

  it('lose nothing where the service is killed before or while it calls them, and slow no chat', async () => {
    const webhook = await add('ada', '/never', { events: ['turn.completed'], concurrency: 1 });
    const gone = await add('ada', '/gone', { events: ['turn.completed'] });
    const chatId = await chatOf('ada');
    const turns = [(await as('ada').ask(chatId, 'first')).turn.id];
    await firstAt('/never');
    const startedAt = performance.now();
    turns.push((await as('ada').ask(chatId, 'second')).turn.id);
    expect(performance.now() - startedAt).toBeLessThan(9_000);
    await eventually('who is gone is off', async () => {
      return (await call<WebhookDto>('ada', 'GET', `/webhooks/${gone.id}`)).body.disabledReason === 'gone';
    });
    expect(receiver.at('/never')).toHaveLength(1);
    await service.kill();
    receiver.answersAll = true;
    await service.restart();
    await eventually('both turns are told', () => receiver.at('/never').length === 3, PATIENCE_MS);
    const told = receiver.at('/never');
    expect(told.map(({ data }) => data.turnId)).toEqual([turns[0], turns[1], turns[0]]);
    expect(told[2]?.headers['webhook-id']).toBe(told[0]?.headers['webhook-id']);
    for (const one of told) verified(webhook.secret, one);
    await eventually('nothing waits', async () =>
      (await sent('ada', webhook)).every(({ status }) => status === 'delivered'),
    );
  });
});
