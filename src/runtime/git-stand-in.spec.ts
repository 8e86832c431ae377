import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StorageConfig } from '../config/storage.config';
import { DataDirectories } from './data-directories';
import { GitStandIn } from './git-stand-in';

const { PATH = '' } = process.env;

describe('GitStandIn', () => {
  const dataRoot = mkdtempSync(join(tmpdir(), "git's-"));
  const standIn = new GitStandIn(new DataDirectories(Object.assign(new StorageConfig(), { dataRoot })));
  const program = join(standIn.folder, 'git');

  afterAll(() => rmSync(dataRoot, { recursive: true, force: true }));

  it('is not there where there is no git, but a folder of that name', async () => {
    mkdirSync(join(dataRoot, 'git'));
    await standIn.write(dataRoot);
    expect(existsSync(program)).toBe(false);
  });

  it('passes every call on, but for those of codex', async () => {
    await standIn.write(`${dataRoot}:${PATH}`);
    expect(execFileSync(program, ['--version'], { encoding: 'utf8' })).toMatch(/^git version/);
    const { status, stdout } = spawnSync(program, ['-c', 'safe.bareRepository=explicit', '--version']);
    expect([status, stdout.toString()]).toEqual([128, '']);
  });

  it('names no interpreter, so that codex is refused at once', async () => {
    await standIn.write(PATH);
    expect(readFileSync(program, 'utf8')).not.toMatch(/^#!/);
  });
});
