import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Isolation } from '../../../src/config/pool.config';
import type { WorkaroundMode } from '../../../src/config/workaround.config';
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

  static async start(isolation: Isolation, mountIsolation: WorkaroundMode = 'required'): Promise<FileProbe> {
    const root = scratchRoot();
    const workspace = join(root, 'sessions', ADA.userId, ADA.chatId, 'workspace');
    const others = join(root, 'sessions', BEN.userId, BEN.chatId, 'workspace');
    for (const folder of [workspace, others, join(root, 'global_config'), join(root, 'db')])
      mkdirSync(folder, { recursive: true });
    writeFileSync(join(root, 'global_config', 'llm_backends.yaml'), 'api_key: secret\n');
    writeFileSync(join(root, '.env'), 'API_KEY=secret\n');
    writeFileSync(join(root, 'db', 'chat.sqlite'), 'secret\n');
    writeFileSync(join(others, 'note'), 'secret\n');
    const options = { config: { size: 1, isolation }, workarounds: { mountIsolation }, root };
    return new FileProbe(await PoolFixture.start(options), workspace);
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
    for (const program of ['codex_tools/model_catalog.json', 'sandbox/bwrap']) {
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
