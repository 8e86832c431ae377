import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, Server } from 'node:http';
import { PoolController } from '../../../src/admin/pool.controller';
import type { PoolDto, PoolSessionDto, PoolTransitionDto } from '../../../src/admin/pool.dto';
import { PoolService } from '../../../src/admin/pool.service';
import { AppServerPool } from '../../../src/app-server/pool/pool';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from '../../../src/auth/access.guard';
import { Authenticator } from '../../../src/auth/authenticator';
import { DEFAULT_USER } from '../../../src/auth/principal';
import { TurnQueue } from '../../../src/chat/turns/turn-queue';
import { ProblemFilter } from '../../../src/common/problem.filter';
import { validationPipe } from '../../../src/common/validation';
import { ChatConfig } from '../../../src/config/chat.config';
import { PoolConfig } from '../../../src/config/pool.config';
import { SessionRoutes } from '../../../src/gateway/routing/session-routes';
import { MetricsController } from '../../../src/observability/metrics.controller';
import { PoolMetrics } from '../../../src/observability/pool-metrics';
import { ServiceMetrics } from '../../../src/observability/service-metrics';
import type { Page } from '../../../src/database/page';
import { FakeAgent } from '../../support/fake-agent';
import { PoolFixture, silent, until } from './support/pool-fixture';

describe('the administration of the pool', () => {
  let fixture: PoolFixture;
  let app: INestApplication<Server>;

  beforeAll(async () => {
    fixture = await PoolFixture.start({ config: { size: 2 } });
    const authenticate = ({ headers }: IncomingMessage) => ({
      ...DEFAULT_USER,
      role: headers.authorization === 'Bearer of-a-user' ? 'member' : 'admin',
    });
    const module = await Test.createTestingModule({
      controllers: [PoolController, MetricsController],
      providers: [
        PoolService,
        SessionRoutes,
        PoolMetrics,
        { provide: ServiceMetrics, useValue: { measure: () => Promise.resolve() } },
        { provide: AppServerPool, useValue: fixture.pool },
        { provide: PoolConfig, useValue: fixture.config },
        {
          provide: TurnQueue,
          useValue: new TurnQueue(fixture.config, new ChatConfig(), new FakeAgent(), { isLow: false }),
        },
        { provide: Authenticator, useValue: { authenticate } },
        { provide: APP_GUARD, useClass: AccessGuard },
      ],
    }).compile();
    app = module.createNestApplication<INestApplication<Server>>();
    app.useGlobalPipes(validationPipe());
    app.useGlobalFilters(new ProblemFilter(silent));
    await app.listen(0, '127.0.0.1');
  });
  afterAll(async () => {
    await app.close();
    await fixture.stop();
  });

  const call = async <T>(method: string, path: string, body?: unknown, token?: string) => {
    const { port } = app.getHttpServer().address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/admin/${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as T };
  };
  const instances = async () => (await call<PoolDto>('GET', 'pool')).body.groups.flatMap((group) => group.instances);

  it('shows groups and instances with what they hold', async () => {
    const { threadId, instanceId } = await fixture.run(null, 'hello');
    app.get(SessionRoutes).bind(threadId, { chatId: 'chat', userId: 'ada', backendId: 'demo', model: null });
    const { status, body } = await call<PoolDto>('GET', 'pool');
    expect(status).toBe(200);
    expect(body).toMatchObject({ isolation: 'shared', selectionStrategy: 'round_robin', size: 2 });
    expect(body).toMatchObject({ waiting: 0, queuedTurns: 0, queueLimit: 1000 });
    expect(body.groups).toMatchObject([{ id: 'shared', kind: 'shared', userId: null, chatId: null }]);
    const [first] = body.groups[0]?.instances ?? [];
    expect(first).toMatchObject({ id: 'codex-1', state: 'ready', turns: 0, restarts: 0, lastExit: null });
    expect(first).toMatchObject({ reason: 'initialized', retryAt: null });
    expect(first?.rssBytes).toBeGreaterThan(1e7);

    const sessions = await call<{ data: PoolSessionDto[] }>('GET', 'sessions');
    expect(sessions.body).toEqual({
      data: [{ threadId, instanceId, groupId: 'shared', chatId: 'chat', userId: 'ada', running: false }],
      nextCursor: null,
    });
  });

  it('drains an instance and starts it again', async () => {
    const drained = await call<PoolDto>('POST', 'instances/codex-2/drain');
    expect(drained.status).toBe(202);
    await until(async () => (await instances())[1]?.state === 'stopped');
    const again = await call('POST', 'instances/codex-2/drain');
    expect(again).toMatchObject({ status: 409, body: { code: 'instance_state' } });
    expect((await call('POST', 'instances/codex-2/restart')).status).toBe(202);
    await until(async () => (await instances())[1]?.state === 'ready');
  });

  it('tells each change of state with its reason, newest first, page by page', async () => {
    const all = await call<Page<PoolTransitionDto>>('GET', 'pool/transitions?instanceId=codex-2');
    expect(all.body.data.map(({ from, to, reason }) => `${from} to ${to}: ${reason}`)).toEqual([
      'starting to ready: initialized',
      'stopped to starting: restarted by an administrator',
      'draining to stopped: drained by an administrator: exit code 0',
      'ready to draining: drained by an administrator',
      'starting to ready: initialized',
      'stopped to starting: the pool starts',
    ]);
    const first = await call<Page<PoolTransitionDto>>('GET', 'pool/transitions?instanceId=codex-2&limit=4');
    const rest = await call<Page<PoolTransitionDto>>(
      'GET',
      `pool/transitions?instanceId=codex-2&cursor=${first.body.nextCursor}`,
    );
    expect([...first.body.data, ...rest.body.data]).toEqual(all.body.data);
    expect(rest.body.nextCursor).toBeNull();
  });

  it('is shown without a question to codex, so that a process that hangs does not hold it up', async () => {
    const [first] = await instances();
    process.kill(first?.pid ?? 0, 'SIGSTOP');
    const asked: number[] = [];
    const watch = setInterval(() => asked.push(fixture.pool.status().instances[0]?.requestsInFlight ?? 0), 1);
    try {
      const [stopped] = await instances();
      expect(stopped).toMatchObject({ pid: first?.pid, state: 'ready' });
      expect(stopped?.rssBytes).toBeGreaterThan(1e7);
      expect(Math.max(0, ...asked)).toBe(0);
    } finally {
      clearInterval(watch);
      process.kill(first?.pid ?? 0, 'SIGCONT');
    }
  });

  it('changes size and strategy while it runs', async () => {
    const changed = await call<PoolDto>('PUT', 'pool', { size: 3, selectionStrategy: 'least_busy' });
    expect(changed).toMatchObject({ status: 200, body: { size: 3, selectionStrategy: 'least_busy' } });
    await until(async () => (await instances()).filter(({ state }) => state === 'ready').length === 3);
    await call('PUT', 'pool', { size: 2 });
    await until(async () => (await instances()).length === 2);
  });

  it('shows the metrics to administrators only', async () => {
    const { port } = app.getHttpServer().address() as AddressInfo;
    const scrape = (token: string) =>
      fetch(`http://127.0.0.1:${port}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    const shown = await scrape('of-an-administrator');
    expect(shown.headers.get('content-type')).toContain('text/plain');
    expect(await shown.text()).toContain('codex_relay_instances{state="ready"} 2');
    const refused = await scrape('of-a-user');
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: 'admin_only' });
  });

  it.each([
    ['GET', 'pool', undefined, 'of-a-user', 403, 'admin_only'],
    ['POST', 'instances/codex-1/drain', undefined, 'of-a-user', 403, 'admin_only'],
    ['POST', 'instances/nobody/restart', undefined, undefined, 404, 'instance_not_found'],
    ['GET', 'pool/transitions', undefined, 'of-a-user', 403, 'admin_only'],
    ['GET', 'sessions', undefined, 'of-a-user', 403, 'admin_only'],
    ['PUT', 'pool', { size: 3 }, 'of-a-user', 403, 'admin_only'],
    ['GET', 'pool/transitions?limit=0', undefined, undefined, 400, 'validation_failed'],
    ['GET', 'sessions?cursor=nonsense', undefined, undefined, 400, 'invalid_cursor'],
    ['PUT', 'pool', { sizes: 3 }, undefined, 400, 'validation_failed'],
    ['PUT', 'pool', { size: 65 }, undefined, 400, 'validation_failed'],
    ['PUT', 'pool', { size: 1.5 }, undefined, 400, 'validation_failed'],
    ['PUT', 'pool', { size: '2' }, undefined, 400, 'validation_failed'],
    ['PUT', 'pool', [1], undefined, 400, 'validation_failed'],
    ['PUT', 'pool', { size: 0 }, undefined, 400, 'validation_failed'],
    ['PUT', 'pool', { selectionStrategy: 'fastest' }, undefined, 400, 'validation_failed'],
  ])('refuses %s %s %j', async (method, path, body, token, status, code) => {
    expect(await call(method, path, body, token)).toMatchObject({ status, body: { code } });
  });
});
