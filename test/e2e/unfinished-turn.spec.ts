import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codexUnderTest } from '../support/codex-under-test';
import { eventually } from '../support/eventually';
import { textOf } from '../support/relay-client';
import { ScriptedModel, startScriptedModel } from '../support/scripted-model';
import { deltasReply } from '../support/scripted-reply';
import { newDataRoot, RelayService } from '../support/service';
import { REPOSITORY } from '../support/service-process';
import { wordedReply, words } from '../support/worded-model';

const LIMIT_MS = 3_000;
const END_MS = 15_000;

describe('an app-server that never says that a turn has ended', () => {
  let folder: string;
  let model: ScriptedModel;
  let service: RelayService;

  beforeAll(async () => {
    folder = mkdtempSync(join(newDataRoot(), 'bin-'));
    const codex = join(folder, 'codex');
    const muted = join(REPOSITORY, 'test', 'support', 'muted-codex.mjs');
    const real = codexUnderTest().path;
    writeFileSync(codex, `#!/bin/sh\nexec '${process.execPath}' '${muted}' '${real}' '"turn/completed"' "$@"\n`);
    chmodSync(codex, 0o755);
    model = await startScriptedModel((request) =>
      request.lastUserText === 'stall'
        ? deltasReply(5, { fault: { kind: 'stall', afterFrames: 4 } })
        : wordedReply(request),
    );
    const environment = {
      CODEX_BINARY_PATH: codex,
      CODEX_POOL_SIZE: '1',
      CODEX_TURN_IDLE_TIMEOUT_SECONDS: String(LIMIT_MS / 1000),
    };
    service = await RelayService.start({ modelUrl: model.url, environment });
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  it('has its completed turn found in its own record, with its text, and goes on', async () => {
    const { client } = service;
    const { id } = await client.createChat();
    const record = await client.follow(id);
    const { turnId } = await client.send(id, 'say 5 words');
    const { at: saidAt } = await record.first('message.completed');
    const { pid } = await service.busyInstance();
    const end = await record.turnEnd(turnId);
    expect(end.data).toMatchObject({ status: 'completed' });
    expect(Date.parse(end.at) - Date.parse(saidAt)).toBeLessThan(LIMIT_MS + END_MS);
    expect((await client.messages(id)).map(textOf)).toEqual(['say 5 words', words(5)]);
    expect((await client.ask(id, 'say 6 words')).turn.status).toBe('completed');
    expect(textOf((await client.messages(id)).at(-1))).toBe(words(6));
    expect((await service.health()).instances.map((instance) => instance.pid)).toEqual([pid]);
    await record.close();
  });

  it('has a turn that hangs ended in time, with its text, and is replaced', async () => {
    const { client } = service;
    const { id } = await client.createChat();
    const record = await client.follow(id);
    const { turnId } = await client.send(id, 'stall');
    const { at: saidAt } = await record.first('message.delta');
    const { pid } = await service.busyInstance();
    const end = await record.turnEnd(turnId);
    expect(end.data).toMatchObject({ status: 'failed', error: { code: 'turn_idle_timeout' } });
    expect(Date.parse(end.at) - Date.parse(saidAt)).toBeLessThan(LIMIT_MS + END_MS);
    expect(textOf((await client.messages(id)).at(-1))).toBe(record.publishedText);
    await eventually('it is replaced', async () => {
      const [instance] = (await service.health()).instances;
      return instance?.state === 'ready' && instance.pid !== pid;
    });
    await eventually('it has ended', () => !service.descendants().includes(pid));
    await record.close();
  });
});
