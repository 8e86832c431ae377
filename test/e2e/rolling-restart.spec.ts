import type { PoolDto } from '../../src/admin/pool.dto';
import { eventually } from '../support/eventually';
import { steadyLoad } from '../support/steady-load';
import { wordedSuite } from '../support/worded-suite';

const CHATS = 6;

describe('an administrator restarts every app-server under load', () => {
  const suite = wordedSuite({ environment: { CODEX_POOL_SIZE: '3' } });

  const pool = async () => (await suite.client.request<PoolDto>('GET', '/api/v1/admin/pool')).body;
  const instances = async () => (await pool()).groups.flatMap((group) => group.instances);

  it('all orders at once, and no turn fails', async () => {
    const stop = steadyLoad(suite.client, CHATS);
    const before = (await instances()).map(({ pid }) => pid);
    await eventually('turns run', async () => (await instances()).some(({ turns }) => turns > 0));
    for (const { id } of await instances()) {
      const { status } = await suite.client.request('POST', `/api/v1/admin/instances/${id}/restart`);
      expect(status).toBe(202);
    }
    await eventually('every process is another one', async () => {
      const now = await instances();
      return now.length === 3 && now.every(({ state, pid }) => state === 'ready' && !before.includes(pid));
    });
    const turns = await stop();
    expect(turns.length).toBeGreaterThan(CHATS);
    expect(turns.filter(({ status }) => status !== 'completed')).toEqual([]);
  });
});
