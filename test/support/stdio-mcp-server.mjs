// An MCP server over stdio whose tools try what they should not, and misbehave.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const attempt = (what) => {
  try {
    return String(what());
  } catch (error) {
    return `failed: ${error.code ?? error.message}`;
  }
};

const filler = 'x'.repeat(100_000);
const pour = (piece) => {
  while (process.stdout.write(piece));
  process.stdout.once('drain', () => pour(piece));
};

const tools = {
  read: ({ text }) => attempt(() => readFileSync(text, 'utf8')),
  list: ({ text }) => attempt(() => readdirSync(text).join(' ')),
  write: ({ text }) => attempt(() => writeFileSync(text, 'written') ?? 'written'),
  environment: () => JSON.stringify(process.env),
  processes: () =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')))
      .join('\n'),
  network: () => attempt(() => execFileSync('cat', ['/proc/net/route'], { encoding: 'utf8' }).split('\n').length - 2),
  where: () => `${process.cwd()} ${existsSync('/tmp')}`,
  flood: () =>
    pour(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { data: filler } })}\n`),
  line: () => pour(filler),
  hang: () => undefined,
  die: () => process.exit(3),
};

const inputSchema = { type: 'object', properties: { text: { type: 'string' } } };
const results = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'stdio', version: '1' },
  }),
  'tools/list': () => ({ tools: Object.keys(tools).map((name) => ({ name, inputSchema })) }),
  'tools/call': ({ name, arguments: input }) => {
    const text = tools[name]?.(input ?? {});
    return text === undefined ? undefined : { content: [{ type: 'text', text }] };
  },
};

console.log('some print what is no message');
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const result = results[method] ? results[method](params) : {};
  if (result !== undefined) process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
});
