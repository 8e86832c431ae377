import type { PoolDto } from '../../src/admin/pool.dto';
import { eventually } from '../support/eventually';
import { ScriptedModel } from '../support/scripted-model';
import { RelayService } from '../support/service';
import { startWordedModel } from '../support/worded-model';

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
    let goesOn = true;
    const chat = async (): Promise<string[]> => {
      const { id } = await client.createChat();
      const statuses: string[] = [];
      while (goesOn) statuses.push((await client.ask(id, 'say 20 words every 10 ms')).turn.status);
      return statuses;
    };
    const running = Promise.all(Array.from({ length: 6 }, chat));
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
    goesOn = false;
    const statuses = (await running).flat();
    expect(statuses.length).toBeGreaterThan(6);
    expect(statuses.filter((status) => status !== 'completed')).toEqual([]);
  });
});
