import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Workarounds, WorkaroundState } from '../../../src/common/workarounds';
import { Environment } from '../../../src/config/environment';
import { PoolConfig } from '../../../src/config/pool.config';
import { SandboxConfig } from '../../../src/config/sandbox.config';
import { StorageConfig } from '../../../src/config/storage.config';
import { WorkaroundConfig } from '../../../src/config/workaround.config';
import { CodexBinary } from '../../../src/runtime/codex-binary';
import { DataDirectories } from '../../../src/runtime/data-directories';
import { LaunchWorkarounds } from '../../../src/runtime/launch-workarounds';
import { findProgram } from '../../../src/runtime/shell';
import { removeDataRoot } from '../../support/data-root';
import { TemporaryFolder } from '../../support/temporary-folder';
import { PoolFixture, scratchRoot, silent } from './support/pool-fixture';

const { PATH = '' } = process.env;

/** A machine on which the service starts: its programs, and what its operator has set. */
interface Machine {
  readonly searchPath?: string;
  readonly pool?: Partial<PoolConfig>;
  readonly modes?: Partial<WorkaroundConfig>;
}

describe('the workarounds around codex, at the start of the service', () => {
  const root = scratchRoot();
  const directories = new DataDirectories(Object.assign(new StorageConfig(), { dataRoot: root }));
  let folder: TemporaryFolder;

  beforeEach(async () => {
    folder = new TemporaryFolder();
    await directories.prepare();
  });
  afterEach(() => {
    folder.remove();
    removeDataRoot(root);
  });

  /** What is told of one of them. */
  async function stateOf(name: string, { searchPath = PATH, pool, modes }: Machine = {}): Promise<WorkaroundState> {
    const registry = new Workarounds(silent);
    const config = Object.assign(new PoolConfig(), pool);
    const settings = {
      environment: new Environment({ PATH: searchPath }),
      pool: config,
      sandbox: new SandboxConfig(),
      workarounds: Object.assign(new WorkaroundConfig(), modes),
    };
    await new LaunchWorkarounds(directories, new CodexBinary(config), settings, registry).prepare();
    const state = registry.list().find((one) => one.name === name);
    if (state === undefined) throw new Error(`nothing is told of ${name}`);
    return state;
  }

  /** A folder that goes first on the PATH, with one program in it. */
  function programFolder(name: string, script: string): string {
    writeFileSync(join(folder.path, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder.path, name), 0o700);
    return `${folder.path}:${PATH}`;
  }

  /** A codex that lies alone, without the programs that its package brings. */
  function loneCodex(): string {
    const bin = join(folder.path, 'lone', 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'codex'), `#!/bin/sh\nexec '${new CodexBinary(new PoolConfig()).path}' "$@"\n`);
    chmodSync(join(bin, 'codex'), 0o700);
    return join(bin, 'codex');
  }

  const onLinux = process.platform === 'linux' ? describe : describe.skip;

  onLinux('mount isolation', () => {
    it('is active where the machine allows it', async () => {
      expect(await stateOf('mount_isolation')).toMatchObject({ active: true, mode: 'auto' });
    });

    it('says what codex can read where there is no unshare, or does not start the service', async () => {
      const without = (mountIsolation: WorkaroundConfig['mountIsolation']) =>
        stateOf('mount_isolation', { searchPath: '/nowhere', modes: { mountIsolation } });
      await expect(without('required')).rejects.toThrow('CODEX_PRIVATE_VIEW is "required", but');
      const problem = expect.stringContaining('codex can read all data of this service') as string;
      expect(await without('auto')).toMatchObject({ active: false, problem });
      expect(await without('off')).toMatchObject({ active: false, problem });
    });

    it('says what codex can read where namespaces are refused', async () => {
      const searchPath = programFolder('unshare', 'echo unshare failed: Operation not permitted >&2; exit 1');
      const { active, problem } = await stateOf('mount_isolation', { searchPath });
      expect(active).toBe(false);
      expect(problem).toBe('codex can read all data of this service: unshare failed: Operation not permitted');
    });

    it.each([
      ['refuses', 1],
      ['passes over', 0],
    ])('hides what is secret and says that links lead out, where mount %s the closing of links', async (_, code) => {
      const real = findProgram('mount', PATH) ?? '';
      const searchPath = programFolder('mount', `case "$*" in *nosymfollow*) exit ${code};; esac\nexec ${real} "$@"`);
      const sandboxModeMax = 'workspace-write';
      const withOld = (machine: Machine) => stateOf('mount_isolation', { searchPath, ...machine });
      const problem = expect.stringMatching(/^codex follows links from one chat to another: /) as string;
      expect(await withOld({ pool: { sandboxModeMax } })).toMatchObject({ active: true, problem });
      const required = { pool: { sandboxModeMax }, modes: { mountIsolation: 'required' } } as const;
      await expect(withOld(required)).rejects.toThrow('does not allow it: codex follows');
      for (const pool of [{}, { sandboxModeMax, isolation: 'user' } as const]) {
        expect((await withOld({ pool })).problem).toBeUndefined();
      }
    });
  });

  onLinux('the bwrap wrapper', () => {
    const UNPROTECTED =
      /sandboxed commands can read other chats, codex's own files, keys, the database and people's homes/;

    it('is active where a sandbox behind it hides another chat', async () => {
      expect(await stateOf('bwrap_wrapper')).toMatchObject({ active: true });
    });

    it('says what commands can read where there is no bwrap, or does not start the service', async () => {
      const binaryPath = loneCodex();
      const machine = { searchPath: '/nowhere', pool: { binaryPath } };
      const { active, problem } = await stateOf('bwrap_wrapper', machine);
      expect(active).toBe(false);
      expect(problem).toMatch(UNPROTECTED);
      expect(problem).toMatch(/there is no bwrap on the PATH or beside codex/);
      const required = { ...machine, modes: { bwrapWrapper: 'required' } } as const;
      await expect(stateOf('bwrap_wrapper', required)).rejects.toThrow('CODEX_BWRAP_WRAPPER is "required", but');
    });

    it('says that commands fail where bwrap may make no namespaces', async () => {
      const searchPath = programFolder('bwrap', 'echo bwrap: No permissions to create new namespace >&2; exit 1');
      const { active, problem } = await stateOf('bwrap_wrapper', { searchPath, pool: { binaryPath: loneCodex() } });
      expect(active).toBe(false);
      expect(problem).toBe("the agent's sandboxed commands fail: bwrap: No permissions to create new namespace");
    });

    it('says that a sandbox shows other chats where bwrap passes over what hides them', async () => {
      const searchPath = programFolder('bwrap', 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"');
      const { active, problem } = await stateOf('bwrap_wrapper', { searchPath, pool: { binaryPath: loneCodex() } });
      expect(active).toBe(false);
      expect(problem).toMatch(/a sandbox shows the files of another chat/);
    });

    it('is not before the sandbox of a command where it is off', async () => {
      const fixture = await PoolFixture.start({ config: { size: 1 }, workarounds: { bwrapWrapper: 'off' } });
      await fixture.run(null, `run cat ${fixture.root}/codex_home/installation_id | wc -c; echo $PATH`);
      expect(fixture.model.requests.at(-1)?.output).toMatch(/Output:\n[1-9](?![^]*\/sandbox:)/);
      await fixture.stop();
    });
  });

  describe('the log filter', () => {
    it('is tried with an app-server of its own before the start where it is required', async () => {
      expect(await stateOf('log_filter', { modes: { logFilter: 'required' } })).toMatchObject({ active: true });
    });

    it('does not start the service where it is required and codex logs in another way', async () => {
      const binaryPath = join(folder.path, 'codex');
      writeFileSync(binaryPath, '#!/bin/sh\n', { mode: 0o700 });
      const machine = { pool: { binaryPath }, modes: { logFilter: 'required' } } as const;
      await expect(stateOf('log_filter', machine)).rejects.toThrow(
        /CODEX_LOG_FILTER is "required", but.*logs_2\.sqlite/,
      );
    });

    it('is active once the first app-server has answered', async () => {
      const fixture = await PoolFixture.start({ config: { size: 1 } });
      expect(fixture.workarounds.list()).toContainEqual(expect.objectContaining({ name: 'log_filter', active: true }));
      expect(existsSync(join(fixture.root, 'codex_home', 'logs_2.sqlite'))).toBe(true);
      await fixture.stop();
    });
  });
});
