import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import pino from 'pino';
import { CommandProcesses } from './command-processes';

const logger = pino({ level: 'silent' });
/** What ignores a signal starts others that do. */
const NEVER_ENDS = "trap '' TERM; echo; sleep 1001";

describe('the processes of commands', () => {
  const started: ChildProcess[] = [];
  const commands = new CommandProcesses('run', logger);

  /** A command as codex starts it; resolves when it has printed a line. */
  async function start(threadId: string, script = 'echo; sleep 1001', run = 'run.codex-1.1'): Promise<ChildProcess> {
    const env = { PATH: process.env.PATH, CODEX_RELAY_RUN: run, CODEX_THREAD_ID: threadId };
    const child = spawn('/bin/sh', ['-c', script], { env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    started.push(child);
    await once(child.stdout, 'data');
    return child;
  }

  const runs = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

  afterEach(() => {
    for (const child of started.splice(0)) {
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
  });

  it('of a thread are ended with all that they have started, those of other threads and other runs are not', async () => {
    const ended = [await start('thread', 'setsid sleep 1002 & echo; sleep 1003'), await start('thread')];
    const others = [await start('thread-2'), await start('thread', undefined, 'another run'), await start('')];
    expect(await commands.end(['thread'])).toBeGreaterThanOrEqual(5);
    expect(await commands.end(['thread'])).toBe(0);
    expect(ended.map(runs)).toEqual([false, false]);
    expect(others.map(runs)).toEqual([true, true, true]);
    expect(await commands.end(['thread-2', 'none'])).toBeGreaterThanOrEqual(1);
  });

  it('are killed when they do not end by themselves', async () => {
    const child = await start('stubborn', NEVER_ENDS);
    const end = once(child, 'exit');
    await commands.end(['stubborn']);
    expect(await end).toEqual([null, 'SIGKILL']);
  });

  it('beyond the limit of their thread are ended, the newest first', async () => {
    const children = [];
    for (const each of [1, 2, 3]) children.push(await start('thread', `echo; sleep 110${each}; echo ${each}`));
    const titles = await commands.endBeyond('thread', { perThread: 1, total: 0 });
    expect(titles).toEqual([expect.stringContaining('sleep 1102'), expect.stringContaining('sleep 1103')]);
    expect(await commands.endBeyond('thread', { perThread: 1, total: 0 })).toEqual([]);
    await commands.end(['thread']);
  });

  it('beyond the limit leave nothing behind that they were just starting', async () => {
    await start('forks');
    await start('forks', 'echo; for each in $(seq 60); do sleep 1104 & done; wait');
    expect(await commands.endBeyond('forks', { perThread: 1, total: 0 })).toHaveLength(1);
    expect(await commands.endBeyond('forks', { perThread: 1, total: 0 })).toEqual([]);
    await commands.end(['forks']);
  });

  it('are told by what their sandbox is to start while it is still being made', async () => {
    const env = { PATH: process.env.PATH, CODEX_RELAY_RUN: 'run.codex-1.1', CODEX_THREAD_ID: 'sandboxed' };
    for (const seconds of ['1201', '1202']) {
      const child = spawn('sleep', [seconds], { argv0: 'bwrap', env, detached: true, stdio: 'ignore' });
      started.push(child);
      await once(child, 'spawn');
    }
    expect(await commands.endBeyond('sandboxed', { perThread: 1, total: 0 })).toEqual(['1202']);
    await commands.end(['sandboxed']);
  });

  it('beyond the limit of all are ended, once, though two turns end at the same time', async () => {
    for (const threadId of ['one', 'one', 'other', 'other']) await start(threadId);
    const limits = { perThread: 0, total: 3 };
    const titles = await Promise.all(['one', 'other'].map((threadId) => commands.endBeyond(threadId, limits)));
    expect(titles.flat()).toHaveLength(1);
    expect(await commands.endBeyond('third', { perThread: 0, total: 1 })).toEqual([]);
    expect(await commands.endBeyond('other', { perThread: 0, total: 0 })).toEqual([]);
    await commands.end(['one', 'other']);
  });
});
