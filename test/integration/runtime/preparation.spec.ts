import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { PoolConfig } from '../../../src/config/pool.config';
import { PreparationConfig } from '../../../src/config/preparation.config';
import { StorageConfig } from '../../../src/config/storage.config';
import { CodexBinary } from '../../../src/runtime/codex-binary';
import { DataDirectories } from '../../../src/runtime/data-directories';
import { RuntimePreparation } from '../../../src/runtime/preparation/runtime-preparation';
import { eventually } from '../../support/eventually';
import { TemporaryFolder } from '../../support/temporary-folder';
import { writeTinyWheel } from '../../support/tiny-wheel';

const SLOW = 120_000;

describe('the prepared runtime', () => {
  const folder = new TemporaryFolder();
  const logger = pino({ level: 'silent' });
  let wheels: string;
  let directories: DataDirectories;
  let binary: CodexBinary;
  const running: RuntimePreparation[] = [];

  const prepare = async (settings: Partial<PreparationConfig> = {}, env: Record<string, string> = {}) => {
    const config = Object.assign(new PreparationConfig(), { isOn: true, libraries: ['tinyone'] }, settings);
    const tools = { searchPath: process.env.PATH ?? '', env: { PIP_NO_INDEX: '1', PIP_FIND_LINKS: wheels, ...env } };
    const preparation = new RuntimePreparation(config, directories, binary, tools, logger);
    running.push(preparation);
    await preparation.begin();
    return preparation;
  };
  const ended = (preparation: RuntimePreparation) =>
    eventually('it has ended', () => (preparation.status.state === 'preparing' ? undefined : preparation.status), SLOW);
  const python = (code: string): string =>
    execFileSync(join(directories.runtimeRoot, 'python', 'bin', 'python'), ['-c', code], { encoding: 'utf8' }).trim();

  beforeAll(async () => {
    wheels = join(folder.path, 'wheels');
    mkdirSync(wheels);
    await writeTinyWheel(wheels, 'tinyone', 'one');
    await writeTinyWheel(wheels, 'tinytwo', 'two');
    directories = new DataDirectories(Object.assign(new StorageConfig(), { dataRoot: join(folder.path, 'data') }));
    await directories.prepare();
    binary = new CodexBinary(new PoolConfig());
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((preparation) => preparation.stop()));
  });
  afterAll(() => folder.remove());

  it('is nothing unless the operator wants it', async () => {
    const preparation = await prepare({ isOn: false });
    expect(preparation.status).toMatchObject({ state: 'off', step: null, python: null });
    expect(statSync(directories.runtimeRoot, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('goes on where it was ended, whatever it was at', async () => {
    for (const step of ['codex', 'environment', 'libraries'] as const) {
      const preparation = await prepare();
      await eventually(
        `it is at ${step}`,
        () => preparation.status.step === step || preparation.status.state === 'ready',
        SLOW,
      );
      await preparation.stop();
    }
    // As a kill leaves an environment that is half made.
    rmSync(join(directories.runtimeRoot, 'python.json'), { force: true });
    rmSync(join(directories.runtimeRoot, 'python', 'lib'), { recursive: true, force: true });
    expect(await ended(await prepare())).toMatchObject({ state: 'ready', step: null, detail: null });
    expect(python('import tinyone; print(tinyone.answer())')).toBe('one');
    const version = await binary.version();
    expect(readFileSync(join(directories.globalConfig, 'codex_version.lock'), 'utf8')).toBe(`${version}\n`);
    expect(readlinkSync(join(directories.runtimeRoot, 'bin', 'codex'))).toBe(binary.path);
  }, 180_000);

  it('is left as it is while it has what is wanted, and gets what is wanted newly', async () => {
    await ended(await prepare());
    const record = join(directories.runtimeRoot, 'python.json');
    const before = statSync(record).mtimeMs;
    // Nothing is installed: the index has gone.
    const status = await ended(await prepare({}, { PIP_FIND_LINKS: '/nowhere' }));
    expect(status).toMatchObject({ state: 'ready', python: { packages: expect.any(Number) as number } });
    expect(statSync(record).mtimeMs).toBe(before);
    await ended(await prepare({ libraries: ['tinyone', 'tinytwo'] }));
    expect(python('import tinytwo; print(tinytwo.answer())')).toBe('two');
  }, 180_000);

  it('that cannot be made says why, in words without a password, and is tried again', async () => {
    const index = 'http://user:secret@127.0.0.1:9/simple';
    const env = { PIP_NO_INDEX: '', PIP_FIND_LINKS: '', PIP_INDEX_URL: index, PIP_RETRIES: '0', PIP_TIMEOUT: '1' };
    const preparation = await prepare({ libraries: ['no-such-library'], retryMinutes: 0.001 }, env);
    const status = await eventually(
      'it has failed',
      () => (preparation.status.state === 'failed' ? preparation.status : undefined),
      SLOW,
    );
    expect(status).toMatchObject({ step: 'libraries', detail: expect.stringMatching(/no-such-library/u) as string });
    expect(status.detail).not.toContain('secret');
    await eventually('it is tried again', () => preparation.status.state === 'preparing', SLOW);
    const late = await prepare({ libraries: ['another-library'], minutes: 0.0001 });
    expect(await ended(late)).toMatchObject({ state: 'failed', detail: expect.stringContaining('minutes') as string });
    const nothing = new RuntimePreparation(
      Object.assign(new PreparationConfig(), { isOn: true, libraries: ['x'] }),
      ...([directories, binary, { searchPath: folder.path, env: {} }, logger] as const),
    );
    running.push(nothing);
    await nothing.begin();
    expect(await ended(nothing)).toMatchObject({ detail: 'there is neither uv nor python3 on the PATH' });
    writeFileSync(join(directories.globalConfig, 'codex_version.lock'), '0.0.1\n');
    await ended(await prepare());
    const version = await binary.version();
    expect(readFileSync(join(directories.globalConfig, 'codex_version.lock'), 'utf8')).toBe(`${version}\n`);
  }, 180_000);
});
