import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DomainError } from '../../../src/common/domain.error';
import { ConfinedFolder, openHeld, placeIn } from '../../../src/runtime/confined/confined-folder';
import { namesOf, shownName } from '../../../src/runtime/confined/entry-name';
import { archiveOf } from '../../../src/workspaces/workspace-archive';
import { contentOf } from '../../../src/workspaces/workspace-content';
import { WorkspaceEdits } from '../../../src/workspaces/workspace-edits';
import { WorkspaceView } from '../../../src/workspaces/workspace-view';
import { eventually } from '../../support/eventually';
import { Logger } from '../../../src/common/logger';
import { TemporaryFolder } from '../../support/temporary-folder';

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  return 'done';
}

async function bytesOf(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const silent = { child: () => ({ warn: () => undefined }) } as unknown as Logger;

describe('a workspace that its agent fills with whatever it likes', () => {
  const folder = new TemporaryFolder();
  const root = join(folder.path, 'workspace');
  const outside = join(folder.path, 'secret');
  const workspace = new ConfinedFolder(root);
  const view = new WorkspaceView();
  const edits = new WorkspaceEdits(silent);
  const trash = join(folder.path, 'trash');
  const list = (path = '', more: { limit?: number; cursor?: string } = {}) =>
    view.list(workspace, { path, limit: 50, ...more });
  const read = (path: string) =>
    workspace.hold(namesOf(path), async (entry) => {
      const { content, close } = await contentOf(entry, namesOf(path).at(-1) ?? Buffer.from(''), false);
      try {
        return { content, bytes: await bytesOf(await content.read()) };
      } finally {
        await close();
      }
    });
  const put = async (path: string, text: string, placing = { overwrite: false }) => {
    const source = join(folder.path, 'upload');
    writeFileSync(source, text);
    await edits.place(workspace, source, namesOf(path), placing);
  };

  beforeAll(() => {
    for (const path of [root, outside, join(root, 'inside')]) mkdirSync(path);
    writeFileSync(join(outside, 'key'), 'secret');
    writeFileSync(join(root, 'inside', 'note.txt'), 'a note');
  });
  afterAll(() => folder.remove());

  it('is left by no link, wherever it stands in a path and whatever it says', async () => {
    const targets = {
      abs: outside,
      up: '../secret',
      deep: 'inside/../../secret',
      file: `${outside}/key`,
      prefix: `${root}-other`,
    };
    mkdirSync(`${root}-other`);
    for (const [name, target] of Object.entries(targets)) {
      symlinkSync(target, join(root, name));
      for (const path of [name, `${name}/key`]) {
        expect([path, await codeOf(read(path))]).toEqual([path, 'path_outside_workspace']);
        expect(await codeOf(list(path))).toBe('path_outside_workspace');
        expect(await codeOf(archiveOf(workspace, namesOf(path), 'tar'))).toBe('path_outside_workspace');
      }
      expect(await codeOf(put(`${name}/new`, 'x'))).toBe('path_outside_workspace');
      expect(await codeOf(edits.remove({ folder: workspace, trash }, `${name}/key`))).toBe('path_outside_workspace');
      expect(await codeOf(edits.move(workspace, namesOf('inside/note.txt'), namesOf(`${name}/x`), true))).toBe(
        'path_outside_workspace',
      );
    }
    expect((await list()).data.find(({ name }) => name === 'up')).toMatchObject({
      kind: 'link',
      target: '../secret',
      size: 0,
    });
    // What is written to the name of a link takes its place.
    await put('abs', 'mine', { overwrite: true });
    expect(readFileSync(join(root, 'abs'), 'utf8')).toBe('mine');
    for (const name of Object.keys(targets)) await edits.remove({ folder: workspace, trash }, name);
    expect(readFileSync(join(outside, 'key'), 'utf8')).toBe('secret');
  });

  it('follows links that stay inside, to the end of forty', async () => {
    symlinkSync('inside', join(root, 'link'));
    symlinkSync(join(root, 'link', 'note.txt'), join(root, 'absolute'));
    symlinkSync('../inside/../link/note.txt', join(root, 'inside', 'round'));
    for (const path of ['link/note.txt', 'absolute', 'inside/round', 'link/round']) {
      expect((await read(path)).bytes.toString()).toBe('a note');
    }
    symlinkSync('loop', join(root, 'loop'));
    expect(await codeOf(read('loop'))).toBe('link_loop');
    symlinkSync('nowhere', join(root, 'dangling'));
    expect(await codeOf(read('dangling'))).toBe('path_not_found');
  });

  it.each([
    '..',
    '../secret/key',
    'inside/../../secret',
    '/etc/passwd',
    '\\x2e\\x2e/secret',
    'a\0b',
    'half\ud800',
    'x\\y',
  ])('refuses the path %j', async (path) => {
    expect(['path_outside_workspace', 'invalid_path']).toContain(
      await codeOf(Promise.resolve().then(() => namesOf(path))),
    );
  });

  it('is never left while a folder is swapped for a link between all checks', async () => {
    mkdirSync(join(root, 'swap'));
    writeFileSync(join(root, 'swap', 'key'), 'public');
    // A write that finds no folder makes one, which then stands in the way.
    const script = `const { existsSync, renameSync, rmSync, symlinkSync } = require('node:fs');
      const link = () => symlinkSync(${JSON.stringify(outside)}, 'swap-link');
      const swap = () => { for (const [a, b] of [['swap', 's1'], ['swap-link', 'swap'], ['swap', 'swap-link'], ['s1', 'swap']]) renameSync(a, b); };
      const mend = () => {
        for (const name of existsSync('s1') ? ['swap', 'swap-link'] : ['swap-link']) rmSync(name, { recursive: true, force: true });
        if (existsSync('s1')) renameSync('s1', 'swap');
        link();
      };
      link();
      for (;;) try { swap(); } catch { try { mend(); } catch {} }`;
    const swapper = spawn(process.execPath, ['-e', script], { cwd: root, stdio: 'ignore' });
    const seen = new Map<string, number>();
    const count = (outcome: string): unknown => seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    const hasSeen = (...outcomes: string[]): boolean => outcomes.every((outcome) => seen.has(outcome));
    try {
      const until = performance.now() + 20_000;
      for (let round = 0; round < 500 || !hasSeen('public', 'path_outside_workspace', 'done'); round += 1) {
        if (performance.now() > until) break;
        const got = await codeOf(read('swap/key').then(({ bytes }) => count(bytes.toString())));
        if (got !== 'done') count(got);
        count(await codeOf(put(`swap/new-${round}`, 'x')));
      }
    } finally {
      swapper.kill('SIGKILL');
    }
    expect(seen.get('secret')).toBeUndefined();
    expect(hasSeen('public', 'path_outside_workspace', 'done')).toBe(true);
    expect(execFileSync('ls', [outside], { encoding: 'utf8' })).toBe('key\n');
  }, 30_000);

  it('has FIFOs, sockets and devices that are listed, and neither read nor waited for', async () => {
    execFileSync('sh', ['-c', 'mkfifo fifo'], { cwd: root });
    const server = createServer().listen(join(root, 'socket'));
    symlinkSync('/dev/zero', join(root, 'zero'));
    await eventually('the socket is there', () => Promise.resolve(existsSync(join(root, 'socket'))));
    for (const name of ['fifo', 'socket']) {
      expect(await codeOf(read(name))).toBe('not_a_file');
      expect((await list()).data.find((entry) => entry.name === name)).toMatchObject({ kind: 'other', size: 0 });
    }
    expect(await codeOf(read('zero'))).toBe('path_outside_workspace');
    const names = (await bytesOf(await archiveOf(workspace, [], 'tar'))).toString('latin1');
    expect(names).not.toContain('fifo');
    server.close();
    await edits.remove({ folder: workspace, trash }, 'fifo');
    expect(existsSync(join(root, 'fifo'))).toBe(false);
  });

  it('has names of any bytes, each with a text by which it is found again', async () => {
    const names = [
      Buffer.from('line\nbreak \t"quote\''),
      ...[Buffer.from('back\\slash'), Buffer.from('\\xff'), Buffer.from([0x61, 0xff, 0xc3, 0x28]), Buffer.from(' ')],
      ...[Buffer.from('ü'.repeat(127)), Buffer.from('-rf'), Buffer.from('*'), Buffer.from('\u202egnp.exe')],
    ];
    mkdirSync(join(root, 'names'));
    for (const name of names) writeFileSync(Buffer.concat([Buffer.from(`${root}/names/`), name]), name);
    const { data } = await list('names');
    expect(data.map(({ name }) => name).sort()).toEqual(names.map(shownName).sort());
    for (const { path } of data) expect((await read(path)).bytes).toEqual(namesOf(path).at(-1));
    expect(new Set(data.map(({ name }) => name)).size).toBe(names.length);
    for (const { path } of data) await edits.remove({ folder: workspace, trash }, path);
    expect((await list('names')).data).toEqual([]);
  });

  it('takes names of 255 bytes, and says of longer ones that they are', async () => {
    const longest = 'n'.repeat(255);
    await put(`names/${longest}`, 'x');
    expect((await read(`names/${longest}`)).bytes.toString()).toBe('x');
    expect(await codeOf(put(`names/${longest}n`, 'x'))).toBe('name_too_long');
  });

  it('gives as many bytes of a file as there were, though it grows, and breaks off where it shrinks', async () => {
    writeFileSync(join(root, 'log'), 'x'.repeat(1_000));
    await workspace.hold(namesOf('log'), async (entry) => {
      const { content, close } = await contentOf(entry, Buffer.from('log'), false);
      writeFileSync(join(root, 'log'), 'y'.repeat(500), { flag: 'a' });
      expect([content.size, (await bytesOf(await content.read())).length]).toEqual([1_000, 1_000]);
      writeFileSync(join(root, 'log'), 'z');
      await expect(content.read().then(bytesOf)).rejects.toThrow('shorter');
      await close();
    });
  });

  it('tells types by bytes: a page is text, and a program is to be saved', async () => {
    const files = {
      'page.png': '<script>alert(1)</script>',
      'x.txt': '\x7fELF\x02\x01\x01',
      doc: '%PDF-1.7\n',
      bin: 'a\0b',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
    const headers = async (name: string) => {
      const { 'Content-Type': type, 'Content-Disposition': how } = (await read(name)).content.headers;
      return [type, how?.split(';')[0]];
    };
    expect(await headers('page.png')).toEqual(['text/plain; charset=utf-8', 'inline']);
    expect(await headers('x.txt')).toEqual(['application/x-elf', 'attachment']);
    expect(await headers('doc')).toEqual(['application/pdf', 'inline']);
    expect(await headers('bin')).toEqual(['application/octet-stream', 'attachment']);
  });

  it('marks what a .gitignore names, and hides the empty folders that a sandbox makes', async () => {
    for (const path of ['.git', '.codex', 'g', 'g/build']) mkdirSync(join(root, path));
    writeFileSync(join(root, '.gitignore'), '*.log\nbuild/\n');
    writeFileSync(join(root, 'g', '.gitignore'), '!keep.log\n');
    for (const name of ['a.log', 'keep.log', 'a.txt', 'build/x']) writeFileSync(join(root, 'g', name), '');
    const marks = Object.fromEntries((await list('g')).data.map(({ name, ignored }) => [name, ignored]));
    expect(marks).toEqual({ '.gitignore': false, 'a.log': true, 'keep.log': false, 'a.txt': false, build: true });
    expect((await list('g/build')).data).toMatchObject([{ name: 'x', ignored: true }]);
    expect((await list()).data.map(({ name }) => name)).not.toContain('.codex');
    expect((await view.find(workspace, 'KEEP')).data).toMatchObject([{ path: 'g/keep.log', ignored: false }]);
  });

  it('replaces a file only where that is asked for, and keeps who may run it', async () => {
    await put('run.sh', 'one');
    chmodSync(join(root, 'run.sh'), 0o755);
    expect(await codeOf(put('run.sh', 'two'))).toBe('file_exists');
    expect(await codeOf(put('run.sh', 'two', { overwrite: false, ifMatch: '"other"' } as never))).toBe('file_changed');
    await put('run.sh', 'two', { overwrite: true });
    expect(execFileSync('stat', ['-c', '%a', join(root, 'run.sh')], { encoding: 'utf8' })).toBe('755\n');
    expect(await codeOf(put('inside', 'x', { overwrite: true }))).toBe('not_a_file');
    expect(await codeOf(put('run.sh/x', 'x'))).toBe('not_a_folder');
    await put('made/on/the/way', 'x');
    expect(await codeOf(edits.makeFolder(workspace, namesOf('made/on')))).toBe('file_exists');
    expect(await codeOf(edits.move(workspace, namesOf('made'), namesOf('made/on/it'), false))).toBe('invalid_path');
    await edits.move(workspace, namesOf('made/on'), namesOf('moved'), false);
    expect((await read('moved/the/way')).bytes.toString()).toBe('x');
    expect(await codeOf(edits.move(workspace, namesOf('run.sh'), namesOf('moved'), true))).toBe('file_exists');
  });

  it('is deleted as deep as it goes, without what its links lead to', async () => {
    const script = `const { mkdirSync, symlinkSync, writeFileSync } = require('node:fs');
      const into = (name) => (mkdirSync(name), process.chdir(name));
      into('deep');
      symlinkSync(${JSON.stringify(outside)}, 'out');
      for (let i = 0; i < 300; i += 1) into('d'.repeat(60));
      writeFileSync('end', '');`;
    execFileSync(process.execPath, ['-e', script], { cwd: root });
    expect((await view.find(workspace, 'end')).complete).toBe(false);
    await edits.remove({ folder: workspace, trash }, 'deep');
    expect(existsSync(join(root, 'deep'))).toBe(false);
    await eventually('the trash is empty', () => Promise.resolve(readdirSync(trash).length === 0));
    expect(existsSync(join(outside, 'key'))).toBe(true);
    expect(await codeOf(edits.remove({ folder: workspace, trash }, ''))).toBe('not_a_file');
  });

  it('says of what may not be read that it may not', async () => {
    mkdirSync(join(root, 'shut'));
    writeFileSync(join(root, 'shut', 'x'), 'x');
    chmodSync(join(root, 'shut'), 0);
    expect(['path_not_permitted', 'done']).toContain(await codeOf(read('shut/x')));
    chmodSync(join(root, 'shut'), 0o700);
  });

  it('is the same one whatever is put in its place while it is held', async () => {
    await workspace.hold(namesOf('inside'), async (held) => {
      renameSync(join(root, 'inside'), join(root, 'elsewhere'));
      symlinkSync(outside, join(root, 'inside'));
      expect(readFileSync(placeIn(held, Buffer.from('note.txt')), 'utf8')).toBe('a note');
      await expect(openHeld(held, 'inside')).rejects.toMatchObject({ code: 'not_a_file' });
    });
  });
});
