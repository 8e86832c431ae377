import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StorageConfig } from '../config/storage.config';
import { DataDirectories } from './data-directories';
import { GitShim } from './git-shim';

const { PATH = '' } = process.env;

describe('GitShim', () => {
  const dataRoot = mkdtempSync(join(tmpdir(), "git's-"));
  const shim = new GitShim(new DataDirectories(Object.assign(new StorageConfig(), { dataRoot })));
  const program = join(shim.folder, 'git');

  afterAll(() => rmSync(dataRoot, { recursive: true, force: true }));

  it('is not there where there is no git, but a folder of that name', async () => {
    mkdirSync(join(dataRoot, 'git'));
    await shim.write(dataRoot);
    expect(existsSync(program)).toBe(false);
  });

  it('passes every call on, but for those of codex', async () => {
    await shim.write(`${dataRoot}:${PATH}`);
    expect(execFileSync(program, ['--version'], { encoding: 'utf8' })).toMatch(/^git version/);
    const { status, stdout } = spawnSync(program, ['-c', 'safe.bareRepository=explicit', '--version']);
    expect([status, stdout.toString()]).toEqual([128, '']);
  });

  it('names no interpreter, so that codex is refused at once', async () => {
    await shim.write(PATH);
    expect(readFileSync(program, 'utf8')).not.toMatch(/^#!/);
  });
});
