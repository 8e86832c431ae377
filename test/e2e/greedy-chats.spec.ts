import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillableDisk, type FillableDisk } from '../chaos/faults/small-disk';
import { eventually } from '../support/eventually';
import { RelayClient } from '../support/relay-client';
import { ScriptedModel, startScriptedModel } from '../support/scripted-model';
import { callsReply } from '../support/scripted-reply';
import { RelayService, writeBackends } from '../support/service';
import { wordedReply } from '../support/worded-model';

const DISK_MB = 128;
/** Longer than the end of an interrupted turn takes on a full disk. */
const PATIENCE_MS = 40_000;
const LIMITS = {
  SANDBOX_PROCESSES_MAX: '60',
  SANDBOX_MEMORY_MAX_MB: '250',
  SANDBOX_FILE_MAX_MB: '20',
  CHAT_TMP_MAX_MB: '6',
};
const STORAGE = { STORAGE_FLOOR_MB: '32', STORAGE_RESERVE_MB: '4' };

/** Fills any disk of a test, in files below the limit of one. */
const FILL = 'i=0; while [ $i -lt 40 ]; do i=$((i + 1)); head -c 10M /dev/zero > f$i; done; sleep 60';

/** Whether this user may make a disk of its own. */
function mayMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('a greedy chat', () => {
  let model: ScriptedModel;
  let service: RelayService;
  let client: RelayClient;
  let disk: FillableDisk | undefined;
  const hasDisk = mayMount();

  beforeAll(async () => {
    model = await startScriptedModel((request) => {
      const [, command] = /^run ([^]*)/.exec(request.lastUserText) ?? [];
      if (command === undefined || request.answersTool) return wordedReply(request);
      return callsReply([{ name: 'exec_command', arguments: { cmd: command, yield_time_ms: 30_000 } }]);
    });
    service = await RelayService.start({
      modelUrl: model.url,
      environment: { ...LIMITS, ...STORAGE, CODEX_POOL_SIZE: '2' },
      prepare: (dataRoot) => {
        if (!hasDisk) return;
        const backends = readFileSync(join(dataRoot, 'global_config', 'llm_backends.yaml'), 'utf8');
        disk = fillableDisk(dataRoot, DISK_MB, () => []);
        writeBackends(dataRoot, backends);
      },
    });
    client = service.client;
  });
  afterAll(async () => {
    await service?.kill();
    disk?.remove();
    await service?.dispose();
    await model?.stop();
  });

  const outcomeOf = async (chatId: string) =>
    (await client.turns(chatId)).map(({ status, error }) => [status, error?.code]);
  const warningsOf = async (chatId: string) =>
    (await client.events(chatId)).flatMap((event) => (event.type === 'warning' ? [event.data.message] : []));

  it.each([
    ['processes', 'i=0; while [ $i -lt 200 ]; do i=$((i + 1)); sleep 60 & done; wait', /more than 60 processes/],
    ['memory', 'head -c 400M /dev/zero | tail | sleep 60', /more than 250 MiB of memory/],
  ])('that uses too much of %s loses its commands, and its turn goes on', async (_what, command, warning) => {
    const { id } = await client.createChat();
    expect((await client.ask(id, `run ${command}`)).turn.status).toBe('completed');
    expect(await warningsOf(id)).toEqual([expect.stringMatching(warning)]);
  });

  it('can write no file that is too large, and is stopped when its /tmp has become so', async () => {
    const { id } = await client.createChat();
    await client.ask(id, 'run head -c 30M /dev/zero > big; stat -c %s big; rm big');
    expect(JSON.stringify(model.requests.at(-1)?.messages)).toMatch(/20971520/);
    await client.ask(id, 'run sleep 2; head -c 9M /dev/zero > /tmp/big; sleep 60');
    expect((await outcomeOf(id)).at(-1)).toEqual(['failed', 'workspace_limit']);
    expect((await client.ask(id, 'run rm /tmp/big')).turn.status).toBe('completed');
  });

  (hasDisk ? it : it.skip)(
    'that fills the disk is stopped and can be deleted, nothing new is taken meanwhile, and others go on',
    async () => {
      const [calm, greedy, next] = await Promise.all([client.createChat(), client.createChat(), client.createChat()]);
      const answered = client.ask(calm.id, 'say 100 words every 50 ms');
      await client.ask(greedy.id, `run ${FILL}`);
      expect(await outcomeOf(greedy.id)).toEqual([['failed', 'storage_low']]);
      expect((await client.request('GET', '/health/ready')).status).toBe(503);
      expect((await client.request('GET', '/health')).body).toEqual({ status: 'degraded' });
      const refused = await client.request('POST', `/api/v1/chats/${next.id}/messages`, { content: 'hello' });
      expect(refused).toMatchObject({ status: 503, body: { code: 'storage_low' } });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await answered).turn).toMatchObject({ status: 'completed', error: null });

      expect((await client.request('DELETE', `/api/v1/chats/${greedy.id}`)).status).toBe(204);
      await eventually(
        'the service is ready',
        async () => (await client.request('GET', '/health/ready')).status === 200,
      );
      expect((await client.ask(next.id, 'hello')).turn.status).toBe('completed');
    },
  );

  (hasDisk ? it : it.skip)('can be deleted and interrupted while it fills the disk', async () => {
    const [deleted, interrupted] = await Promise.all([client.createChat(), client.createChat()]);
    for (const { id } of [deleted, interrupted]) await client.send(id, `run ${FILL}`);
    await eventually('the disk is full', () => disk?.isFull === true);
    const startedAt = performance.now();
    await client.interrupt(interrupted.id);
    expect((await client.request('DELETE', `/api/v1/chats/${deleted.id}`)).status).toBe(204);
    await eventually(
      'the turn has ended',
      async () => (await outcomeOf(interrupted.id)).at(0)?.[0] !== 'running',
      PATIENCE_MS,
    );
    expect(performance.now() - startedAt).toBeLessThan(PATIENCE_MS);
    expect((await client.request('DELETE', `/api/v1/chats/${interrupted.id}`)).status).toBe(204);
    await eventually('the service is ready', async () => (await client.request('GET', '/health/ready')).status === 200);
  });
});
