import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { wordedSuite } from '../support/worded-suite';

describe('a process for each chat, and one at a time', () => {
  const suite = wordedSuite({ environment: { CODEX_ISOLATION: 'session', MAX_SESSIONS: '1' } });

  it('refuses a message before it is accepted while the one is busy, and makes room once it is idle', async () => {
    const [busy, other] = [await suite.client.createChat(), await suite.client.createChat()];
    const record = await suite.client.follow(busy.id);
    await suite.client.send(busy.id, 'say 500 words every 10 ms');
    await record.first('turn.started');

    const answer = await suite.client.request('POST', `/api/v1/chats/${other.id}/messages`, { content: 'too early' });
    expect(answer).toMatchObject({ status: 503, body: { code: 'pool_saturated' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await suite.client.messages(other.id)).toEqual([]);
    expect(await suite.client.turns(other.id)).toEqual([]);
    expect(await suite.client.events(other.id)).toEqual([]);
    // The same in a contract of an earlier backend, where there is no thread then.
    const begun = await suite.client.request('POST', '/chat', { messages: [{ content: 'too early' }] });
    expect(begun).toMatchObject({ status: 503, body: { code: 'pool_saturated' } });
    const { body } = await suite.client.request<{ threads: object[] }>('GET', '/threads');
    expect(body.threads).toHaveLength(2);

    await suite.client.interrupt(busy.id);
    await record.first('turn.completed');
    await record.close();
    expect((await suite.client.ask(other.id, 'hello')).turn.status).toBe('completed');
    expect((await suite.service.health()).instances).toHaveLength(1);
    expect((await suite.client.ask(busy.id, 'and again')).turn.status).toBe('completed');
  });

  it('has its home and its workspace in the folder of the chat, for this user only', async () => {
    const { id } = await suite.client.createChat();
    await suite.client.ask(id, 'hello');
    const user = join(suite.service.dataRoot, 'sessions', 'default');
    expect(readdirSync(join(user, id)).sort()).toEqual(['CODEX_HOME', 'agent_home', 'workspace']);
    const folders = ['sessions', 'users', 'codex_home', 'agent_home', 'db'].map((name) =>
      join(suite.service.dataRoot, name),
    );
    folders.push(user, join(user, id), join(user, id, 'CODEX_HOME'), join(user, id, 'workspace'));
    const open = folders.filter((folder) => (statSync(folder).mode & 0o777) !== 0o700);
    expect(open).toEqual([]);
  });

  it('leaves nothing of a chat that is deleted while its first turn is about to begin', async () => {
    const [other, { id }] = [await suite.client.createChat(), await suite.client.createChat()];
    await suite.client.ask(other.id, 'hello');
    await suite.client.send(id, 'hello');
    expect((await suite.client.request('DELETE', `/api/v1/chats/${id}`)).status).toBe(204);
    // The other one's process is there, where it had not made room yet.
    const { body } = await suite.client.request('GET', '/api/v1/admin/pool');
    expect(JSON.stringify(body)).not.toContain(id);
    expect(readdirSync(join(suite.service.dataRoot, 'sessions', 'default'))).not.toContain(id);
  });
});
