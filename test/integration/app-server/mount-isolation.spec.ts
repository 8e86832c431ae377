import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Environment } from '../../../src/config/environment';
import { GatewayConfig } from '../../../src/config/gateway.config';
import { Isolation, PoolConfig, MountIsolationMode } from '../../../src/config/pool.config';
import { StorageConfig } from '../../../src/config/storage.config';
import { CodexBinary } from '../../../src/runtime/codex-binary';
import { DataDirectories } from '../../../src/runtime/data-directories';
import { ModelEndpoint } from '../../../src/runtime/model-endpoint';
import { Runtime } from '../../../src/runtime/runtime';
import { findProgram } from '../../../src/runtime/shim-script';
import { TemporaryFolder } from '../../support/temporary-folder';
import { PoolFixture, scratchRoot } from './support/pool-fixture';

const ADA = { userId: 'ada', chatId: 'hers' };
const BEN = { userId: 'ben', chatId: 'his' };

/** A model that makes a link in its workspace, and a patch that moves a file behind it into the workspace. */
class FileProbe {
  private fetches = 0;

  private constructor(
    readonly fixture: PoolFixture,
    private readonly workspace: string,
  ) {}

  static async start(isolation: Isolation, mountIsolation: MountIsolationMode = 'required'): Promise<FileProbe> {
    const root = scratchRoot();
    const workspace = join(root, 'sessions', ADA.userId, ADA.chatId, 'workspace');
    const others = join(root, 'sessions', BEN.userId, BEN.chatId, 'workspace');
    for (const folder of [workspace, others, join(root, 'global_config'), join(root, 'db')])
      mkdirSync(folder, { recursive: true });
    writeFileSync(join(root, 'global_config', 'llm_backends.yaml'), 'api_key: secret\n');
    writeFileSync(join(root, '.env'), 'API_KEY=secret\n');
    writeFileSync(join(root, 'db', 'chat.sqlite'), 'secret\n');
    writeFileSync(join(others, 'note'), 'secret\n');
    return new FileProbe(await PoolFixture.start({ config: { size: 1, isolation, mountIsolation }, root }), workspace);
  }

  /** What the model gets to see of a file; empty when nothing. */
  async fetch(path: string): Promise<string> {
    const cwd = this.workspace;
    const number = (this.fetches += 1);
    await this.fixture.run(null, `run ln -s ${dirname(path)} link${number}`, { cwd }, ADA);
    const [from, to] = [`link${number}/${basename(path)}`, `mine${number}`];
    const patch = ['*** Begin Patch', `*** Update File: ${from}`, `*** Move to: ${to}`, '@@', '+x', '*** End Patch'];
    await this.fixture.run(null, `patch ${patch.join('\n')}`, { cwd }, ADA);
    const moved = join(cwd, to);
    return existsSync(moved) ? readFileSync(moved, 'utf8') : '';
  }

  /** What a command prints that has no sandbox. */
  async print(command: string): Promise<string> {
    await this.fixture.run(null, `run ${command}`, { cwd: this.workspace, sandbox: 'danger-full-access' }, ADA);
    return this.fixture.model.requests.at(-1)?.output ?? '';
  }
}

/** Of the service: here, of the test. */
const SERVICE = `/proc/${process.pid}/environ`;

/** Other systems have no namespaces; there the service warns. */
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('what codex itself can reach behind its own mounts', () => {
  let probe: FileProbe;
  const at = (...path: string[]) => join(probe.fixture.root, ...path);
  afterEach(() => probe.fixture.stop());

  it.each<Isolation>(['shared', 'user', 'session'])(
    'is not the settings, keys, database or variables of the service (%s)',
    async (isolation) => {
      probe = await FileProbe.start(isolation);
      for (const path of [at('global_config/llm_backends.yaml'), at('db/chat.sqlite'), at('.env'), SERVICE]) {
        expect(await probe.fetch(path)).not.toMatch(/secret|PATH=/);
        expect(await probe.print(`echo so; cat ${path}`)).toMatch(/so\n(?!.*(secret|PATH=))/s);
      }
    },
  );

  it.each<Isolation>(['user', 'session'])('is not what belongs to another user (%s)', async (isolation) => {
    probe = await FileProbe.start(isolation);
    await probe.fixture.run(null, 'hello', { cwd: at('sessions', BEN.userId, BEN.chatId, 'workspace') }, BEN);
    const note = at('sessions', BEN.userId, BEN.chatId, 'workspace', 'note');
    expect(await probe.fetch(note)).not.toContain('secret');
    expect(await probe.print(`cat ${note} || echo unread`)).toContain('unread');
    expect(await probe.print(`find ${at()} -path '*rollout*'`)).not.toContain(BEN.userId);
    expect(await probe.print(`umount ${at('sessions')} || echo refused`)).toContain('refused');
  });

  it('are no programs that it could change for others', async () => {
    probe = await FileProbe.start('user');
    for (const program of ['codex_tools/git', 'sandbox/bwrap']) {
      const path = at(program);
      const before = readFileSync(path, 'utf8');
      expect(await probe.print(`sh -c 'echo more >> ${path}' || echo refused`)).toContain('refused');
      expect(readFileSync(path, 'utf8')).toBe(before);
    }
  });

  it.each<[Isolation, string]>([
    ['user', 'users/ada'],
    ['session', 'sessions/ada/hers'],
  ])('is a home that no other has (%s)', async (isolation, folder) => {
    probe = await FileProbe.start(isolation);
    await probe.print('echo hers > ~/note');
    expect(readFileSync(at(folder, 'agent_home', 'note'), 'utf8')).toBe('hers\n');
    expect(existsSync(at('agent_home', 'note'))).toBe(false);
  });

  it('is the workspace, which a patch can change', async () => {
    probe = await FileProbe.start('session');
    const patch = ['*** Begin Patch', '*** Add File: made', '+by codex', '*** End Patch'];
    const cwd = at('sessions', ADA.userId, ADA.chatId, 'workspace');
    await probe.fixture.run(null, `patch ${patch.join('\n')}`, { cwd }, ADA);
    expect(readFileSync(join(cwd, 'made'), 'utf8')).toBe('by codex\n');
  });

  it('is everything where the operator wants it so', async () => {
    probe = await FileProbe.start('shared', 'off');
    expect(await probe.fetch(at('global_config/llm_backends.yaml'))).toContain('secret');
    await probe.fixture.stop();
    probe = await FileProbe.start('user', 'off');
    expect(await probe.fetch(at('sessions', BEN.userId, BEN.chatId, 'workspace', 'note'))).toContain('secret');
  });

  it('leaves codex the process that was started, and a thread to the next one', async () => {
    probe = await FileProbe.start('session');
    const { fixture } = probe;
    const first = await fixture.run(null, 'hello', {}, ADA);
    const { pid } = fixture.instance(first.instanceId);
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toMatch(/codex\0app-server/);
    process.kill(pid, 'SIGKILL');
    expect(await fixture.run(first.threadId, 'hello', {}, ADA)).toMatchObject({ status: 'completed' });
  });
});

describe('a machine where mounts of their own are not allowed', () => {
  const directories = new DataDirectories(Object.assign(new StorageConfig(), { dataRoot: scratchRoot() }));
  afterEach(() => rm(directories.root, { recursive: true }));

  /** What the service warns of at its start. */
  const warnings = (searchPath: string, config: Partial<PoolConfig>): Promise<string[]> =>
    new Runtime(
      directories,
      new CodexBinary(new PoolConfig()),
      new ModelEndpoint(),
      new GatewayConfig(),
      new Environment({ PATH: searchPath }),
      Object.assign(new PoolConfig(), config),
    ).prepare();

  it('does not start the service where the operator requires it, or warns', async () => {
    const without = (mountIsolation: MountIsolationMode) => warnings('/nowhere', { mountIsolation });
    await expect(without('required')).rejects.toThrow('CODEX_PRIVATE_VIEW is "required", but');
    expect(await without('auto')).toEqual([expect.stringContaining('codex can read all data of this service')]);
    expect(await without('off')).toEqual([]);
  });

  const itOnLinux = process.platform === 'linux' ? it : it.skip;
  itOnLinux.each([
    ['refuses', 1],
    ['passes over', 0],
  ])('says so, where it hides what is secret and %s the closing of links', async (_, code) => {
    const folder = new TemporaryFolder();
    const searchPath = process.env.PATH ?? '';
    const real = findProgram('mount', searchPath) ?? '';
    const script = `#!/bin/sh\ncase "$*" in *nosymfollow*) exit ${code};; esac\nexec ${real} "$@"\n`;
    writeFileSync(join(folder.path, 'mount'), script, { mode: 0o700 });
    const confined = { sandboxModeMax: 'workspace-write' } as const;
    const withOld = (config: Partial<PoolConfig>) => warnings(`${folder.path}:${searchPath}`, config);
    expect(await withOld(confined)).toEqual([expect.stringMatching(/^codex follows links from one chat to another: /)]);
    await expect(withOld({ ...confined, mountIsolation: 'required' })).rejects.toThrow(
      'does not allow it: codex follows',
    );
    for (const config of [{}, { ...confined, isolation: 'user' } as const]) expect(await withOld(config)).toEqual([]);
    folder.remove();
  });
});
