import { PassThrough } from 'node:stream';
import pino from 'pino';
import { createMessageConnection } from 'vscode-jsonrpc/node';
import { LineMessageReader } from '../../src/app-server/rpc/message-reader';
import { LineMessageWriter } from '../../src/app-server/rpc/message-writer';
import { RpcClient } from '../../src/app-server/rpc/rpc-client';
import { median, print, rounded } from '../support/figures';
import { numberOption } from './arguments';

const NOTIFICATIONS = 2_000;
const ROUNDS = 3;
const logger = pino({ level: 'silent' });
const params = { threadId: 't'.repeat(36), turnId: 'u'.repeat(36), itemId: 'i', delta: 'some text' };
const LINE = `${JSON.stringify({ method: 'item/agentMessage/delta', params })}\n`;

/** Hands each message over by itself, as the readers of vscode-jsonrpc do. */
class OneByOne extends LineMessageReader {
  override listen(callback: (message: { jsonrpc: string }) => void) {
    return super.listen(() => this.take().forEach(callback));
  }
}

/** Calls `hear` for each notification that comes on the stream. */
type Connect = (output: PassThrough, hear: () => void) => void;

const CLIENTS: Readonly<Record<string, Connect>> = {
  'the client of the service': (output, hear) => {
    const listener = { onNotification: hear, onRequest: () => undefined };
    new RpcClient(new LineMessageReader(output, logger), new LineMessageWriter(new PassThrough()), listener, logger);
  },
  'one message in each turn of the loop': (output, hear) => {
    const connection = createMessageConnection(new OneByOne(output, logger), new LineMessageWriter(new PassThrough()));
    connection.onNotification(hear);
    connection.listen();
  },
};

/**
 * How long notifications that come in one chunk wait until all are heard, on an idle event loop and on one whose turns
 * take some milliseconds each; `--busy 2 --rounds 3`.
 */
export async function notifications(): Promise<void> {
  const rounds = numberOption('rounds', ROUNDS);
  for (const connect of Object.values(CLIENTS)) await timeMs(connect, 0);
  for (const busyMs of [0, numberOption('busy', 2)]) {
    print(`\n${NOTIFICATIONS} notifications in one chunk, ${busyMs} ms of other work in each turn of the event loop`);
    for (const [name, connect] of Object.entries(CLIENTS)) {
      const times: number[] = [];
      for (let round = 0; round < rounds; round += 1) times.push(await timeMs(connect, busyMs));
      print(`  ${name}: median ${rounded(median(times))} ms`);
    }
  }
}

async function timeMs(connect: Connect, busyMs: number): Promise<number> {
  const output = new PassThrough();
  const stopWork = work(busyMs);
  const startedAt = performance.now();
  await new Promise<void>((resolve) => {
    let heard = 0;
    connect(output, () => {
      heard += 1;
      if (heard === NOTIFICATIONS) resolve();
    });
    output.write(LINE.repeat(NOTIFICATIONS));
  });
  stopWork();
  return performance.now() - startedAt;
}

/** Keeps the event loop busy for so long in each of its turns, until the returned function is called. */
function work(busyMs: number): () => void {
  if (busyMs === 0) return () => undefined;
  const turn = (): void => {
    const endsAt = performance.now() + busyMs;
    while (performance.now() < endsAt);
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  return () => clearImmediate(next);
}
