import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DataRootRegister } from '../../../src/runtime/isolation/data-root-register';
import { PoolFixture } from './support/pool-fixture';

/** Other systems have no `bwrap`; there the service warns. */
const onLinux = process.platform === 'linux' ? describe : describe.skip;

const CHAT = { userId: 'ada', chatId: 'hers' };

onLinux('what a sandboxed command sees of the machine', () => {
  let home: string;
  let fixture: PoolFixture;

  beforeAll(() => {
    home = mkdtempSync(join(homedir(), '.codex-relay-test-'));
  });
  afterEach(() => fixture.stop());
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  const at = (...path: string[]) => join(home, ...path);
  const write = (path: string, text: string, mode = 0o600) => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text, { mode });
    return path;
  };
  const outputOf = async (command: string, sandbox: 'workspace-write' | 'danger-full-access' = 'workspace-write') => {
    const cwd = join(fixture.root, 'sessions', CHAT.userId, CHAT.chatId, 'workspace');
    await fixture.run(null, command, { cwd, sandbox }, CHAT);
    return fixture.model.requests.at(-1)?.output ?? '';
  };

  it('is programs, not homes, other services, sockets or what only administrators may read', async () => {
    const secrets = [
      write(at('.ssh', 'id_rsa'), 'secret\n'),
      write(at('project', 'note'), 'secret\n'),
      write(at('package', '.npmrc'), 'secret\n'),
      write(at('service', 'global_config', 'llm_backends.yaml'), 'secret\n'),
    ];
    write(at('package', 'lib', 'text'), 'it ran\n');
    write(at('package', 'bin', 'the-tool'), `#!/bin/sh\ncat ${at('package', 'lib', 'text')}\n`, 0o700);
    mkdirSync(at('path'));
    symlinkSync(at('package', 'bin', 'the-tool'), at('path', 'the-tool'));
    write(at('shown', 'note'), 'shown\n');
    fixture = await PoolFixture.start({
      config: { size: 1 },
      environment: { PATH: `${at('path')}:${process.env.PATH}` },
      sandbox: { readable: [at('shown')] },
    });
    const files = [...secrets, '/etc/shadow', '/etc/gshadow', '/etc/sudoers', '/etc/ssh/ssh_host_*_key'].join(' ');
    const output = await outputOf(
      `run cat ${files} 2>/dev/null | wc -c; ls -A /run /home /var/tmp ${homedir()}; the-tool; cat ${at('shown', 'note')}; node -p 1+1; touch ${at('x')}`,
    );
    expect(output).toMatch(/Output:\n0\n[^]*it ran\nshown\n2\n[^]*Read-only file system/);
    expect(output).not.toMatch(/\.ssh|postgresql|dbus|\.sock|\.bashrc|project/);
  });

  it('is not the data of another service of the same machine, also one that has come since', async () => {
    fixture = await PoolFixture.start({ config: { size: 1 } });
    const other = mkdtempSync(join('/opt', 'codex-relay-test-'));
    try {
      mkdirSync(join(other, 'codex_home'));
      write(join(other, 'sessions', 'note'), 'secret\n');
      expect(await outputOf(`run cat ${other}/sessions/note`)).toContain('secret');
      const folder = (await outputOf('run dirname "$(echo $PATH | tr : "\\n" | grep "[.]codex-relay-")"/x'))
        .split('\n')
        .find((line) => line.startsWith('/'));
      new DataRootRegister(folder ?? '', other).add();
      const { instanceId } = await fixture.run(null, 'hello');
      process.kill(fixture.instance(instanceId).pid, 'SIGKILL');
      const output = await outputOf(`run cat ${other}/sessions/note; ls -A ${folder}/roots; echo looked`);
      expect(output).toContain('looked');
      expect(output).not.toMatch(/secret|[0-9a-f]{32}/);
    } finally {
      rmSync(other, { recursive: true });
    }
  });

  it.each([
    ['a home', () => at('data root')],
    ['/dev/shm', () => '/dev/shm/codex-relay-test'],
    ['/run', () => '/run/codex-relay-test'],
  ])('is its workspace, HOME and a terminal with the data root in %s', async (_name, rootOf) => {
    const root = rootOf();
    fixture = await PoolFixture.start({ config: { size: 1, isolation: 'session' }, root });
    await outputOf('run echo mine > note');
    await outputOf('run echo of HOME > ~/note', 'danger-full-access');
    const output = await outputOf('tty tty; cat note ~/note; ls -A ../..; ls -A ../../..');
    expect(output).toMatch(/\/dev\/\w+[^]*mine\s+of HOME\s+hers\s+ada/);
  });

  it('is a HOME whose startup files have no effect on later commands', async () => {
    fixture = await PoolFixture.start({ config: { size: 1 } });
    const files = ['.bashrc', '.bash_profile', '.profile', '.zshenv'];
    for (const name of files) writeFileSync(join(fixture.root, 'agent_home', name), 'echo from the HOME\n');
    const shells = ['true', 'bash -c true', 'bash -lc true', 'echo | bash -i', 'sh -lc true'];
    for (const verb of ['run', 'tty'])
      expect(await outputOf(`${verb} ${shells.join('; ')}; echo done`)).toMatch(/^(?!.*from the HOME)[^]*done/s);
    expect(await outputOf('run echo done', 'danger-full-access')).not.toContain('from the HOME');
    rmSync(join(fixture.root, 'agent_home', '.bashrc'));
    writeFileSync(join(fixture.root, 'agent_home', 'note'), 'echo from the HOME\n');
    symlinkSync('note', join(fixture.root, 'agent_home', '.bashrc'));
    expect(await outputOf('run echo | bash -i; echo done')).toMatch(/^(?!.*from the HOME)[^]*done/s);
  });

  it('is seen by codex itself no more below a ceiling, and what is secret never', async () => {
    const note = write(at('note'), 'secret\n');
    for (const sandboxModeMax of ['workspace-write', 'danger-full-access'] as const) {
      fixture = await PoolFixture.start({
        config: { size: 1, sandboxModeMax },
        workarounds: { mountIsolation: 'required' },
      });
      const { instanceId } = await fixture.run(null, 'hello');
      const { pid } = fixture.instance(instanceId);
      expect(existsSync(`/proc/${pid}/root${note}`)).toBe(sandboxModeMax === 'danger-full-access');
      if (process.getuid?.() === 0)
        expect(await outputOf('run wc -c < /etc/shadow', 'danger-full-access')).toMatch(
          /Output:\n(0$|.*Permission denied)/m,
        );
      if (sandboxModeMax === 'workspace-write') await fixture.stop();
    }
  });
});
