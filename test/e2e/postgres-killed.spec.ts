import { chownSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { ChatEvent } from '../../src/chat/event-log/chat-event';
import { fillableDisk } from '../chaos/faults/small-disk';
import { upTo } from '../support/event-record';
import { eventually } from '../support/eventually';
import { Exposition } from '../support/exposition';
import { postgresBinaries, PostgresServer } from '../support/postgres-server';
import { RelayClient } from '../support/relay-client';
import { ScriptedModel } from '../support/scripted-model';
import { RelayService } from '../support/service';
import { startWordedModel } from '../support/worded-model';

const LONG = 'say 500 words every 10 ms';

const itWithDisk = process.getuid?.() === 0 && process.platform === 'linux' ? it : it.skip;
const describeWithServer = postgresBinaries() === undefined ? describe.skip : describe;

describeWithServer('PostgreSQL is killed in the middle of turns, and started again', () => {
  let server: PostgresServer;
  let model: ScriptedModel;
  let service: RelayService;
  let client: RelayClient;

  beforeAll(async () => {
    server = await PostgresServer.start();
    model = await startWordedModel();
    service = await RelayService.start({
      modelUrl: model.url,
      environment: { DATABASE_URL: server.url('postgres'), DATABASE_START_WAIT_SECONDS: '10' },
    });
    client = service.client;
  });
  afterAll(async () => {
    await service?.dispose();
    await model?.stop();
    await server?.dispose();
  });

  /** Two chats whose turns are in the middle of their answers. */
  async function busyChats(): Promise<string[]> {
    const chats = await Promise.all(upTo(2).map(() => client.createChat()));
    await Promise.all(
      chats.map(async ({ id }) => {
        const stream = await client.follow(id);
        await client.send(id, LONG);
        await stream.until('text of the answer', () => stream.publishedText.includes('word20'));
      }),
    );
    return chats.map(({ id }) => id);
  }

  async function expectWhole(chatId: string): Promise<ChatEvent[]> {
    await eventually('every turn has ended', async () =>
      (await client.turns(chatId)).every(({ status }) => ['completed', 'interrupted', 'failed'].includes(status)),
    );
    const log = await client.events(chatId);
    const turns = await client.turns(chatId);
    for (const { id } of turns) {
      expect(log.filter(({ type, turnId }) => type === 'turn.completed' && turnId === id)).toHaveLength(1);
    }
    return log;
  }

  it('holds the turns up until it is back, answers 503 meanwhile, and loses nothing', async () => {
    const chats = await busyChats();
    await server.kill();
    const refused = await client.request('POST', `/api/v1/chats/${chats[0]}/messages`, { content: 'now?' });
    expect(refused).toMatchObject({ status: 503, body: { code: 'storage_unavailable' } });
    const health = await client.request('GET', '/api/v1/chats');
    expect(health.status).toBe(503);
    await server.launch();
    for (const chatId of chats) {
      await expectWhole(chatId);
      expect((await client.turns(chatId)).map(({ status }) => status)).toEqual(['completed']);
      const texts = (await client.messages(chatId)).map(({ content }) => JSON.stringify(content));
      expect(texts).toHaveLength(2);
      expect(texts[1]).toContain('word199');
    }
    expect((await client.ask(chats[0] ?? '', 'and now?')).turn.status).toBe('completed');
  });

  itWithDisk('holds the turns up while its disk is full, and loses nothing', async () => {
    const folder = join(server.folder, 'small');
    const disk = fillableDisk(folder, 24, () => []);
    const { uid, gid } = statSync(join(server.folder, 'data'));
    chownSync(folder, uid, gid);
    const execute = async (...statements: string[]): Promise<void> => {
      const database = new Client({ connectionString: server.url('postgres') });
      await database.connect();
      for (const statement of statements) await database.query(statement);
      await database.end();
    };
    const failures = async (): Promise<number> =>
      (await Exposition.of(service.url)).value('codex_relay_commit_failures_total');
    try {
      await execute(`CREATE TABLESPACE small LOCATION '${folder}'`, 'ALTER TABLE events SET TABLESPACE small');
      const chats = await busyChats();
      const before = await failures();
      disk.fill();
      await eventually('nothing more can be stored', async () => (await failures()) > before + 1);
      for (const chatId of chats) {
        expect((await client.turns(chatId)).map(({ status }) => status)).toEqual(['running']);
      }
      disk.free();
      for (const chatId of chats) {
        await expectWhole(chatId);
        expect((await client.turns(chatId)).map(({ status }) => status)).toEqual(['completed']);
        expect(JSON.stringify((await client.messages(chatId)).at(-1)?.content)).toContain('word199');
      }
    } finally {
      disk.free();
      await execute('ALTER TABLE events SET TABLESPACE pg_default', 'CHECKPOINT', 'DROP TABLESPACE small');
      disk.remove();
    }
  });

  it('ends each turn once when the service is killed with it, and runs what was accepted', async () => {
    const chats = await busyChats();
    const waiting = await client.send(chats[0] ?? '', 'this one waits');
    await Promise.all([server.kill(), service.kill()]);
    await server.launch();
    await service.restart();
    client = service.client;
    for (const chatId of chats) await expectWhole(chatId);
    const turns = await client.turns(chats[0] ?? '');
    expect(turns.find(({ id }) => id === waiting.turnId)?.status).toBe('completed');
  });
});
