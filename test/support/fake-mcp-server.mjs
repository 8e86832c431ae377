// An MCP server over stdio without tools, that starts a process in a session of its own and ignores its own end.
// argv[2]: a text to know both by.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const stay = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)';
spawn(process.execPath, ['-e', stay, process.argv[2]], { detached: true, stdio: 'ignore' }).unref();
process.on('SIGTERM', () => {});
setInterval(() => {}, 1000);

const results = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'fake', version: '1' },
  }),
  'tools/list': () => ({ tools: [] }),
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: results[method]?.(params) ?? {} })}\n`);
});
