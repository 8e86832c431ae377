import type { PoolDto } from '../../src/admin/pool.dto';
import { eventually } from '../support/eventually';
import { ScriptedModel } from '../support/scripted-model';
import { RelayService } from '../support/service';
import { steadyLoad } from '../support/steady-load';
import { startWordedModel } from '../support/worded-model';

const CHATS = 6;

describe('an administrator restarts every app-server under load', () => {
  let model: ScriptedModel;
  let service: RelayService;

  beforeAll(async () => {
    model = await startWordedModel();
    service = await RelayService.start({ modelUrl: model.url, environment: { CODEX_POOL_SIZE: '3' } });
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
  });

  const pool = async () => (await service.client.request<PoolDto>('GET', '/api/v1/admin/pool')).body;
  const instances = async () => (await pool()).groups.flatMap((group) => group.instances);

  it('all orders at once, and no turn fails', async () => {
    const { client } = service;
    const stop = steadyLoad(client, CHATS);
    const before = (await instances()).map(({ pid }) => pid);
    await eventually('turns run', async () => (await instances()).some(({ turns }) => turns > 0));
    for (const { id } of await instances()) {
      const { status } = await client.request('POST', `/api/v1/admin/instances/${id}/restart`);
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
