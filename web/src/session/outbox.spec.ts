import { emptyView } from '../log/chat-view';
import { Outbox } from './outbox';

interface Call {
  path: string;
  body: Record<string, unknown>;
}

/** Answers the calls of a page one after the other; null is a lost connection. */
function serve(...answers: (Response | null)[]): Call[] {
  const calls: Call[] = [];
  globalThis.fetch = (url, init) => {
    const body = JSON.parse(typeof init?.body === 'string' ? init.body : '{}') as Record<string, unknown>;
    calls.push({ path: (typeof url === 'string' ? url : '').replace(/^.*\/chats\/\w+/, ''), body });
    const answer = answers.shift();
    return answer ? Promise.resolve(answer) : Promise.reject(new TypeError('no network'));
  };
  return calls;
}

const accepted = () => Response.json({ messageId: 'm1', turnId: 't1' }, { status: 202 });
const refused = (code: string) => Response.json({ status: 409, code, detail: 'No.' }, { status: 409 });
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
const written = { text: 'rather this', images: [] };
const content = [{ type: 'text', text: 'rather this' }];

describe('the outbox of a chat', () => {
  const realFetch = globalThis.fetch;
  afterEach(() => {
    globalThis.fetch = realFetch;
  });

  const newOutbox = (chatId: string) => new Outbox(chatId, () => undefined);

  it('keeps the id of a message over a retry', async () => {
    const calls = serve(null, accepted());
    const outbox = newOutbox('c1');
    outbox.send(written, 0);
    await settled();
    const [failed] = outbox.pending;
    expect(failed).toMatchObject({ state: 'failed', error: 'The server could not be reached.' });
    outbox.retry(failed?.clientMessageId ?? '');
    await settled();
    expect(outbox.pending).toMatchObject([{ state: 'accepted', error: null }]);
    expect(calls.map(({ body }) => body)).toEqual(Array(2).fill({ content, clientMessageId: failed?.clientMessageId }));
  });

  it('sends by itself, once and under its id, what could not be sent before there was a connection', async () => {
    const calls = serve(null, null, accepted());
    const outbox = newOutbox('c7');
    outbox.send(written, 0);
    await settled();
    outbox.resend();
    await settled();
    expect(outbox.pending).toMatchObject([{ state: 'failed', unreached: true }]);
    outbox.resend();
    outbox.resend();
    await settled();
    expect(outbox.pending).toMatchObject([{ state: 'accepted', unreached: false }]);
    expect(new Set(calls.map(({ body }) => body.clientMessageId)).size).toBe(1);
    expect(calls).toHaveLength(3);
  });

  it('sends nothing again that was refused', async () => {
    const calls = serve(refused('chat_queue_full'));
    const outbox = newOutbox('c8');
    outbox.send(written, 0);
    await settled();
    outbox.resend();
    await settled();
    expect(calls).toHaveLength(1);
  });

  it('tells a running turn more, and has nothing left to do', async () => {
    const calls = serve(accepted());
    const outbox = newOutbox('c2');
    outbox.steer(written, 0);
    expect(outbox.pending).toMatchObject([{ state: 'steering' }]);
    await settled();
    expect(calls).toEqual([{ path: '/steer', body: { content } }]);
    expect(outbox.pending).toEqual([]);
  });

  it('queues what it wanted to tell a turn that has ended', async () => {
    const calls = serve(refused('no_running_turn'), accepted());
    const outbox = newOutbox('c3');
    outbox.steer(written, 0);
    await settled();
    expect(calls.map(({ path }) => path)).toEqual(['/steer', '/messages']);
    expect(outbox.pending).toMatchObject([{ state: 'accepted' }]);
  });

  it('leaves it to the user when it cannot know whether the turn was told', async () => {
    const calls = serve(null);
    const outbox = newOutbox('c4');
    outbox.steer(written, 0);
    await settled();
    expect(calls).toHaveLength(1);
    expect(outbox.pending).toMatchObject([{ state: 'failed' }]);
  });

  it('leaves alone what was written in a later view of the chat', async () => {
    let answer: (response: Response) => void = () => undefined;
    globalThis.fetch = () => new Promise((resolve) => (answer = resolve));
    newOutbox('c6').send(written, 0);
    await settled();
    globalThis.fetch = () => new Promise(() => undefined);
    newOutbox('c6').send({ text: 'and this', images: [] }, 0);
    answer(accepted());
    await settled();
    expect(newOutbox('c6').pending).toMatchObject([{ text: 'rather this' }, { text: 'and this' }]);
  });

  it('hands a message with pictures to the next view of the chat, also without storage', () => {
    serve(accepted());
    const images = ['data:image/png;base64,AA=='];
    newOutbox('c5').send({ text: '', images }, 0);
    const next = newOutbox('c5');
    next.prune(emptyView);
    expect(next.pending).toMatchObject([{ text: '', images, state: 'sending' }]);
  });
});
