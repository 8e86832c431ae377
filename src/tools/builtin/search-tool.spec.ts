import { execFileSync, spawn } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentProcess } from '../../app-server/agent/agent-thread';
import { packageRoot } from '../../common/service-version';
import type { ToolThread } from '../tool';
import { SearchTool } from './search-tool';

/** That of codex. */
const [RIPGREP = 'rg'] = globSync(join(packageRoot, 'node_modules/@openai/codex-*/vendor/*/codex-path/rg'));

/** A thread whose programs run in a folder, without a sandbox. */
const threadIn = (workspace: string): ToolThread => ({
  workspace,
  startProgram: ([file, ...args]): AgentProcess => {
    const child = spawn(file, args, { cwd: workspace });
    const ended = new Promise<Awaited<AgentProcess['ended']>>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    const { stdin, stdout, stderr } = child;
    return { stdin, stdout, stderr, ended, kill: () => void child.kill('SIGKILL') };
  },
});

describe('the search', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'search-tool-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function search(input: Record<string, unknown>, ripgrep = RIPGREP): Promise<string> {
    const context = { chatId: 'c', thread: threadIn(folder), signal: AbortSignal.timeout(10_000), jobs: new Map() };
    const { content } = await new SearchTool(ripgrep, 10_000).call(input, context);
    return content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
  }

  it('tells as many lines as were asked for, however long they are', async () => {
    const line = (number: number): string => `${number} ${'x'.repeat(480)}`;
    const text = Array.from({ length: 200 }, (_, index) => line(index + 1)).join('\n');
    writeFileSync(join(folder, 'long.txt'), text);
    const cut = '\n[more was found: narrow the search, or give a larger limit]';
    expect(await search({ pattern: 'x', limit: 1 })).toBe(`long.txt:1:${line(1)}${cut}`);
    expect((await search({ pattern: 'x', limit: 100 })).split('\n')).toHaveLength(101);
    // As many as a model can be given.
    const all = (await search({ pattern: 'x', limit: 2000 })).split('\n');
    expect(all.join('\n').length).toBeGreaterThan(59_000);
    expect(all.at(-2)).toBe(`long.txt:${all.length - 1}:${line(all.length - 1)}`);
    writeFileSync(join(folder, 'long.txt'), 'one\ntwo');
    expect(await search({ pattern: 'o', limit: 2 })).toBe('long.txt:1:one\nlong.txt:2:two');
  });

  /** What ripgrep says where it may not read something, which a test as root could not have it do. */
  function saying(words: string): string {
    const program = join(folder, 'rg');
    writeFileSync(program, `#!/bin/sh\nprintf '${words}' >&2\nexit 2\n`, { mode: 0o755 });
    return program;
  }

  it('has found nothing where some files are not readable, and says which', async () => {
    const denied = 'rg: ./a b.txt: Permission denied (os error 13)\\nrg: ./c: Permission denied (os error 13)\\n';
    expect(await search({ pattern: 'x' }, saying(denied))).toBe('Nothing was found; not readable: a b.txt, c.');
    await expect(search({ pattern: '(' })).rejects.toThrow(/The search failed: rg: regex parse error/);
    await expect(search({ pattern: 'x', path: 'nowhere' })).rejects.toThrow(
      /The search failed: rg: nowhere: .*No such/,
    );
  });

  it('refuses at once what never ends', async () => {
    execFileSync('/bin/sh', ['-c', 'mkfifo pipe'], { cwd: folder });
    const startedAt = performance.now();
    await expect(search({ pattern: 'x', path: 'pipe' })).rejects.toThrow('pipe is no file, but a pipe, a socket');
    await expect(search({ pattern: 'x', path: '/dev/zero' })).rejects.toThrow('/dev/zero is no file');
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(await search({ pattern: 'x', path: folder })).toBe('Nothing was found.');
  });
});
