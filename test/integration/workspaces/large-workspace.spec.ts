import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfinedFolder } from '../../../src/runtime/confined/confined-folder';
import { namesOf } from '../../../src/runtime/confined/entry-name';
import { archiveOf } from '../../../src/workspaces/workspace-archive';
import { WorkspaceView } from '../../../src/workspaces/workspace-view';
import { eventually } from '../../support/eventually';
import { TemporaryFolder } from '../../support/temporary-folder';
import { zipEntries } from '../../support/zip-entries';

async function bytesOf(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What this process holds of a folder. */
const heldOf = (folder: string): string[] =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(folder) ? [path] : [];
    } catch {
      return [];
    }
  });

describe('a large workspace', () => {
  const folder = new TemporaryFolder();
  const root = join(folder.path, 'workspace');
  const outside = folder.path;
  const workspace = new ConfinedFolder(root);
  const view = new WorkspaceView();
  const list = (path: string, more: { limit?: number; cursor?: string }) =>
    view.list(workspace, { path, limit: 50, ...more });

  beforeAll(() => void mkdirSync(root));
  afterAll(() => folder.remove());

  it('is archived with its links as links, which tar and readers of zips understand', async () => {
    mkdirSync(join(root, 'pack', 'empty'), { recursive: true });
    symlinkSync(outside, join(root, 'pack', 'out'));
    writeFileSync(join(root, 'pack', 'big'), Buffer.alloc(3_000_000, 'b'));
    writeFileSync(join(root, 'pack', 'ü \n'), 'odd');
    for (const format of ['tar', 'zip'] as const) {
      const file = join(folder.path, `pack.${format}`);
      const to = join(folder.path, `unpacked-${format}`);
      mkdirSync(to);
      writeFileSync(file, await bytesOf(await archiveOf(workspace, namesOf('pack'), format)));
      if (format === 'zip') {
        const entries = zipEntries(readFileSync(file));
        expect(entries.get('big')?.length).toBe(3_000_000);
        expect(entries.get('ü \n')?.toString()).toBe('odd');
        expect(entries.has('empty/')).toBe(true);
        continue;
      }
      execFileSync('tar', ['-xf', file, '-C', to]);
      expect(readFileSync(join(to, 'big')).length).toBe(3_000_000);
      expect(readFileSync(join(to, 'ü \n'), 'utf8')).toBe('odd');
      expect(existsSync(join(to, 'empty'))).toBe(true);
    }
    expect(execFileSync('readlink', [join(folder.path, 'unpacked-tar', 'out')], { encoding: 'utf8' })).toBe(
      `${outside}\n`,
    );
  });

  it('is listed in pages of a folder with many thousand files, each of them once, and stays held by nobody', async () => {
    mkdirSync(join(root, 'many'));
    execFileSync('sh', ['-c', 'seq -f file-%06g 10000 | xargs touch'], { cwd: join(root, 'many') });
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list('many', { limit: 500, ...(cursor && { cursor }) });
      names.push(...page.data.map(({ name }) => name));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect([names.length, new Set(names).size]).toEqual([10_000, 10_000]);
    expect(names).toEqual([...names].sort());
    const found = await view.find(workspace, 'file-0099');
    expect([found.data.length, found.complete]).toEqual([100, true]);
    await expect(list('many', { cursor: 'Lw' })).rejects.toMatchObject({ code: 'invalid_cursor' });
    await eventually('nothing is held', () => Promise.resolve(heldOf(root).length === 0));
  });
});
