import { McpFailure, Message } from '../proxy/json-rpc';
import { StdioProcess } from './stdio-process';

/** Answers each request twice, and goes on talking. */
const SERVER = `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id } = JSON.parse(line);
  const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
  say({ id, result: 'first' });
  say({ id, result: 'second' });
  say({ method: 'notifications/message', params: {} });
});`;

describe('a server over stdio', () => {
  it('that answers a call twice has answered with the first', async () => {
    const start = { file: process.execPath, args: ['-e', SERVER], env: {} };
    const server = new StdioProcess(start, () => undefined);
    const { signal } = new AbortController();
    const call = async (id: number): Promise<Message[]> => {
      const messages: Message[] = [];
      for await (const message of server.call(id, { jsonrpc: '2.0', id, method: 'x' }, signal)) messages.push(message);
      return messages;
    };
    try {
      expect(await call(1)).toEqual([{ jsonrpc: '2.0', id: 1, result: 'first' }]);
      expect((await call(2)).at(-1)).toEqual({ jsonrpc: '2.0', id: 2, result: 'first' });
    } finally {
      server.end(new McpFailure('ended', 'has ended'));
    }
  });
});
