import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Environment } from '../../config/environment';
import { Git } from './git';

describe('git of the service', () => {
  let folder: string;
  let gitDir: string;
  const git = new Git(new Environment({ PATH: process.env['PATH'], GIT_DIR: '/nowhere', SECRET: 'x' }));
  const run = async (args: readonly string[], more: Partial<Parameters<Git['run']>[0]> = {}): Promise<string> =>
    (await git.run({ gitDir, args, timeoutMs: 20_000, ...more })).toString();

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'git-'));
    gitDir = join(folder, 'store');
    mkdirSync(gitDir);
    await run(['init', '--bare', '--quiet']);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const marker = (): string => join(folder, 'ran');
  /** A program that leaves a mark. */
  const program = (path: string): string => {
    writeFileSync(path, `#!/bin/sh\ntouch ${marker()}\nexit 0\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const commit = async (): Promise<string> => {
    const blob = (await run(['hash-object', '-w', '--stdin'], { input: 'content' })).trim();
    const tree = (await run(['mktree'], { input: `100644 blob ${blob}\tname with spaces\n` })).trim();
    const author = {
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@x',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@x',
    };
    return (await run(['commit-tree', tree, '-m', 'm'], { variables: author })).trim();
  };

  it('takes input as text, bytes or a stream, and gives its output whole or as it comes', async () => {
    const ids = new Set<string>();
    for (const input of ['ab', Buffer.from('ab'), [Buffer.from('a'), Buffer.from('b')]]) {
      ids.add(await run(['hash-object', '-w', '--stdin'], { input }));
    }
    expect(ids.size).toBe(1);
    const chunks: Buffer[] = [];
    const args = ['cat-file', 'blob', [...ids][0]?.trim() ?? ''];
    expect(await run(args, { onOutput: (chunk) => void chunks.push(chunk) })).toBe('');
    expect(Buffer.concat(chunks).toString()).toBe('ab');
  });

  it('runs no hook, and speaks no transport that the call does not name', async () => {
    mkdirSync(join(gitDir, 'hooks'), { recursive: true });
    program(join(gitDir, 'hooks', 'reference-transaction'));
    await run(['update-ref', 'refs/heads/main', await commit()]);
    const other = join(folder, 'other');
    mkdirSync(other);
    await run(['init', '--bare', '--quiet'], { gitDir: other });
    const fetch = ['fetch', '--quiet', gitDir, 'refs/heads/main:refs/heads/copy'];
    await expect(run(fetch, { gitDir: other })).rejects.toMatchObject({
      name: 'GitError',
      reason: 'exit',
      exitCode: 128,
    });
    await run(fetch, { gitDir: other, protocols: 'file' });
    expect(await run(['for-each-ref', '--format=%(refname)'], { gitDir: other })).toBe('refs/heads/copy\n');
    await expect(run(['fetch', `ext::${program(join(folder, 'ext'))}`], { protocols: 'file:https' })).rejects.toThrow();
    expect(existsSync(marker())).toBe(false);
  });

  it('says why it failed, without the credentials of an address', async () => {
    const failing = run(['fetch', 'https://user:token@127.0.0.1:9/x.git'], { protocols: 'https' });
    await expect(failing).rejects.toMatchObject({
      reason: 'exit',
      stderr: expect.stringContaining('127.0.0.1') as string,
    });
    await expect(failing).rejects.not.toMatchObject({ message: expect.stringContaining('token') as string });
  });

  it('is killed with all that it started at its deadline, when its caller gives up, and when it prints too much', async () => {
    const sleeper = join(folder, 'sleeper');
    writeFileSync(sleeper, `#!/bin/sh\nsleep 1\ntouch ${marker()}\n`);
    chmodSync(sleeper, 0o755);
    const settings = { 'alias.sleep': `!${sleeper}` };
    await expect(run(['sleep'], { settings, timeoutMs: 100 })).rejects.toMatchObject({ reason: 'deadline' });
    const reason = new Error('the caller has gone');
    const signal = AbortSignal.abort(reason);
    await expect(run(['sleep'], { settings, signal })).rejects.toBe(reason);
    const later = new AbortController();
    const running = run(['sleep'], { settings, signal: later.signal });
    later.abort(reason);
    await expect(running).rejects.toBe(reason);
    await expect(run(['help', '-a'], { maxOutputBytes: 10 })).rejects.toMatchObject({ reason: 'too_much_output' });
    await delay(1500);
    expect(existsSync(marker())).toBe(false);
  });

  it('fails with the error of the stream that feeds it', async () => {
    const input = (async function* () {
      await delay(1);
      yield Buffer.from('a');
      throw new Error('the disk is gone');
    })();
    await expect(run(['hash-object', '-w', '--stdin'], { input })).rejects.toThrow('the disk is gone');
  });

  it('is told to be absent where there is none', async () => {
    const none = new Git(new Environment({ PATH: folder }));
    await expect(none.run({ gitDir, args: ['version'], timeoutMs: 1000 })).rejects.toMatchObject({ reason: 'absent' });
  });
});
