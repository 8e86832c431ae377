import { PassThrough } from 'node:stream';
import pino from 'pino';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { connectLines } from './connection';
import { LineMessageReader } from './message-reader';
import { LineMessageWriter } from './message-writer';

const logger = pino({ level: 'silent' });

describe('connectLines', () => {
  it('keeps nothing of a request that was cancelled, and tells the server nothing', async () => {
    const toServer = new PassThrough();
    const reader = new LineMessageReader(new PassThrough(), logger);
    const connection = connectLines(reader, new LineMessageWriter(toServer), logger);
    connection.listen();
    const cancellation = new CancellationTokenSource();
    const answer = connection.sendRequest('thread/loaded/list', {}, cancellation.token);
    expect(connection.hasPendingResponse()).toBe(true);
    cancellation.cancel();
    await expect(answer).rejects.toMatchObject({ message: 'no answer before the deadline' });
    expect(connection.hasPendingResponse()).toBe(false);
    expect(String(toServer.read())).toBe('{"id":0,"method":"thread/loaded/list","params":{}}\n');
  });

  it('logs a stream that fails, and lives on', async () => {
    const fromServer = new PassThrough();
    const lines: string[] = [];
    const log = pino({ level: 'debug' }, { write: (line) => void lines.push(line) });
    const connection = connectLines(
      new LineMessageReader(fromServer, log),
      new LineMessageWriter(new PassThrough()),
      log,
    );
    connection.listen();
    fromServer.destroy(new Error('EPIPE'));
    await new Promise(setImmediate);
    expect(lines.join('')).toContain('a stream of the app-server has failed');
  });
});
