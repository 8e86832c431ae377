import { PassThrough } from 'node:stream';
import pino from 'pino';
import { OVERLOADED } from './message';
import { MessageReader } from './message-reader';
import { MessageWriter } from './message-writer';
import { RpcClient } from './rpc-client';
import { OutcomeUnknownError, RequestRefusedError } from './rpc.errors';

const logger = pino({ level: 'silent' });

/** A client between two streams; the test is the server. */
function connect(maxLineBytes?: number) {
  const toServer = new PassThrough();
  const fromServer = new PassThrough();
  const heard: string[] = [];
  const listener = {
    onNotification: ({ method }: { method: string }) => heard.push(method),
    onRequest: ({ method }: { method: string }) => heard.push(method),
  };
  const client = new RpcClient(new MessageWriter(toServer, logger), listener, logger);
  new MessageReader(fromServer, client, logger, maxLineBytes);
  const written = (): { id?: number; method?: string; error?: unknown; result?: unknown }[] =>
    String(toServer.read() ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { id: number });
  return { client, fromServer, heard, written };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));
const unload = (client: RpcClient, timeoutMs = 1000) =>
  client.request('thread/unsubscribe', { threadId: 't' }, { timeoutMs });

describe('RpcClient', () => {
  it('gives each answer to its request, in whatever order they come', async () => {
    const { client, fromServer, written } = connect();
    const answers = [unload(client), unload(client)];
    await soon();
    const [first, second] = written();
    fromServer.write(`{"id":${second?.id},"result":{"status":"b"}}\n{"id":${first?.id},"result":{"status":"a"}}\n`);
    await expect(Promise.all(answers)).resolves.toEqual([{ status: 'a' }, { status: 'b' }]);
  });

  it('tells a refusal from an unknown outcome', async () => {
    const { client, fromServer, written } = connect();
    const refused = unload(client);
    await soon();
    fromServer.write(`{"id":${written()[0]?.id},"error":{"code":-32600,"message":"thread not found"}}\n`);
    await expect(refused).rejects.toEqual(new RequestRefusedError('thread/unsubscribe', -32600, 'thread not found'));
    await expect(unload(client, 20)).rejects.toBeInstanceOf(OutcomeUnknownError);
  });

  it('gives the place of a request back, however the request ends', async () => {
    const { client, fromServer, written } = connect();
    const refused = unload(client);
    await soon();
    fromServer.write(`{"id":${written()[0]?.id},"error":{"code":-32600,"message":"thread not found"}}\n`);
    await expect(refused).rejects.toBeInstanceOf(RequestRefusedError);
    await expect(unload(client, 20)).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(client.inFlight).toBe(0);
  });

  it('rejects everything that waits when the process ends, and what comes later', async () => {
    const { client } = connect();
    const waiting = unload(client);
    await soon();
    client.close('exit code 1');
    await expect(waiting).rejects.toMatchObject({ name: 'OutcomeUnknownError', reason: 'exit code 1' });
    await expect(unload(client)).rejects.toMatchObject({ name: 'OutcomeUnknownError', reason: 'exit code 1' });
  });

  it('has no more than 64 requests under way; the others follow as answers come', async () => {
    const { client, fromServer, written } = connect();
    const answers = Array.from({ length: 70 }, () => unload(client));
    await soon();
    const first = written();
    expect(first).toHaveLength(64);
    fromServer.write(first.map(({ id }) => `{"id":${id},"result":{}}\n`).join(''));
    await soon();
    await soon();
    const rest = written();
    expect(rest).toHaveLength(6);
    fromServer.write(rest.map(({ id }) => `{"id":${id},"result":{}}\n`).join(''));
    await expect(Promise.all(answers)).resolves.toHaveLength(70);
    expect(client.inFlight).toBe(0);
  });

  it('says of a request that could not be written that it was not looked at', async () => {
    const toServer = new PassThrough({ highWaterMark: 1 });
    const listener = { onNotification: () => undefined, onRequest: () => undefined };
    const client = new RpcClient(new MessageWriter(toServer, logger), listener, logger);
    void unload(client).catch(() => undefined);
    await soon();
    await expect(unload(client, 20)).rejects.toMatchObject({ name: 'RequestRefusedError', code: OVERLOADED });
  });

  it('ends the wait for a place at the deadline, with nothing done', async () => {
    const { client } = connect();
    const full = Array.from({ length: 64 }, () => unload(client).catch(() => undefined));
    await expect(unload(client, 20)).rejects.toBeInstanceOf(RequestRefusedError);
    client.close('end of test');
    await Promise.all(full);
  });

  it('fails the request whose answer is too long, and refuses a question that is', async () => {
    const { client, fromServer, heard, written } = connect(200);
    const answer = unload(client);
    await soon();
    const id = written()[0]?.id;
    const padding = 'x'.repeat(300);
    fromServer.write(`{"id":${id},"result":"${padding}"}\n{"method":"item/tool/call","id":5,"params":"${padding}"}\n`);
    await expect(answer).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(written()).toMatchObject([{ id: 5, error: { code: -32600 } }]);
    expect(heard).toEqual([]);
  });

  it('answers a question once, and not after it was withdrawn', async () => {
    const { client, fromServer, heard, written } = connect();
    fromServer.write(
      '{"method":"item/tool/call","id":0,"params":{}}\n{"method":"item/tool/call","id":1,"params":{}}\n',
    );
    fromServer.write('{"method":"serverRequest/resolved","params":{"threadId":"t","requestId":1}}\n');
    await soon();
    client.respond(0, { success: true });
    client.respond(0, { success: false });
    client.respond(1, { success: true });
    expect(written()).toEqual([{ id: 0, result: { success: true } }]);
    expect(heard).toEqual(['item/tool/call', 'item/tool/call', 'serverRequest/resolved']);
  });
});
