import type { LlmSessionDto } from '../../src/compat/sessions/sessions.dto';
import type { ChatResponseDto, ThreadHistoryDto, ThreadsDto } from '../../src/compat/threads/threads.dto';
import { FrameClient } from '../support/frame-client';
import { textOf } from '../support/relay-client';
import { words } from '../support/worded-model';
import { wordedSuite } from '../support/worded-suite';

interface Messages {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

const JSON_BODY = { 'content-type': 'application/json' };

/** The objects of a stream, and whether it has ended as it should. */
async function streamed(answer: Response): Promise<{ data: Record<string, never>[]; isEnded: boolean }> {
  expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const lines = (await answer.text()).split('\n').filter((line) => line.startsWith('data: '));
  const texts = lines.map((line) => line.slice('data: '.length));
  const isEnded = texts.at(-1) === '[DONE]';
  return { data: texts.slice(0, -1).map((text) => JSON.parse(text) as Record<string, never>), isEnded };
}

describe('the contracts of earlier backends, each by the examples of its document', () => {
  const suite = wordedSuite({
    environment: { ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'), CODEX_POOL_SIZE: '1', MAX_SESSIONS: '2' },
  });
  const open: FrameClient[] = [];
  afterAll(() => open.forEach((client) => client.close()));

  const connect = async (path: string): Promise<FrameClient> => {
    const client = await FrameClient.connect(suite.service.url, path);
    open.push(client);
    return client;
  };
  const chat = (body: object | string): Promise<Response> =>
    fetch(`${suite.service.url}/chat`, {
      ...{ method: 'POST', headers: JSON_BODY, body: typeof body === 'string' ? body : JSON.stringify(body) },
    });
  const get = async <T>(path: string): Promise<T> => (await suite.client.request<T>('GET', path)).body;
  const pathOf = (session: LlmSessionDto, user = 'user-123'): string =>
    `/chat?chat_session_id=${session.chat_session_id}&llm_session_id=${session.llm_session_id}&user_id=${user}`;
  const newSession = async (input: object = {}): Promise<LlmSessionDto> => {
    const { status, body } = await suite.client.request<LlmSessionDto>('POST', '/sessions', {
      ...{ user_id: 'user-123', ...input },
    });
    expect(status).toBe(200);
    return body;
  };

  it('sessions: makes one for the user that it names, lists it, and answers over its WebSocket', async () => {
    const session = await newSession({ title: 'First' });
    expect(session).toMatchObject({ title: 'First', backend_id: 'scripted', codex_thread_id: null });
    const client = await connect(pathOf(session));
    client.send('{"type":"user_message","content":"Hello there"}');
    expect(await client.takeTo('assistant')).toEqual([{ type: 'assistant', content: 'You said: Hello there' }]);
    const listed = await get<{ sessions: LlmSessionDto[] }>('/sessions?user_id=user-123');
    expect(listed.sessions.map(({ chat_session_id: id }) => id)).toEqual([session.chat_session_id]);
    const said = await get<Messages>(`/sessions/${session.chat_session_id}/messages?user_id=user-123`);
    expect(said.messages.map(({ role, content }) => `${role}: ${content}`)).toEqual([
      ...['user: Hello there', 'assistant: You said: Hello there'],
    ]);
    // It is that user's, and of nobody who is not named.
    const ofOthers = await suite.client.request('GET', `/sessions/${session.chat_session_id}/messages`);
    expect(ofOthers).toMatchObject({ status: 404, body: { code: 'chat_not_found' } });
  });

  it('sessions: tells of reasoning in parts and whole, and of a failed turn as an error', async () => {
    const session = await newSession({ backend: 'demo' });
    const client = await connect(pathOf(session));
    client.send({ type: 'user_message', content: 'think: hard' });
    const frames = await client.takeTo('assistant');
    const reasoning = frames.filter(({ type }) => type === 'reasoning');
    expect(reasoning.length).toBeGreaterThan(1);
    expect(reasoning[0]).toMatchObject({ partial: true });
    const whole = reasoning.find(({ partial }) => partial !== true);
    for (const { content, partial } of reasoning.slice(0, reasoning.indexOf(whole as never))) {
      expect(partial).toBe(true);
      expect(whole?.content).toEqual(expect.stringContaining(String(content)));
    }
    client.send({ type: 'user_message', content: 'fail: on purpose' });
    expect((await client.takeTo('error')).at(-1)).toMatchObject({ code: expect.any(String) as string });
  });

  it('sessions: refuses ids that do not belong together, and what is no session', async () => {
    const [one, other] = [await newSession(), await newSession()];
    const mixed = { ...one, llm_session_id: other.llm_session_id };
    const refused = (path: string) => FrameClient.refused(suite.service.url, path);
    expect(await refused(pathOf(mixed))).toEqual({ status: 409, code: 'session_mismatch' });
    expect(await refused(pathOf(one, 'user-456'))).toEqual({ status: 404, code: 'chat_not_found' });
    expect(await refused(pathOf({ ...one, chat_session_id: 'nothing' }))).toEqual({
      status: 404,
      code: 'chat_not_found',
    });
    expect(await refused('/chat?user_id=user-123')).toEqual({ status: 400, code: 'validation_failed' });
    expect(await refused(pathOf(one, '../etc'))).toEqual({ status: 400, code: 'invalid_user_id' });
  });

  it('threads: refuses another user while as many as there may be are at work, and nobody who is one of them', async () => {
    const ask = (user: string, content: string): Promise<Response> => chat({ user_id: user, messages: [{ content }] });
    const working = await Promise.all(['mia', 'noa'].map((user) => ask(user, 'say 200 words every 20 ms')));
    const refused = await ask('one-more', 'Hello!');
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: 'pool_saturated' });
    expect((await get<ThreadsDto>('/threads?user_id=one-more')).threads).toEqual([]);
    const more = await ask('mia', 'And this.');
    for (const answer of [...working, more]) expect((await streamed(answer)).isEnded).toBe(true);
    expect((await streamed(await ask('one-more', 'Hello again!'))).isEnded).toBe(true);
  });

  it('threads: streams a new conversation, goes on with it, lists it and tells its history', async () => {
    const first = await streamed(await chat('{"messages": [{"content": "Hello!"}]}'));
    expect(first.isEnded).toBe(true);
    const [session, started] = first.data as unknown as { type: string; thread_id: string }[];
    const threadId = String(session?.thread_id);
    expect(session).toEqual({ type: 'session', thread_id: expect.any(String) as string });
    expect(started).toMatchObject({ type: 'turn.started', turn: { status: 'inProgress', items: [] } });
    const methods = first.data.map(({ method }) => String(method));
    expect(methods).toEqual(expect.arrayContaining(['item/started', 'item/agentMessage/delta', 'item/completed']));
    expect(first.data.at(-1)).toMatchObject({ method: 'turn/completed', params: { turn: { status: 'completed' } } });

    const more = await streamed(await chat(`{"thread_id": "${threadId}", "messages": [{"content": "Tell me more"}]}`));
    expect(more.data[0]).toEqual({ type: 'session', thread_id: threadId });
    const { threads } = await get<ThreadsDto>('/threads');
    expect(threads[0]).toMatchObject({ thread_id: threadId, preview: 'Hello!' });
    const history = await get<ThreadHistoryDto>(`/history?thread_id=${threadId}`);
    expect(history).toMatchObject({ thread_id: threadId, preview: 'Hello!', previous_cursor: null });
    expect(history.turns.map(({ status, items }) => ({ status, items }))).toMatchObject([
      { status: 'completed', items: [{ type: 'userMessage' }, { type: 'agentMessage', text: 'You said: Hello!' }] },
      { status: 'completed', items: [{ content: [{ text: 'Tell me more' }] }, { text: 'You said: Tell me more' }] },
    ]);
  });

  it('threads: answers with JSON where it is asked to, and refuses what is no message', async () => {
    const answer = await chat('{"messages": [{"content": "What is 2+2?"}], "stream": false}');
    expect(answer.status).toBe(200);
    const body = (await answer.json()) as ChatResponseDto;
    expect(body).toMatchObject({ message: 'You said: What is 2+2?', status: 'completed', error: null });
    expect(body.events.at(-1)).toMatchObject({ method: 'turn/completed' });
    const ofOther = { messages: [{ content: 'Hi' }], stream: false };
    expect((await suite.client.request('POST', '/chat?user_id=user-789', ofOther)).status).toBe(200);
    expect((await get<ThreadsDto>('/threads?user_id=user-789')).threads).toMatchObject([{ preview: 'Hi' }]);
    const before = (await get<ThreadsDto>('/threads')).threads.length;
    for (const [refused, status, code] of [
      [{ messages: [{ content: ' ' }] }, 400, 'empty_message'],
      [{ messages: [] }, 400, 'validation_failed'],
      [{ messages: [{ content: 1 }] }, 400, 'validation_failed'],
      [{ messages: [{ content: 'Hi' }], thread_id: 'unknown' }, 404, 'chat_not_found'],
      [{ messages: [{ content: 'Hi' }], model: 'no\nname' }, 400, 'unknown_model'],
      ['{"messages": [', 400, 'malformed_json'],
    ] as const) {
      const { status: actual, ...response } = await chat(refused).then(async (each) => ({
        ...{ status: each.status, body: (await each.json()) as { code: string } },
      }));
      expect([refused, actual, response.body.code]).toEqual([refused, status, code]);
    }
    // Where the first message is refused there is no thread.
    expect((await get<ThreadsDto>('/threads')).threads).toHaveLength(before);
  });

  it('threads: tells its status in the words of the document', async () => {
    const status = await get('/status');
    expect(status).toMatchObject({ status: 'ok', codex_available: true, api_key_configured: true });
    expect(status).toHaveProperty('codex_version', expect.stringMatching(/^\d/));
  });

  it('threads: does not wait unawares for an approval, and says where to answer it', async () => {
    const { id } = await suite.client.createChat({ backend: 'demo' });
    const asked = { thread_id: id, messages: [{ content: 'approve: echo allowed' }], stream: false };
    const answer = await chat(asked);
    expect(answer.status).toBe(202);
    const body = (await answer.json()) as ChatResponseDto;
    const url = `${suite.service.url}/#/chats/${id}`;
    expect(body).toMatchObject({ status: 'waiting_for_approval' });
    expect(body.events.at(-1)).toMatchObject({ method: 'approval/requested', params: { url, status: 'pending' } });
    const [approval] = await suite.client.approvals(id);
    // Somebody who comes now is told, too, in the words of the contract that they speak.
    const stream = await connect(`/api/v1/chats/${id}/stream`);
    const frames = await stream.take('the question', ({ tool }) => tool === 'approval');
    expect(frames.at(-1)).toMatchObject({ type: 'action', args: { url, approval_id: approval?.id } });
    await suite.client.answer(approval?.id ?? '', 'accept');
    const rest = await stream.takeTo('end');
    expect(rest[0]).toMatchObject({ type: 'observation', content: 'accept', success: true });
    expect(rest.filter(({ type }) => type === 'observation').at(-1)).toMatchObject({ success: true });
  });

  it('chat-sessions: makes a chat in a project, renames it, and streams what its agent says and does', async () => {
    const { body: project } = await suite.client.request<{ id: string }>('POST', '/api/v1/projects', { name: 'Shop' });
    const sessions = `/api/v1/projects/${project.id}/chat-sessions`;
    const { body: made } = await suite.client.request<{ id: string }>('POST', sessions, { backend: 'demo' });
    await suite.client.request('PUT', `/api/v1/chats/${made.id}`, { title: 'A Flask API' });
    await suite.client.request('PUT', `/api/v1/projects/${project.id}`, { name: 'Web shop' });
    expect(await get(sessions)).toMatchObject({ data: [{ id: made.id, title: 'A Flask API' }] });
    const stream = await connect(`/api/v1/chats/${made.id}/stream`);
    stream.send('{"type": "message", "content": "run: echo out; exit 3"}');
    const frames = await stream.takeTo('end');
    expect(frames[0]?.type).toBe('start');
    const action = frames.find(({ type }) => type === 'action');
    expect(action).toMatchObject({
      tool: 'bash',
      step: 1,
      args: { command: expect.stringContaining('echo out') as string },
    });
    expect(frames.find(({ type }) => type === 'observation')).toMatchObject({
      ...{ content: expect.stringContaining('out') as string, step: 1, metadata: { exit_code: 3 } },
    });
    const text = frames.map(({ type, content }) => (type === 'chunk' ? String(content) : '')).join('');
    const answer = (await suite.client.messages(made.id)).at(-1);
    expect(text).toContain(textOf(answer));
    expect(frames.at(-1)).toMatchObject({ message_id: answer?.id, has_error: false, cancelled: false });
    const [stored] = await suite.client.agentActions(made.id);
    expect(await get(`/api/v1/agent-actions/${String(action?.action_id)}`)).toEqual(stored);
  });

  it('chat-sessions: tells and sets the keys of providers, and shows none', async () => {
    const keys = '/api/v1/settings/api-keys';
    expect(await get('/api/v1/settings')).toEqual({
      api_keys: [{ provider: 'scripted', is_configured: false, created_at: null }],
    });
    const input = { provider: 'scripted', api_key: 'sk-0123456789abcdefghij' };
    expect((await suite.client.request('POST', keys, input)).status).toBe(200);
    const body = await get<object>(keys);
    expect(body).toMatchObject({ api_keys: [{ is_configured: true }] });
    expect(JSON.stringify(body)).not.toContain('0123456789');
    expect((await suite.client.request('DELETE', `${keys}/scripted`)).status).toBe(204);
  });

  it('streams a running turn from its beginning to who comes later, and lets it go on without anybody', async () => {
    const { id } = await suite.client.createChat();
    const first = await connect(`/api/v1/chats/${id}/stream`);
    first.send({ type: 'message', content: 'say 300 words every 10 ms' });
    await first.take('some words', () => first.frames.filter(({ type }) => type === 'chunk').length > 3);
    first.close();
    const second = await connect(`/api/v1/chats/${id}/stream`);
    const frames = await second.takeTo('end');
    expect(frames[0]?.type).toBe('start');
    expect(
      frames
        .filter(({ type }) => type === 'chunk')
        .map(({ content }) => content)
        .join(''),
    ).toBe(words(300));
    second.send({ type: 'message', content: 'say 500 words every 10 ms' });
    await second.takeTo('chunk');
    second.send({ type: 'cancel' });
    expect((await second.takeTo('end')).at(-1)).toMatchObject({ cancelled: true, has_error: false });
  });

  it('goes on in each contract with what was begun in another, with one numbering', async () => {
    const { thread_id: id } = (await (
      await chat({ messages: [{ content: 'one' }], stream: false })
    ).json()) as ChatResponseDto;
    const session = await connect(`/chat?chat_session_id=${id}&llm_session_id=${id}`);
    const stream = await connect(`/api/v1/chats/${id}/stream`);
    session.send({ type: 'user_message', content: 'two' });
    expect(await session.takeTo('assistant')).toMatchObject([{ content: 'You said: two' }]);
    await stream.takeTo('end');
    stream.send({ type: 'message', content: 'three' });
    await stream.takeTo('end');
    expect(await session.takeTo('assistant')).toMatchObject([{ content: 'You said: three' }]);
    await suite.client.ask(id, 'four');
    await stream.takeTo('end');
    const said = await get<Messages>(`/sessions/${id}/messages`);
    expect(said.messages.filter(({ role }) => role === 'user').map(({ content }) => content)).toEqual([
      'one',
      'two',
      'three',
      'four',
    ]);
    expect((await get<ThreadHistoryDto>(`/history?thread_id=${id}`)).turns).toHaveLength(4);
    const events = await suite.client.events(id);
    expect(events.map(({ previousSeq }) => previousSeq)).toEqual([0, ...events.slice(0, -1).map(({ seq }) => seq)]);
    expect(suite.service.errorLines).toEqual([]);
  });
});
