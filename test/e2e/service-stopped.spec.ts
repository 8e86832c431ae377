import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresDialect } from '../../src/database/postgres-dialect';
import { SqliteDialect } from '../../src/database/sqlite-dialect';
import { schema } from '../../src/schema';
import { eventually } from '../support/eventually';
import { childrenOf, isAlive } from '../support/marked-processes';
import { postgresConfig } from '../support/postgres';
import { textOf } from '../support/relay-client';
import { ScriptedModel } from '../support/scripted-model';
import { RelayService } from '../support/service';
import { REPOSITORY } from '../support/service-process';
import { SseClient } from '../support/sse-client';
import { startWordedModel, words } from '../support/worded-model';

describe('the service is told to stop', () => {
  let model: ScriptedModel;
  let service: RelayService;

  beforeAll(async () => {
    model = await startWordedModel();
    // What ends within it has time on a busy machine, too.
    service = await RelayService.start({ modelUrl: model.url, environment: { SHUTDOWN_GRACE_SECONDS: '3' } });
  });
  beforeEach(async () => {
    if (!isAlive(service.pid)) await service.restart();
  });
  afterAll(async () => {
    await service?.dispose();
    await model?.stop();
  });

  /** A chat whose answer has begun, with its events from the first on. */
  async function answering(content: string): Promise<{ id: string; record: SseClient }> {
    const { client } = service;
    const { id } = await client.createChat();
    const record = await client.follow(id);
    await client.send(id, content);
    await record.first('message.delta');
    return { id, record };
  }

  it('ends at once when nothing runs, and its connections with it', async () => {
    const { id } = await service.client.createChat();
    const record = await service.client.follow(id);
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    await record.ended;
    expect(service.errorLines).toEqual([]);
  });

  it('lets a turn end that is nearly done', async () => {
    const { id, record } = await answering('say 40 words every 10 ms');
    const children = childrenOf(service.pid);
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    expect(children.filter(isAlive)).toEqual([]);
    await eventually('no process of it is left', () => service.descendants().length === 0);
    await record.ended;
    expect(record.ofType('turn.completed').map(({ data }) => data.status)).toEqual(['completed']);

    await service.restart();
    expect(textOf((await service.client.messages(id)).at(-1))).toBe(words(40));
    expect((await service.client.turns(id)).map(({ status }) => status)).toEqual(['completed']);
  });

  it('lets it end, too, when Ctrl-C arrives twice, from the terminal and from npm', async () => {
    const { record } = await answering('say 40 words every 10 ms');
    service.signal('SIGINT');
    await sleep(100);
    service.signal('SIGINT');
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    await record.ended;
    expect(record.ofType('turn.completed').map(({ data }) => data.status)).toEqual(['completed']);
  });

  it('ends at once at a second Ctrl-C of somebody who does not want to wait', async () => {
    await service.stop();
    await service.restart({ SHUTDOWN_GRACE_SECONDS: '20' });
    const { record } = await answering('say 1000 words every 10 ms');
    service.signal('SIGINT');
    await eventually('it is about to end', async () => (await service.health()).status === 'stopping');
    await sleep(2_000);
    expect((await service.client.request('GET', '/health/ready')).status).toBe(503);
    service.signal('SIGINT');
    expect(await service.stop()).toEqual({ code: 1, signal: null });
    await record.ended;
    await eventually('no process of it is left', () => service.descendants().length === 0);
  });

  it('lets a call of another program end, and notes one that takes longer', async () => {
    const call = async (input: string): Promise<string> => {
      const body = JSON.stringify({ model: 'scripted', input, stream: true });
      const headers = { 'content-type': 'application/json', authorization: 'Bearer any' };
      const answer = await fetch(`${service.url}/v1/responses`, { method: 'POST', headers, body });
      return answer.text();
    };
    const before = model.requests.length;
    const short = call('say 40 words every 10 ms');
    const long = call('say 1000 words every 10 ms');
    await eventually('both are asked', () => model.requests.length === before + 2);
    const cut = expect(long).rejects.toThrow();
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    expect(await short).toContain('response.completed');
    await cut;
    await service.restart();
    const { body } = await service.client.request<{ data: { status: string; errorCode: string | null }[] }>(
      ...(['GET', '/api/v1/usage/calls'] as const),
    );
    const ends = body.data.slice(0, 2).map(({ status, errorCode }) => `${status} ${errorCode}`);
    expect(ends.sort()).toEqual(['aborted service_stopped', 'ok null']);
  });

  it('interrupts a turn that takes longer than the grace time, keeps what waits, and runs it after the start', async () => {
    const { client } = service;
    const { id } = await client.createChat();
    const record = await client.follow(id);
    const first = await client.send(id, 'say 1000 words every 10 ms');
    const second = await client.send(id, 'this one waits');
    await record.first('message.delta');
    const children = childrenOf(service.pid);
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    expect(children.filter(isAlive)).toEqual([]);
    await record.ended;

    await service.restart();
    const later = await service.client.follow(id);
    await later.turnEnd(second.turnId);
    await later.close();
    const ends = later.ofType('turn.completed').map(({ turnId, data }) => [turnId, data.status, data.error?.code]);
    expect(ends).toEqual([
      [first.turnId, 'interrupted', 'service_stopped'],
      [second.turnId, 'completed', undefined],
    ]);
    const [, partial] = await service.client.messages(id);
    expect(partial?.status).toBe('partial');
    expect(textOf(partial)).toContain(record.publishedText);
    expect(textOf((await service.client.messages(id)).at(-1))).toBe('You said: this one waits');
  });

  it('lets the operator take its tables back, and starts from nothing then', async () => {
    const { id } = await service.client.createChat();
    await service.stop();
    const { databaseUrl, dataRoot } = service;
    const database = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl };
    const program = join(REPOSITORY, 'dist', 'src', 'revert-migration.js');
    const { status, stderr } = spawnSync(process.execPath, [program], {
      ...{ env: { ...process.env, ...database, CODEX_DATA_ROOT: dataRoot }, cwd: dataRoot, encoding: 'utf8' },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    // The others as the program does it, without a process for each.
    const dialect =
      databaseUrl === undefined
        ? new SqliteDialect(join(dataRoot, 'db'), schema)
        : new PostgresDialect(postgresConfig(databaseUrl), schema);
    for (let left = schema.migrations.length - 1; left > 0; left--) await dialect.revertMigration();
    await service.restart();
    expect(await service.client.request('GET', `/api/v1/chats/${id}`)).toMatchObject({ status: 404 });
    expect((await service.client.ask((await service.client.createChat()).id, 'hello')).turn.status).toBe('completed');
  });
});
