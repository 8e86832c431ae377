import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemporaryFolder } from '../../test/support/temporary-folder';
import { removeFolder } from './remove-folder';

const NOBODY = 65534;

describe('removeFolder', () => {
  let parent: TemporaryFolder;
  let folder: string;

  beforeEach(() => {
    parent = new TemporaryFolder();
    folder = join(parent.path, 'chat');
    if (isRoot()) chownSync(parent.path, NOBODY, NOBODY);
  });
  afterEach(() => parent.remove());

  const isRoot = () => process.getuid?.() === 0;
  /** The rights of files mean nothing to root. */
  const asUser = async (work: () => Promise<void>): Promise<void> => {
    if (!isRoot()) return work();
    process.seteuid?.(NOBODY);
    await work().finally(() => process.seteuid?.(0));
  };

  it('removes what was made read-only, and follows no link out of it', async () => {
    const kept = join(parent.path, 'kept');
    await asUser(async () => {
      mkdirSync(join(folder, 'workspace', 'module', 'source'), { recursive: true });
      writeFileSync(join(folder, 'workspace', 'module', 'source', 'file.go'), '', { mode: 0o400 });
      mkdirSync(kept, { mode: 0o500 });
      symlinkSync(kept, join(folder, 'workspace', 'link'));
      for (const path of ['module/source', 'module', '.']) chmodSync(join(folder, 'workspace', path), 0o500);
      await removeFolder(folder);
    });
    expect(existsSync(folder)).toBe(false);
    expect(existsSync(kept)).toBe(true);
  });

  it('removes folders nested deeper than a path can be long, read-only ones among them', async () => {
    mkdirSync(folder);
    // By relative paths, as a command of an agent would.
    const nest = `for (let depth = 0; depth < 3000; depth += 1) { fs.mkdirSync('deep'); process.chdir('deep'); }`;
    execFileSync(process.execPath, ['-e', `${nest} fs.chmodSync('.', 0o500)`], { cwd: folder });
    await removeFolder(folder);
    expect(existsSync(folder)).toBe(false);
  });

  it('takes a folder that is not there for removed', async () => {
    await removeFolder(folder);
    expect(existsSync(folder)).toBe(false);
  });
});
