import type { PoolDto, PoolSessionDto } from '../../src/admin/pool.dto';
import type { Page } from '../../src/database/page';
import { eventually } from '../support/eventually';
import { steadyLoad } from '../support/steady-load';
import { wordedSuite } from '../support/worded-suite';

const CHATS = 6;

describe('an administrator', () => {
  const suite = wordedSuite();

  const pool = async (): Promise<PoolDto> => (await suite.client.request<PoolDto>('GET', '/api/v1/admin/pool')).body;
  const order = (method: string, path: string, body?: unknown) =>
    suite.client.request(method, `/api/v1/admin/${path}`, body);
  const states = async (): Promise<Record<string, string>> => {
    const { groups } = await pool();
    return Object.fromEntries(groups.flatMap(({ instances }) => instances.map(({ id, state }) => [id, state])));
  };
  const become = (what: string, wanted: Record<string, string>) =>
    eventually(what, async () => JSON.stringify(await states()) === JSON.stringify(wanted));

  it('resizes, restarts, drains and changes the strategy under load without a failed turn', async () => {
    const stop = steadyLoad(suite.client, CHATS);
    const unchanged = await order('PUT', 'pool', { size: null, selectionStrategy: null });
    expect(unchanged).toMatchObject({ status: 200, body: { size: 2, selectionStrategy: 'round_robin' } });
    expect((await order('PUT', 'pool', { size: 4 })).status).toBe(200);
    const four = { 'codex-1': 'ready', 'codex-2': 'ready', 'codex-3': 'ready', 'codex-4': 'ready' };
    await become('four are ready', four);
    expect((await order('PUT', 'pool', { selectionStrategy: 'least_busy' })).status).toBe(200);

    const before = (await pool()).groups[0]?.instances[0]?.pid;
    expect((await order('POST', 'instances/codex-1/restart')).status).toBe(202);
    await eventually('codex-1 is another process', async () => {
      const [first] = (await pool()).groups[0]?.instances ?? [];
      return first?.state === 'ready' && first.pid !== before;
    });
    expect((await order('POST', 'instances/codex-2/drain')).status).toBe(202);
    await become('codex-2 is stopped', { ...four, 'codex-2': 'stopped' });

    expect((await order('PUT', 'pool', { size: 1 })).status).toBe(200);
    await become('one is left', { 'codex-1': 'ready' });
    const turns = await stop();
    expect(turns.length).toBeGreaterThan(CHATS);
    expect(turns.filter(({ status }) => status !== 'completed')).toEqual([]);
    expect(await pool()).toMatchObject({ size: 1, selectionStrategy: 'least_busy', waiting: 0, queuedTurns: 0 });
    expect(suite.service.log).toContain('the shared pool is resized by an administrator');
  });

  it('sees which app-server has which chat', async () => {
    const { id } = await suite.client.createChat();
    const record = await suite.client.follow(id);
    await suite.client.send(id, 'say 500 words every 10 ms');
    await record.first('message.delta');
    const { threadId } = await suite.client.chat(id);
    const { body } = await suite.client.request<Page<PoolSessionDto>>('GET', '/api/v1/admin/sessions?limit=1');
    expect(body.data).toEqual([
      { threadId, instanceId: 'codex-1', groupId: 'shared', chatId: id, userId: 'default', running: true },
    ]);
    const next = await suite.client.request<Page<PoolSessionDto>>(
      'GET',
      `/api/v1/admin/sessions?cursor=${body.nextCursor}`,
    );
    expect(next.body.data.map(({ chatId }) => chatId)).not.toContain(id);
    await suite.client.interrupt(id);
    await record.first('turn.completed');
    await record.close();
  });

  it.each([
    ['POST', 'instances/codex-99/drain', undefined, 404, 'instance_not_found'],
    ['POST', 'instances/%20/restart', undefined, 404, 'instance_not_found'],
    ['PUT', 'pool', { size: 0 }, 400, 'validation_failed'],
    ['PUT', 'pool', { size: null, selectionStrategy: 'fastest' }, 400, 'validation_failed'],
    ['PUT', 'pool', '{', 400, 'malformed_json'],
    ['PUT', 'pool', { strategy: 'least_busy' }, 400, 'validation_failed'],
    ['GET', 'pool/transitions?limit=501', undefined, 400, 'validation_failed'],
    ['GET', 'sessions?cursor=nonsense', undefined, 400, 'invalid_cursor'],
  ])('is told what is wrong with %s %s %j', async (method, path, body, status, code) => {
    const answer = await order(method, path, body);
    expect(answer).toMatchObject({ status, body: { status, code } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.detail).not.toBe('');
  });
});

describe('an administrator of a pool with a process per user', () => {
  const suite = wordedSuite({ environment: { CODEX_ISOLATION: 'user' } });

  it('cannot choose its size, and changes nothing by trying', async () => {
    const body = { size: 2, selectionStrategy: 'least_busy' };
    const answer = await suite.client.request('PUT', '/api/v1/admin/pool', body);
    expect(answer).toMatchObject({ status: 409, body: { code: 'fixed_pool_size' } });
    const after = await suite.client.request('GET', '/api/v1/admin/pool');
    expect(after.body).toMatchObject({ isolation: 'user', selectionStrategy: 'round_robin', groups: [] });
  });
});
