import type * as Package from '../../clients/typescript/dist/index.js';
import type { ChatEvent } from '../../clients/typescript/dist/index.js';
import { CuttingProxy } from '../support/cutting-proxy';
import { loadClient } from '../support/typescript-client';
import { words } from '../support/worded-model';
import { wordedSuite } from '../support/worded-suite';

const textOf = (events: readonly ChatEvent[]): string =>
  events.map((event) => (event.type === 'message.delta' ? event.data.delta : '')).join('');

describe('the TypeScript client', () => {
  const suite = wordedSuite({ environment: { CODEX_POOL_SIZE: '1', EVENT_COMPACTION_DELAY_SECONDS: '3600' } });
  let relay: typeof Package;
  let proxy: CuttingProxy;
  let client: Package.Client;

  beforeAll(async () => {
    relay = await loadClient();
    proxy = await CuttingProxy.start(Number(new URL(suite.service.url).port));
    client = relay.createClient({ baseUrl: `http://127.0.0.1:${proxy.port}` });
  });
  afterAll(() => proxy?.stop());

  async function chatWith(content: string): Promise<{ chatId: string; turnId: string }> {
    const { data: chat } = await relay.chatsCreate({ client, body: { title: 'Typed' }, throwOnError: true });
    const { data } = await relay.messagesSend({ client, path: { id: chat.id }, body: { content }, throwOnError: true });
    if (!('turnId' in data)) throw new Error('the message was answered as if it was waited for');
    return { chatId: chat.id, turnId: data.turnId };
  }

  it('makes each call of the API, and has the problem where one is refused', async () => {
    const { chatId, turnId } = await chatWith('hello');
    const { data } = await relay.chatsGet({ client, path: { id: chatId } });
    expect(data).toMatchObject({ id: chatId, title: 'Typed' });
    for await (const event of new relay.ChatEvents(client, chatId).turn(turnId)) expect(event.turnId).toBe(turnId);
    const { data: messages } = await relay.messagesList({ client, path: { id: chatId }, query: { limit: 10 } });
    expect(messages?.data.map(({ role }) => role)).toEqual(['user', 'assistant']);
    const { error, response } = await relay.chatsGet({ client, path: { id: turnId } });
    expect([response?.status, error?.code]).toEqual([404, 'chat_not_found']);
  });

  it('has every event once and in order, over connections that are cut again and again', async () => {
    const { chatId, turnId } = await chatWith('say 400 words every 10 ms');
    const reasons: unknown[] = [];
    const events: ChatEvent[] = [];
    const stream = new relay.ChatEvents(client, chatId, {
      maxWaitMs: 50,
      onRetry: ({ reason }) => reasons.push(reason),
    });
    let cuts = 0;
    for await (const event of stream) {
      events.push(event);
      // Again as soon as it goes on after the cut before.
      if (event.type === 'message.delta' && cuts < 3 && cuts === reasons.length) {
        cuts += 1;
        proxy.cut();
      }
      if (event.type === 'turn.completed' && event.turnId === turnId) break;
    }
    expect(reasons.length).toBeGreaterThanOrEqual(2);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(textOf(events)).toBe(words(400));
    expect(stream.lastSeq).toBe(events.at(-1)?.seq);
    // Another one goes on where this one has ended.
    const after = (events.at(-1)?.seq ?? 0) - 1;
    for await (const { seq } of new relay.ChatEvents(client, chatId, { after })) {
      expect(seq).toBe(after + 1);
      break;
    }
  });

  it('waits for the service while there is none, and ends when it is told to', async () => {
    const { chatId } = await chatWith('hello');
    const end = new AbortController();
    const seen: ChatEvent[] = [];
    proxy.isDown = true;
    let retries = 0;
    const onRetry = (): void => {
      retries += 1;
      if (retries === 3) proxy.isDown = false;
    };
    for await (const event of new relay.ChatEvents(client, chatId, { signal: end.signal, maxWaitMs: 20, onRetry })) {
      seen.push(event);
      end.abort();
    }
    expect([seen.length, retries]).toEqual([1, 3]);
    for await (const event of new relay.ChatEvents(client, chatId, { signal: end.signal })) seen.push(event);
    expect(seen).toHaveLength(1);
  });

  it('gives a connection up that nothing comes of any more', async () => {
    const { chatId, turnId } = await chatWith('hello');
    const stream = new relay.ChatEvents(client, chatId);
    const end = new AbortController();
    let last = '';
    for await (const event of stream.turn(turnId)) last = event.type;
    expect(last).toBe('turn.completed');
    const quiet = new relay.ChatEvents(client, chatId, {
      ...{ after: stream.lastSeq + 100, silenceMs: 300, signal: end.signal },
      onRetry: ({ reason }) => {
        last = String(reason);
        end.abort();
      },
    });
    for await (const { type } of quiet) last = type;
    expect(last).toMatch(/nothing has come for 300 ms|snapshot/);
  });

  it('ends with the code of the service when the chat is deleted, or was never there', async () => {
    const { chatId, turnId } = await chatWith('hello');
    const read = async (id: string): Promise<void> => {
      for await (const event of new relay.ChatEvents(client, id, { maxWaitMs: 20 })) {
        if (event.type !== 'turn.completed') continue;
        await relay.chatsDelete({ client, path: { id } });
      }
    };
    for (const id of [chatId, turnId]) {
      await expect(read(id)).rejects.toMatchObject({ name: 'RelayError', status: 404, code: 'chat_not_found' });
    }
  });

  it('tries again what passes, when the service says, and nothing else; and ends with the session', async () => {
    const answers = [
      new Response('{"code":"too_many_streams"}', { status: 429, headers: { 'Retry-After': '0.2' } }),
      new Response('<html>bad gateway</html>', { status: 502 }),
      new Response('event: session.ended\ndata: {"code":"signed_out","detail":"Signed out."}\n\n'),
    ];
    const asked: string[] = [];
    const fake = (request: Request): Promise<Response> => {
      asked.push(request.headers.get('authorization') ?? '');
      return Promise.resolve(answers.shift() ?? new Response('{"code":"unauthorized"}', { status: 401 }));
    };
    const other = relay.createClient({ baseUrl: 'http://relay.example', auth: 'secret', fetch: fake as typeof fetch });
    const waits: number[] = [];
    const options = { maxWaitMs: 20, onRetry: ({ waitMs }: { waitMs: number }) => void waits.push(waitMs) };
    const read = async (): Promise<void> => {
      for await (const event of new relay.ChatEvents(other, 'chat', options)) throw new Error(event.type);
    };
    await expect(read()).rejects.toMatchObject({ status: 0, code: 'signed_out' });
    expect([waits[0], waits.length]).toEqual([200, 2]);
    await expect(read()).rejects.toMatchObject({ status: 401, code: 'unauthorized' });
    expect(new Set(asked)).toEqual(new Set(['Bearer secret']));
  });

  it('reads a stream whatever pieces it comes in', async () => {
    const event = (seq: number, end: string): string =>
      [`id: ${seq}`, 'event: warning', `data: {"seq":${seq},`, 'data:"type":"warning"}', '', ''].join(end);
    const text = `: open\r\n\r\n${event(1, '\n')}${event(2, '\r\n')}${event(3, '\r')}: keep-alive\n\n${event(4, '\n')}data: {"seq":5`;
    const bytes = new TextEncoder().encode(text);
    for (const size of [1, 2, 7, bytes.length]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.slice(at * size, (at + 1) * size),
      );
      const end = new AbortController();
      const body = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          const piece = pieces.shift();
          if (piece === undefined) controller.close();
          else controller.enqueue(piece);
        },
      });
      const other = relay.createClient({
        baseUrl: 'http://relay.example',
        fetch: () => Promise.resolve(new Response(body)),
      });
      const seen: number[] = [];
      for await (const { seq } of new relay.ChatEvents(other, 'chat', {
        signal: end.signal,
        onRetry: () => end.abort(),
      }))
        seen.push(seq);
      expect([size, seen]).toEqual([size, [1, 2, 3, 4]]);
    }
  });
});
