import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askTool } from './tool-host';

/** A tool that leaves a process behind, which keeps open what it was given. */
const leaving = (more: string, stdio = `'inherit'`): string => `import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
export default {
  name: 'leaves',
  async run() {
    const child = spawn('/bin/sleep', ['300'], { detached: true, stdio: ${stdio} });
    writeFileSync(new URL('./pid', import.meta.url), String(child.pid));
    child.unref();
    ${more}
  },
};\n`;

describe('a tool with code', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tool-host-'));
  });
  afterEach(() => {
    process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (code: string, signal: AbortSignal, printed?: (text: string) => void): Promise<unknown> => {
    const file = join(folder, 'tool.mjs');
    writeFileSync(file, code);
    return askTool({ kind: 'run', file, input: {}, timeoutSeconds: 60, memoryMb: 128 }, signal, printed);
  };

  it('has answered when it has, whatever it leaves running', async () => {
    const printed = jest.fn();
    const answer = await run(leaving(`console.log('a line'); return 'left';`), new AbortController().signal, printed);
    expect(answer).toEqual({ success: true, content: [{ type: 'text', text: 'left' }] });
    expect(printed).toHaveBeenCalledWith('a line\n');
  }, 20_000);

  it.each([
    ['output', `'inherit'`],
    ['way to answer', `['ignore', 'ignore', 'ignore', 3]`],
  ])(
    'ends with its call, even where something it has started keeps its %s',
    async (_, stdio) => {
      await expect(
        run(leaving('await new Promise(() => setInterval(() => {}, 1000));', stdio), AbortSignal.timeout(3_000)),
      ).rejects.toThrow();
    },
    20_000,
  );
});
