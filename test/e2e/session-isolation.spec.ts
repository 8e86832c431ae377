import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ScriptedModel } from '../support/scripted-model';
import { RelayService } from '../support/service';
import { startWordedModel } from '../support/worded-model';

describe('a process for each chat, and one at a time', () => {
  let model: ScriptedModel;
  let service: RelayService;

  beforeAll(async () => {
    model = await startWordedModel();
    const environment = { CODEX_ISOLATION: 'session', MAX_SESSIONS: '1' };
    service = await RelayService.start({ modelUrl: model.url, environment });
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
  });

  it('refuses a message before it is accepted while the one is busy, and makes room once it is idle', async () => {
    const { client } = service;
    const [busy, other] = [await client.createChat(), await client.createChat()];
    const record = await client.follow(busy.id);
    await client.send(busy.id, 'say 500 words every 10 ms');
    await record.first('turn.started');

    const answer = await client.request('POST', `/api/v1/chats/${other.id}/messages`, { content: 'too early' });
    expect(answer).toMatchObject({ status: 503, body: { code: 'pool_saturated' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await client.messages(other.id)).toEqual([]);
    expect(await client.turns(other.id)).toEqual([]);
    expect(await client.events(other.id)).toEqual([]);

    await client.interrupt(busy.id);
    await record.first('turn.completed');
    await record.close();
    expect((await client.ask(other.id, 'hello')).turn.status).toBe('completed');
    expect((await service.health()).instances).toHaveLength(1);
    expect((await client.ask(busy.id, 'and again')).turn.status).toBe('completed');
  });

  it('has its home and its workspace in the folder of the chat, for this user only', async () => {
    const { client } = service;
    const { id } = await client.createChat();
    await client.ask(id, 'hello');
    const user = join(service.dataRoot, 'sessions', 'default');
    expect(readdirSync(join(user, id)).sort()).toEqual(['CODEX_HOME', 'workspace']);
    const folders = ['sessions', 'users', 'codex_home', 'agent_home', 'db'].map((name) => join(service.dataRoot, name));
    folders.push(user, join(user, id), join(user, id, 'CODEX_HOME'), join(user, id, 'workspace'));
    const open = folders.filter((folder) => (statSync(folder).mode & 0o777) !== 0o700);
    expect(open).toEqual([]);
  });
});
