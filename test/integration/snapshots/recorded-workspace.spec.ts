import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Environment } from '../../../src/config/environment';
import { newId } from '../../../src/common/ids';
import { ConfinedFolder } from '../../../src/runtime/confined/confined-folder';
import { Git } from '../../../src/runtime/git/git';
import { changesOf, diffOf } from '../../../src/snapshots/snapshot-diff';
import { EMPTY_TREE, referenceOf, SnapshotStore } from '../../../src/snapshots/snapshot-store';
import { namesInTree, treePath } from '../../../src/snapshots/tree-path';
import { record, Recording, RecordingTerms } from '../../../src/snapshots/workspace-recording';
import { restore } from '../../../src/snapshots/workspace-restoring';
import { isAmong } from '../../../src/snapshots/workspace-scan';
import { TemporaryFolder } from '../../support/temporary-folder';

const CHAT = newId();
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('the record of a workspace', () => {
  const folder = new TemporaryFolder();
  const git = new Git(Environment.load());
  let count = 0;
  let root: string;
  let workspace: ConfinedFolder;
  let store: SnapshotStore;

  const recorded = (terms: Partial<RecordingTerms> = {}): Promise<Recording> =>
    record(store, workspace, {
      ...{ maxFiles: 50_000, maxFileBytes: 1024 * 1024, maxBytes: 64 * 1024 * 1024, timeoutMs: 60_000 },
      ...{ signal: new AbortController().signal, chatId: CHAT, newest: null, reference: referenceOf(CHAT, newId()) },
      ...terms,
    });
  const restored = async (to: string, alone: readonly string[] = []): Promise<void> => {
    const { commitId: from, skipped } = await recorded();
    const left = new Set([...alone, ...skipped.map(({ path }) => path)]);
    const drafts = join(folder.path, 'drafts');
    await restore(store, workspace, {
      from,
      to,
      drafts,
      timeoutMs: 60_000,
      isLeftAlone: (path) => isAmong(left, path),
    });
  };
  const put = (path: string, text = path): void => writeFileSync(join(root, path), text);
  const empty = (): void => {
    for (const name of readdirSync(root)) rmSync(join(root, name), { recursive: true, force: true });
  };

  beforeEach(() => {
    count += 1;
    root = join(folder.path, `workspace-${count}`);
    mkdirSync(root);
    workspace = new ConfinedFolder(root);
    store = new SnapshotStore(git, join(folder.path, `store-${count}.git`));
  });
  afterAll(() => folder.remove());

  it('has names of any bytes, links as links, programs, empty folders, and comes back as it was', async () => {
    const odd = Buffer.concat([bytes(root), bytes('/line\nbreak "quoted" \\ \xff\xfe')]);
    writeFileSync(odd, 'odd');
    for (const path of ['a', 'a/b', 'a/b/empty', '%.git', 'A', '.empty-folder', '.GIT']) mkdirSync(join(root, path));
    for (const path of ['a/file', '%.git/x', '.empty-folder/.empty-folder', '.GIT/HEAD', '.gitattributes']) put(path);
    put('run.sh', '#!/bin/sh\n');
    chmodSync(join(root, 'run.sh'), 0o755);
    symlinkSync('/etc/passwd', join(root, 'out'));
    symlinkSync('a/file', join(root, 'in'));
    symlinkSync('nowhere', join(root, 'dangling'));
    const { commitId, skipped, files } = await recorded();
    expect({ skipped, files }).toEqual({ skipped: [], files: 12 });
    expect((await recorded()).commitId).toBe(commitId);
    empty();
    put('new', 'of later');
    await restored(commitId);
    expect(readdirSync(root).sort()).toEqual(
      ['%.git', '.GIT', '.empty-folder', '.gitattributes', 'A', 'a', 'dangling', 'in', 'out', 'run.sh']
        .concat(readdirSync(root).filter((name) => name.startsWith('line')))
        .sort(),
    );
    expect(readFileSync(odd, 'utf8')).toBe('odd');
    expect(readdirSync(join(root, 'a/b/empty'))).toEqual([]);
    expect(lstatSync(join(root, 'run.sh')).mode & 0o111).toBe(0o111);
    expect(['out', 'in', 'dangling'].map((name) => readlinkSync(join(root, name)))).toEqual([
      '/etc/passwd',
      'a/file',
      'nowhere',
    ]);
    for (const path of ['a/file', '%.git/x', '.empty-folder/.empty-folder', '.GIT/HEAD', '.gitattributes'])
      expect(readFileSync(join(root, path), 'utf8')).toBe(path);
    expect((await recorded()).commitId).toBe(commitId);
  });

  it('has a repository of the agent with its commits, and runs nothing that is in it', async () => {
    const mark = join(folder.path, 'ran');
    const run = (...args: string[]): string =>
      execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { encoding: 'utf8' });
    run('init', '-q');
    put('file', 'one\n');
    run('add', '.');
    run('commit', '-qm', 'first');
    for (const hook of ['post-checkout', 'pre-commit', 'reference-transaction', 'post-index-change']) {
      writeFileSync(join(root, '.git/hooks', hook), `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
    }
    run('config', 'core.fsmonitor', `touch ${mark};`);
    run('config', 'filter.evil.clean', `touch ${mark}; cat`);
    run('config', 'filter.evil.smudge', `touch ${mark}; cat`);
    run('config', 'diff.evil.textconv', `touch ${mark}; cat`);
    put('.gitattributes', '* filter=evil diff=evil\n');
    const { commitId } = await recorded();
    rmSync(join(root, '.git'), { recursive: true });
    put('file', 'two\n');
    put('.git', 'gitdir: /somewhere/else\n');
    const later = await recorded();
    const { diff } = await diffOf(store, commitId, later.commitId);
    expect(diff).toContain('-one\n+two');
    await restored(commitId);
    expect(existsSync(mark)).toBe(false);
    rmSync(join(root, '.git/hooks'), { recursive: true });
    run('config', '--unset', 'core.fsmonitor');
    expect(run('log', '--format=%s').trim()).toBe('first');
    expect(run('fsck', '--full')).not.toContain('missing');
    expect(readFileSync(join(root, 'file'), 'utf8')).toBe('one\n');
  });

  it('says in words what it lacks: what is no file, too large, too much, and what nobody may read', async () => {
    execFileSync('sh', ['-c', 'mkfifo fifo'], { cwd: root });
    put('large', 'x'.repeat(2 * 1024 * 1024));
    put('kept');
    symlinkSync('/dev/zero', join(root, 'zero'));
    const socket = createServer();
    await new Promise<void>((resolve) => socket.listen(join(root, 'socket'), resolve));
    let deep = root;
    for (let depth = 0; depth < 120; depth += 1) mkdirSync((deep = join(deep, 'd')));
    const { skipped, commitId, files } = await recorded();
    socket.close();
    // The deepest folder that is looked at is in it as an empty one.
    expect(files).toBe(3);
    expect(skipped.map(({ path, reason }) => [path.replace(/^(d\/).*/, '$1...'), reason]).sort()).toEqual([
      ['d/...', 'unreadable'],
      ['fifo', 'not_a_file'],
      ['large', 'too_large'],
      ['socket', 'not_a_file'],
    ]);
    await expect(recorded({ maxFiles: 20 })).rejects.toMatchObject({ code: 'workspace_too_large' });
    expect((await recorded({ maxBytes: 5 })).skipped.map(({ reason }) => reason)).toContain('too_much');
    // What is not in it is left alone.
    put('later');
    await restored(commitId);
    expect(readdirSync(root).sort()).toEqual(['d', 'fifo', 'kept', 'large', 'zero']);
  });

  it('of ten thousand files is made once, and then only of what has changed', async () => {
    for (let at = 0; at < 10_000; at += 1) {
      if (at % 100 === 0) mkdirSync(join(root, `f${at / 100}`));
      put(`f${Math.floor(at / 100)}/${at}`);
    }
    const first = await recorded();
    expect(first.files).toBe(10_000);
    put('f3/333', 'new');
    await new Promise((resolve) => setTimeout(resolve, 150));
    const second = await recorded({ newest: first.commitId });
    expect(changesOf(await store.changes(first.commitId, second.commitId))).toMatchObject({
      ...{ added: 0, changed: 1, deleted: 0, files: [{ path: 'f3/333', kind: 'changed' }] },
    });
    expect((await recorded({ newest: second.commitId })).hasReference).toBe(false);
    await restored(first.commitId);
    expect(readFileSync(join(root, 'f3/333'), 'utf8')).toBe('f3/333');
  });

  it('of a file that grows is its beginning, and of one that is cut short or swapped says that it changed', async () => {
    put('grows', 'x'.repeat(600_000));
    put('shrinks', 'y'.repeat(900_000));
    mkdirSync(join(root, 'swapped'));
    put('swapped/key', 'mine');
    mkdirSync(join(folder.path, 'secret'), { recursive: true });
    writeFileSync(join(folder.path, 'secret', 'key'), 'secret');
    const importOf = store.import.bind(store);
    store.import = (input, ...rest) =>
      importOf(
        (async function* () {
          let seen = 0;
          for await (const chunk of input) {
            seen += 1;
            // After all was looked at, and the first file was begun.
            if (seen === 2) {
              for (let more = 0; more < 50; more += 1) appendFileSync(join(root, 'grows'), 'z'.repeat(10_000));
              truncateSync(join(root, 'shrinks'), 10);
              renameSync(join(root, 'swapped'), join(root, 'moved'));
              symlinkSync(join(folder.path, 'secret'), join(root, 'swapped'));
            }
            yield chunk;
          }
        })(),
        ...rest,
      );
    const { skipped, commitId } = await recorded();
    expect(skipped.map(({ path, reason }) => [path, reason]).sort()).toEqual([
      ['shrinks', 'changed'],
      ['swapped/key', 'changed'],
    ]);
    const content = await store.run({ args: ['cat-file', 'blob', `${commitId}:grows`] });
    expect(content.toString()).toBe('x'.repeat(600_000));
  });

  it('is restored around what has come to lie in its way, and never outside of the workspace', async () => {
    mkdirSync(join(root, 'a'));
    put('a/file', 'inside');
    put('b', 'a file');
    const { commitId } = await recorded();
    const outside = join(folder.path, 'outside');
    mkdirSync(outside);
    empty();
    symlinkSync(outside, join(root, 'a'));
    mkdirSync(join(root, 'b/c'), { recursive: true });
    put('b/c/d');
    await restored(commitId);
    expect(readdirSync(outside)).toEqual([]);
    expect([readFileSync(join(root, 'a/file'), 'utf8'), readFileSync(join(root, 'b'), 'utf8')]).toEqual([
      'inside',
      'a file',
    ]);
    expect((await recorded()).commitId).toBe(commitId);
    // A link that is made after all was looked at, by a command that still runs.
    const { commitId: from } = await recorded();
    rmSync(join(root, 'a'), { recursive: true });
    symlinkSync(outside, join(root, 'a'));
    const drafts = join(folder.path, 'drafts');
    const terms = { from: EMPTY_TREE, to: from, drafts, timeoutMs: 60_000, isLeftAlone: () => false };
    await restore(store, workspace, terms);
    expect(readdirSync(outside)).toEqual([]);
  });

  it('that breaks off leaves the store as it was, and a restore that breaks off is begun anew', async () => {
    for (let at = 0; at < 300; at += 1) put(`${at}`, `one ${at}`);
    const one = await recorded();
    for (let at = 0; at < 300; at += 1) put(`${at}`, `two ${at}`);
    const broken = new AbortController();
    const importOf = store.import.bind(store);
    store.import = (input, ...rest) =>
      importOf(
        (async function* () {
          let seen = 0;
          for await (const chunk of input) {
            if ((seen += 1) > 200) broken.abort(new Error('killed'));
            yield chunk;
          }
        })(),
        ...rest,
      );
    await expect(recorded({ signal: broken.signal })).rejects.toThrow(/killed|EPIPE/);
    store.import = importOf;
    expect(await store.references()).toHaveLength(1);
    expect(spawnSync('git', ['--git-dir', store.path, 'fsck', '--full', '--strict']).status).toBe(0);
    await store.removeLeftOvers();
    const two = await recorded();
    expect(two.commitId).not.toBe(one.commitId);
    // As far as a process came that was killed.
    for (let at = 0; at < 150; at += 1) put(`${at}`, `one ${at}`);
    await restored(one.commitId);
    expect((await recorded()).commitId).toBe(one.commitId);
  });

  it('of another chat of the family stays when one is forgotten, and what nobody refers to goes', async () => {
    const other = newId();
    put('file', 'of both');
    const { commitId } = await recorded();
    const [own = ''] = await store.references(CHAT);
    await store.refer([{ name: referenceOf(other, newId()), commitId }]);
    await store.forget([own]);
    await store.tidy(true);
    empty();
    await restored(commitId);
    expect(readFileSync(join(root, 'file'), 'utf8')).toBe('of both');
    await store.forget(await store.references());
    await store.tidy(true);
    expect(spawnSync('git', ['--git-dir', store.path, 'cat-file', '-e', commitId]).status).not.toBe(0);
    // The cache speaks of what is gone.
    expect((await recorded()).commitId).toBe(commitId);
  });

  it('gives each name one place in a tree, and each place one name', () => {
    for (const name of [
      '.git',
      '.GIT',
      '%.git',
      '%%.Git',
      '.empty-folder',
      '%.empty-folder',
      '%',
      'a%',
      '.gitignore',
    ]) {
      for (const isEmptyFolder of [true, false]) {
        const names = [bytes('x'), bytes(name)];
        const path = treePath(names, isEmptyFolder);
        expect(path.toString().split('/')).not.toContain('.git');
        expect(namesInTree(path)).toEqual({ names, isEmptyFolder });
      }
    }
  });
});
