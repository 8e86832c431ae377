import { PassThrough } from 'node:stream';
import pino from 'pino';
import { OVERLOADED } from './message';
import { LineMessageReader } from './message-reader';
import { LineMessageWriter } from './message-writer';
import { RpcClient, ServerListener } from './rpc-client';
import { OutcomeUnknownError, RequestRefusedError } from './rpc.errors';

const logger = pino({ level: 'silent' });

/** A client between two streams; the test is the server. */
function connect(maxLineBytes?: number) {
  const toServer = new PassThrough();
  const fromServer = new PassThrough();
  const received: string[] = [];
  const listener: ServerListener = {
    onNotification: ({ method }) => received.push(method),
    onRequest: ({ method }) => received.push(method),
  };
  const reader = new LineMessageReader(fromServer, logger, maxLineBytes);
  const client = new RpcClient(reader, new LineMessageWriter(toServer), listener, logger);
  const written = (): { id?: number; method?: string; error?: unknown; result?: unknown }[] =>
    String(toServer.read() ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { id: number });
  return { client, fromServer, received, listener, written };
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
    await client.close('exit code 1');
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
    const reader = new LineMessageReader(new PassThrough(), logger);
    const client = new RpcClient(reader, new LineMessageWriter(toServer), listener, logger);
    void unload(client).catch(() => undefined);
    await soon();
    await expect(unload(client, 20)).rejects.toMatchObject({ name: 'RequestRefusedError', code: OVERLOADED });
  });

  it('ends the wait for a place at the deadline, with nothing done', async () => {
    const { client } = connect();
    const full = Array.from({ length: 64 }, () => unload(client).catch(() => undefined));
    await expect(unload(client, 20)).rejects.toBeInstanceOf(RequestRefusedError);
    await client.close('end of test');
    await Promise.all(full);
  });

  it('fails the request whose answer is too long, and refuses a question that is', async () => {
    const { client, fromServer, received, written } = connect(200);
    const answer = unload(client);
    await soon();
    const id = written()[0]?.id;
    const padding = 'x'.repeat(300);
    fromServer.write(`{"id":${id},"result":"${padding}"}\n{"method":"item/tool/call","id":5,"params":"${padding}"}\n`);
    await expect(answer).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(written()).toMatchObject([{ id: 5, error: { code: -32600 } }]);
    expect(received).toEqual([]);
    expect(client.messagesReceived).toBe(2);
  });

  it('answers a question once, and not after it was withdrawn', async () => {
    const { client, fromServer, received, written } = connect();
    fromServer.write(
      '{"method":"item/tool/call","id":0,"params":{}}\n{"method":"item/tool/call","id":1,"params":{}}\n',
    );
    fromServer.write('{"method":"serverRequest/resolved","params":{"threadId":"t","requestId":1}}\n');
    await soon();
    client.respond(0, { success: true });
    client.respond(0, { success: false });
    client.respond(1, { success: true });
    await soon();
    expect(written()).toEqual([{ id: 0, result: { success: true } }]);
    expect(received).toEqual(['item/tool/call', 'item/tool/call', 'serverRequest/resolved']);
  });

  it('asks a question once that the server sends again, and answers it once', async () => {
    const { client, fromServer, received, written } = connect();
    const question = '{"method":"item/tool/call","id":7,"params":{}}\n';
    fromServer.write(question + question);
    await soon();
    client.respond(7, { success: true });
    await soon();
    fromServer.write(question);
    await soon();
    expect(received).toEqual(['item/tool/call']);
    expect(written()).toEqual([{ id: 7, result: { success: true } }]);
  });

  it('asks a question once that has waited so long that a thousand others came after it', async () => {
    const { client, fromServer, received, written } = connect();
    const question = (id: number): string => `{"method":"item/tool/call","id":${id},"params":{}}\n`;
    fromServer.write(Array.from({ length: 1_002 }, (_, id) => question(id)).join(''));
    await soon();
    fromServer.write(question(0));
    await soon();
    client.respond(0, { success: true });
    await soon();
    expect(received).toHaveLength(1_002);
    expect(written()).toEqual([{ id: 0, result: { success: true } }]);
  });

  it('answers a method that it does not know with MethodNotFound', async () => {
    const { client, fromServer, listener, written } = connect();
    listener.onRequest = (request) => client.refuseUnknown(request);
    fromServer.write('{"method":"new/thing","id":"a","params":{}}\n');
    await soon();
    expect(written()).toEqual([{ id: 'a', error: { code: -32601, message: 'Unhandled method new/thing' } }]);
  });

  it('answers a question with an error when its listener fails, so that the turn does not hang', async () => {
    const { fromServer, listener, written } = connect();
    listener.onRequest = () => {
      throw new Error('broken');
    };
    fromServer.write('{"method":"item/tool/call","id":1,"params":{}}\n');
    await soon();
    expect(written()).toMatchObject([{ id: 1, error: { code: -32603 } }]);
  });

  it('sends a request again that the server was too busy to look at', async () => {
    const { client, fromServer, written } = connect();
    const answer = unload(client);
    await soon();
    fromServer.write(`{"id":${written()[0]?.id},"error":{"code":${OVERLOADED},"message":"Server overloaded"}}\n`);
    let again = written();
    while (again.length === 0) {
      await soon();
      again = written();
    }
    fromServer.write(`{"id":${again[0]?.id},"result":{"status":"b"}}\n`);
    await expect(answer).resolves.toEqual({ status: 'b' });
  });

  it('ignores the answer that comes after the deadline, and does not count its own as a sign of life', async () => {
    const { client, fromServer, written } = connect();
    await expect(unload(client, 20)).rejects.toMatchObject({ reason: 'no answer before the deadline' });
    expect(client.messagesReceived).toBe(0);
    const late = written()[0]?.id;
    const next = unload(client);
    await soon();
    fromServer.write(`{"id":${late},"result":{"status":"a"}}\n{"id":${written()[0]?.id},"result":{"status":"b"}}\n`);
    await expect(next).resolves.toEqual({ status: 'b' });
    expect(client.messagesReceived).toBe(2);
  });

  it('hears what came before an answer before the one who asked goes on', async () => {
    const { client, fromServer, received, written } = connect();
    const answer = unload(client);
    await soon();
    const lines = [
      '{"method":"one"}',
      '{"method":"two","id":1}',
      '{"method":"three"}',
      `{"id":${written()[0]?.id}}`,
      '',
    ];
    fromServer.write(lines.join('\n'));
    await expect(answer).resolves.toBeNull();
    expect(received).toEqual(['one', 'two', 'three']);
  });

  it('hears all that the process said before its end, also the answers', async () => {
    const { client, fromServer, received, written } = connect();
    const [answered, open] = [unload(client), unload(client)];
    await soon();
    fromServer.write(`{"method":"last/words"}\n{"id":${written()[0]?.id},"result":{"status":"a"}}\n`);
    await new Promise(process.nextTick);
    const closed = client.close('exit code 1');
    await expect(answered).resolves.toEqual({ status: 'a' });
    await expect(open).rejects.toMatchObject({ name: 'OutcomeUnknownError', reason: 'exit code 1' });
    await closed;
    expect(received).toEqual(['last/words']);
  });

  it('says nothing more to a process that has ended, nor hears it', async () => {
    const { client, fromServer, received, written } = connect();
    fromServer.write('{"method":"item/tool/call","id":1,"params":{}}\n');
    await soon();
    await client.close('exit code 1');
    client.respond(1, { success: true });
    client.notify({ method: 'initialized' });
    fromServer.write('{"method":"turn/started"}\n');
    await soon();
    expect([received, written()]).toEqual([['item/tool/call'], []]);
  });

  it('hears 2,000 notifications of one chunk in a few turns of the event loop', async () => {
    const { fromServer, received } = connect();
    fromServer.write('{"method":"item/agentMessage/delta"}\n'.repeat(2_000));
    let turns = 0;
    for (; received.length < 2_000 && turns < 10; turns += 1) await soon();
    expect(received).toHaveLength(2_000);
  });
});
