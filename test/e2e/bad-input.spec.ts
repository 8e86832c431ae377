import { RelayClient } from '../support/relay-client';
import { RelayService } from '../support/service';
import { SocketClient } from '../support/socket-client';

const UNKNOWN = '01a1f9b6-cbda-71c2-a8e2-f2bf1c84ef9a';
const MEGABYTE = 1024 * 1024;
/** Of another service, whose pages may call this one. */
const PAGE = 'https://app.example';

interface BadRequest {
  readonly what: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `:chat` stands for a chat that there is. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly status: number;
  readonly code: string;
}

const messages = '/api/v1/chats/:chat/messages';
const send = { method: 'POST', path: messages } as const;
const make = { method: 'POST', path: '/api/v1/chats' } as const;
const failed = { status: 400, code: 'validation_failed' } as const;
const noChat = { status: 404, code: 'chat_not_found' } as const;
const foreignPage = { headers: { origin: 'https://evil.example' }, status: 403, code: 'origin_not_allowed' } as const;
const badCursor = { status: 400, code: 'invalid_cursor' } as const;

const BAD_REQUESTS: readonly BadRequest[] = [
  { what: 'an empty message', ...send, body: { content: '' }, status: 400, code: 'empty_message' },
  { what: 'a blank message', ...send, body: { content: ' \n\t' }, status: 400, code: 'empty_message' },
  { what: 'a message without parts', ...send, body: { content: [] }, status: 400, code: 'empty_message' },
  {
    what: 'a message of 2 MB',
    ...send,
    body: { content: 'x'.repeat(2 * MEGABYTE) },
    status: 413,
    code: 'message_too_large',
  },
  {
    what: 'a body of 20 MB',
    ...send,
    body: { content: 'x'.repeat(20 * MEGABYTE) },
    status: 413,
    code: 'payload_too_large',
  },
  { what: 'a number for a message', ...send, body: { content: 42 }, status: 400, code: 'invalid_content' },
  {
    what: 'an unknown kind of part',
    ...send,
    body: { content: [{ type: 'audio' }] },
    status: 400,
    code: 'invalid_content',
  },
  {
    ...{ what: 'an image that is a file of the server', ...send, status: 400, code: 'invalid_content' },
    body: { content: [{ type: 'image', url: 'file:///etc/passwd' }] },
  },
  {
    ...{ what: 'an image that lies elsewhere', ...send, status: 400, code: 'invalid_content' },
    body: { content: [{ type: 'image', url: 'https://example.com/a.png' }] },
  },
  { what: 'no message', ...send, body: {}, ...failed },
  { what: 'no body', ...send, ...failed },
  { what: 'a list for a body', ...send, body: [], ...failed },
  { what: 'a text for a body', ...send, body: '"hello"', ...failed },
  { what: 'a number for a clientMessageId', ...send, body: { content: 'hi', clientMessageId: 7 }, ...failed },
  { what: 'an unknown field', ...send, body: { content: 'hi', colour: 'red' }, ...failed },
  {
    ...{ what: 'a field that every object has', ...send, body: '{"content": "hi", "__proto__": {"model": "x"}}' },
    ...failed,
  },
  {
    ...{ what: 'an image that is none', ...send, status: 400, code: 'invalid_image' },
    body: { content: [{ type: 'image', url: 'data:image/png;base64,R0lGODlhAQ==' }] },
  },
  { what: 'a title of two lines', ...make, body: { title: 'one\ntwo' }, ...failed },
  { what: 'a title that changes the direction of text', ...make, body: { title: 'a\u202eb' }, ...failed },
  {
    ...{ what: 'a gateway key with a name that commands a terminal', method: 'POST', ...failed },
    ...{ path: '/api/v1/admin/gateway-keys', body: { name: '\x1b[2J' } },
  },
  { what: 'an unknown value of wait', ...send, path: `${messages}?wait=maybe`, body: { content: 'hi' }, ...failed },
  {
    ...{ what: 'a body of lists in lists', ...send, body: `{"content": ${'['.repeat(20_000)}${']'.repeat(20_000)}}` },
    ...failed,
  },
  { what: 'malformed JSON', ...send, body: '{"content": ', status: 400, code: 'malformed_json' },
  { what: 'malformed JSON for a new chat', ...make, body: '{', status: 400, code: 'malformed_json' },
  { what: 'an unknown backend', ...make, body: { backend: 'nope' }, status: 400, code: 'unknown_backend' },
  {
    ...{
      what: 'a change to an unknown backend',
      method: 'PUT',
      path: '/api/v1/chats/:chat',
      body: { backend: 'nope' },
    },
    ...{ status: 400, code: 'unknown_backend' },
  },
  { what: 'a title that turns its direction', ...make, body: { title: 'a\u202eb' }, ...failed },
  { what: 'a prototype for a field', ...make, body: '{"__proto__": {"title": "a"}}', ...failed },
  { what: 'a wrong type of title', ...make, body: { title: 5 }, ...failed },
  { what: 'an unknown approval policy', ...make, body: { approvalPolicy: 'always' }, ...failed },
  { what: 'an unknown sandbox mode', ...make, body: { sandboxMode: 'none' }, ...failed },
  { what: 'an unknown chat', path: `/api/v1/chats/${UNKNOWN}`, ...noChat },
  { what: 'no chat id at all', path: '/api/v1/chats/1%27%20OR%201=1', ...noChat },
  {
    what: 'a message to an unknown chat',
    ...send,
    path: `/api/v1/chats/${UNKNOWN}/messages`,
    body: { content: 'hi' },
    ...noChat,
  },
  { what: 'the messages of an unknown chat', path: `/api/v1/chats/${UNKNOWN}/messages`, ...noChat },
  { what: 'the events of an unknown chat', path: `/api/v1/chats/${UNKNOWN}/events`, ...noChat },
  {
    ...{ what: 'the event stream of an unknown chat', path: `/api/v1/chats/${UNKNOWN}/events`, ...noChat },
    headers: { accept: 'text/event-stream' },
  },
  {
    what: 'the interruption of an unknown chat',
    method: 'POST',
    path: `/api/v1/chats/${UNKNOWN}/interrupt`,
    ...noChat,
  },
  { what: 'the deletion of an unknown chat', method: 'DELETE', path: `/api/v1/chats/${UNKNOWN}`, ...noChat },
  { what: 'a bad cursor of chats', path: '/api/v1/chats?cursor=nonsense', ...badCursor },
  { what: 'a bad cursor of messages', path: `${messages}?cursor=nonsense`, ...badCursor },
  { what: 'a bad cursor of turns', path: '/api/v1/chats/:chat/turns?cursor=%00%ff', ...badCursor },
  { what: 'a bad cursor of events', path: '/api/v1/chats/:chat/events?cursor=nonsense', ...badCursor },
  {
    ...{ what: 'a bad Last-Event-ID', path: '/api/v1/chats/:chat/events', ...badCursor },
    headers: { accept: 'text/event-stream', 'last-event-id': 'last' },
  },
  { what: 'a bad place in the log', path: '/api/v1/chats/:chat/events?after=-1', ...failed },
  { what: 'a limit of nothing', path: `${messages}?limit=0`, ...failed },
  { what: 'a limit above the highest', path: `${messages}?limit=501`, ...failed },
  { what: 'a limit that is no number', path: '/api/v1/chats?limit=many', ...failed },
  {
    ...{ what: 'an answer to an unknown approval', method: 'POST', path: `/api/v1/approvals/${UNKNOWN}` },
    ...{ body: { decision: 'accept' }, status: 404, code: 'approval_not_found' },
  },
  { what: 'an answer without a decision', method: 'POST', path: `/api/v1/approvals/${UNKNOWN}`, body: {}, ...failed },
  {
    what: 'an unknown agent action',
    path: `/api/v1/agent-actions/${UNKNOWN}`,
    status: 404,
    code: 'agent_action_not_found',
  },
  { what: 'an unknown path', path: '/api/v1/nothing', status: 404, code: 'route_not_found' },
  {
    what: 'an unknown compression',
    ...make,
    body: '{}',
    headers: { 'content-encoding': 'zip' },
    status: 415,
    code: 'unsupported_encoding',
  },
  ...['text/plain', 'application/x-www-form-urlencoded', 'application/xml', ''].map((type) => ({
    ...{ what: `a body of the type "${type}"`, ...make, body: '{}', headers: { 'content-type': type } },
    ...{ status: 415, code: 'unsupported_media_type' },
  })),
  {
    ...{ what: 'a form that changes the pool', method: 'PUT', path: '/api/v1/admin/pool', body: 'size=1' },
    ...{ headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ...{ status: 415, code: 'unsupported_media_type' },
  },
  { what: 'a new chat of another page than ours', ...make, body: {}, ...foreignPage },
  {
    ...{ what: 'a restart by another page than ours', method: 'POST', ...foreignPage },
    path: '/api/v1/admin/instances/codex-1/restart',
  },
];

describe('bad input', () => {
  let service: RelayService;
  let client: RelayClient;
  let chatId: string;

  beforeAll(async () => {
    service = await RelayService.start({ environment: { CODEX_POOL_SIZE: '1', CORS_ORIGINS: PAGE } });
    client = service.client;
    chatId = (await client.createChat()).id;
  });
  afterAll(() => service?.dispose());

  it.each(BAD_REQUESTS)('$what is answered with a problem document: $code', async (bad) => {
    const { method = 'GET', path, body, headers, status, code } = bad;
    const answer = await client.request(method, path.replace(':chat', chatId), body, headers);
    expect(answer.body).toMatchObject({ status, code });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(Object.keys(answer.body).sort()).toEqual(['code', 'detail', 'requestId', 'status', 'title', 'type']);
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
    expect(answer.body.requestId).not.toBe('');
    expect(answer.body.type).toBe(`urn:codex-relay:problem:${code}`);
    expect(answer.body.detail.length).toBeGreaterThan(10);
    expect(answer.body.detail).not.toContain('undefined');
  });

  it.each([
    { call: 'chat:join', payload: { chatId: UNKNOWN }, code: 'chat_not_found' },
    { call: 'chat:join', payload: { chatId: ':chat', after: 'x' }, code: 'validation_failed' },
    { call: 'chat:join', payload: {}, code: 'validation_failed' },
    { call: 'chat:join', payload: null, code: 'validation_failed' },
    { call: 'chat:join', payload: 'text', code: 'validation_failed' },
    { call: 'chat:leave', payload: {}, code: 'validation_failed' },
    { call: 'message:send', payload: { chatId: ':chat', content: '' }, code: 'empty_message' },
    { call: 'message:send', payload: { chatId: ':chat' }, code: 'validation_failed' },
    { call: 'message:send', payload: { chatId: ':chat', content: { a: 1 } }, code: 'invalid_content' },
    {
      call: 'message:send',
      payload: { chatId: ':chat', content: 'x'.repeat(2 * MEGABYTE) },
      code: 'message_too_large',
    },
    { call: 'message:send', payload: { chatId: UNKNOWN, content: 'hi' }, code: 'chat_not_found' },
    { call: 'message:send', payload: [], code: 'validation_failed' },
    { call: 'message:sent', payload: { chatId: ':chat', content: 'hi' }, code: 'unknown_call' },
    { call: 'error', payload: {}, code: 'unknown_call' },
    { call: 'message:send', payload: { content: 'hi', ['__proto__']: 'x' }, code: 'validation_failed' },
    { call: 'turn:interrupt', payload: { chatId: UNKNOWN }, code: 'chat_not_found' },
    { call: 'turn:steer', payload: { chatId: ':chat', content: 'left' }, code: 'no_running_turn' },
    { call: 'approval:respond', payload: { approvalId: UNKNOWN, decision: 'accept' }, code: 'approval_not_found' },
    { call: 'approval:respond', payload: { approvalId: 5, decision: 'accept' }, code: 'validation_failed' },
  ])('over Socket.IO $call is refused with $code (%#)', async ({ call, payload, code }) => {
    const socket = await SocketClient.connect(service.url);
    const sent: unknown = JSON.parse(JSON.stringify(payload).replace(':chat', chatId));
    const answer = await socket.call(call, sent);
    expect(answer).toEqual({ ok: false, error: { code, detail: expect.any(String) as string } });
    expect(socket.socket.connected).toBe(true);
    socket.close();
  });

  it('is not null for what may be left out, which stays as it is or is what is usual', async () => {
    const call = (method: 'POST' | 'PATCH', path: string, body: object) =>
      client.request<Record<string, unknown>>(method, `/api/v1${path}`, body);
    const project = (await call('POST', '/projects', { name: 'Site' })).body;
    const renamed = await call('PATCH', `/projects/${String(project.id)}`, { name: null });
    expect([renamed.status, renamed.body.name]).toEqual([200, 'Site']);
    const template = (await call('POST', '/templates', { name: 'Own', instructions: 'Be brief.' })).body;
    const changed = await call('PATCH', `/templates/${String(template.id)}`, { name: null, instructions: null });
    expect(changed).toMatchObject({ status: 200, body: { name: 'Own', instructions: 'Be brief.' } });
    const share = await call('POST', `/chats/${chatId}/share`, { expiresInSeconds: null, workspace: null });
    expect(share).toMatchObject({ status: 201, body: { workspace: false } });
    const key = await call('POST', '/admin/gateway-keys', { name: 'k', userId: null, owner: null });
    expect(key).toMatchObject({ status: 201, body: { owner: { kind: 'user' } } });
  });

  it.each([
    ['/projects/:project/skills', { document: '---\nname: a\ndescription: b\n---\nc', files: [[]] }],
    ['/templates', { name: 'x', instructions: 'y', starters: [[]] }],
    ['/projects/:project/members', { email: '\ud800', role: 'editor' }],
    ['/webhooks', { name: 'x', url: 'https://[fe80::1%25eth0]/', events: ['turn.completed'] }],
    ['/mcp-servers', { name: 'x', url: 'https://[fe80::1%25eth0]/' }],
  ])('that a library takes, or breaks on, is refused: %s (%#)', async (path, body) => {
    const projects = await client.request<{ data: { id: string }[] }>('GET', '/api/v1/projects');
    const answer = await client.request(
      'POST',
      `/api/v1${path.replace(':project', projects.body.data[0]?.id ?? '')}`,
      body,
    );
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
  });

  it('is not a body that is empty, whatever its type', async () => {
    for (const headers of [{}, { 'content-type': 'text/plain' }, { 'content-type': 'application/json' }]) {
      const body = 'content-type' in headers ? '' : undefined;
      expect((await client.request('PUT', '/api/v1/admin/pool', body, headers)).status).toBe(200);
    }
  });

  it.each([
    ['{', 'malformed_json'],
    ['"' + 'x'.repeat(17 * MEGABYTE) + '"', 'payload_too_large'],
    ['{"title": 5}', 'validation_failed'],
  ])('is told to a page that may call (%#)', async (body, code) => {
    const answer = await client.request('POST', '/api/v1/chats', body, { origin: PAGE });
    expect(answer.body).toMatchObject({ code });
    expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE);
  });

  it('of another page than ours gets no socket', async () => {
    const answer = await client.request('GET', '/socket.io/?EIO=4&transport=polling', undefined, {
      origin: 'https://evil.example',
    });
    expect(answer.status).toBe(403);
  });

  it('left nothing behind, and the service still answers', async () => {
    expect(await client.messages(chatId)).toEqual([]);
    expect(await client.events(chatId)).toEqual([]);
    expect((await client.ask(chatId, 'hello')).turn.status).toBe('completed');
    expect(service.errorLines).toEqual([]);
  });
});
