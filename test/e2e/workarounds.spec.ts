import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codexUnderTest } from '../support/codex-under-test';
import { Exposition } from '../support/exposition';
import { RelayService } from '../support/service';
import { SocketClient } from '../support/socket-client';

/** The log has it as JSON, with other quotation marks. */
const WARNING = /codex 9\.9\.9 was not tested with this service, .* were: .*npm run codex:check 9\.9\.9/;
const UNPROTECTED = /sandboxed commands can read other chats.*: there is no bwrap on the PATH or beside codex/;

/** The real codex, which gives itself out as another version and lies alone, without the `bwrap` of its package. */
function loneCodex(dataRoot: string): string {
  const bin = join(dataRoot, 'other', 'bin');
  mkdirSync(bin, { recursive: true });
  const script = `#!/bin/sh\n[ "$1" != --version ] || { echo codex-cli 9.9.9; exit 0; }\nexec '${codexUnderTest().path}' "$@"\n`;
  writeFileSync(join(bin, 'codex'), script, { mode: 0o700 });
  return join(bin, 'codex');
}

/** On a machine that has a `bwrap` of its own there is one everywhere. */
const hasBwrap = (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, 'bwrap')));

describe('a service with a codex that it was not tested with, and without bwrap', () => {
  let service: RelayService;

  beforeAll(async () => {
    service = await RelayService.start({
      environment: { CODEX_POOL_SIZE: '1', LOG_LEVEL: 'info' },
      prepare: (dataRoot) => ({ CODEX_BINARY_PATH: loneCodex(dataRoot) }),
    });
  });
  afterAll(() => service?.dispose());

  it('runs turns', async () => {
    const { id } = await service.client.createChat();
    expect((await service.client.ask(id, 'hello')).turn.status).toBe('completed');
  });

  it('says of the version that it was not tested: in the log, at /status and at /health/detailed', async () => {
    expect(service.log).toMatch(WARNING);
    expect((await service.client.request('GET', '/status')).body).toMatchObject({
      ...{ status: 'ok', codex_available: true, codex_version: '9.9.9', codex_tested: false },
      codex_warning: expect.stringMatching(WARNING) as string,
    });
    expect(await service.health()).toMatchObject({
      ...{ codexVersion: '9.9.9', codexTested: false },
      codexWarning: expect.stringMatching(WARNING) as string,
    });
  });

  (hasBwrap ? it.skip : it)(
    'says what is not protected without bwrap: in the log, at /health/detailed, as a metric',
    async () => {
      expect(service.log).toMatch(UNPROTECTED);
      const { workarounds } = await service.health();
      const problem = expect.stringMatching(UNPROTECTED) as string;
      expect(workarounds).toContainEqual(expect.objectContaining({ name: 'bwrap_wrapper', active: false, problem }));
      const metrics = await Exposition.of(service.url);
      expect(metrics.value('codex_relay_workaround_active', { name: 'bwrap_wrapper' })).toBe(0);
      expect(metrics.value('codex_relay_workaround_active', { name: 'prepared_statements' })).toBe(1);
    },
  );
});

describe('a service with every workaround switched off', () => {
  const SETTINGS = [
    ...['CODEX_PRIVATE_VIEW', 'CODEX_BWRAP_WRAPPER', 'CODEX_LOG_FILTER', 'DIRECT_SOCKET_WRITES', 'PREPARED_STATEMENTS'],
  ];
  let service: RelayService;

  beforeAll(async () => {
    const off = Object.fromEntries(SETTINGS.map((setting) => [setting, 'off']));
    service = await RelayService.start({ environment: { CODEX_POOL_SIZE: '1', LOG_LEVEL: 'info', ...off } });
  });
  afterAll(() => service?.dispose());

  it('runs turns, shows them over Socket.IO, and keeps them', async () => {
    const { id } = await service.client.createChat();
    const socket = await SocketClient.connect(service.url);
    await socket.join(id);
    const { turn } = await service.client.ask(id, 'hello');
    expect(turn.status).toBe('completed');
    expect((await socket.turnEnd(turn.id)).data.status).toBe('completed');
    socket.close();
    await service.kill();
    await service.restart();
    expect((await service.client.ask(id, 'and again')).turn.status).toBe('completed');
  });

  it('says of each that it is off, and what follows', async () => {
    const { workarounds } = await service.health();
    const told = workarounds.map(({ setting, active, problem }) => ({ setting, active, isTold: problem !== null }));
    expect(told.sort((a, b) => a.setting.localeCompare(b.setting))).toEqual(
      SETTINGS.toSorted().map((setting) => ({ setting, active: false, isTold: true })),
    );
    for (const setting of SETTINGS) expect(service.log).toContain(`: ${setting} is \\"off\\"`);
  });
});
