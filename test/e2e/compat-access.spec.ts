import type { LlmSessionDto } from '../../src/compat/sessions/sessions.dto';
import { eventually } from '../support/eventually';
import { FrameClient } from '../support/frame-client';
import { LocalPerson } from '../support/local-person';
import { RelayClient } from '../support/relay-client';
import { RelayService } from '../support/service';

const MIB = 1024 * 1024;

const headersOf = (person: LocalPerson, more = {}): Record<string, string> => ({
  ...{ authorization: `Bearer ${person.token.token}`, ...more },
});

describe('the contracts of earlier backends, where people sign in', () => {
  let service: RelayService;
  let root: LocalPerson;
  let ada: LocalPerson;
  let eve: LocalPerson;
  let session: LlmSessionDto;
  const open: FrameClient[] = [];

  const streamOf = (chatId: string): string => `/api/v1/chats/${chatId}/stream`;
  const pathOf = ({ chat_session_id: chat, llm_session_id: llm }: LlmSessionDto, more = ''): string =>
    `/chat?chat_session_id=${chat}&llm_session_id=${llm}${more}`;
  const connect = async (path: string, headers: Record<string, string>): Promise<FrameClient> => {
    const client = await FrameClient.connect(service.url, path, headers);
    open.push(client);
    return client;
  };

  beforeAll(async () => {
    service = await RelayService.start({
      environment: { SECURITY_METHOD: 'Local', CODEX_POOL_SIZE: '1', DISABLED_CONTRACTS: 'threads' },
    });
    root = await LocalPerson.first(service);
    ada = await root.invite('ada');
    eve = await root.invite('eve');
    session = (await ada.client.request<LlmSessionDto>('POST', '/sessions', {})).body;
  });
  afterAll(async () => {
    open.forEach((client) => client.close());
    await service?.dispose();
  });

  it('open no WebSocket for nobody, for a wrong token, nor for a page of elsewhere', async () => {
    for (const path of [pathOf(session), streamOf(session.id)]) {
      const refused = (headers: Record<string, string>) => FrameClient.refused(service.url, path, headers);
      const unauthenticated = { status: 401, code: 'unauthenticated' };
      expect(await refused({})).toEqual(unauthenticated);
      expect(await refused({ authorization: 'Bearer crt_wrong' })).toEqual(unauthenticated);
      const foreign = headersOf(ada, { origin: 'https://elsewhere.example' });
      expect(await refused(foreign)).toEqual({ status: 403, code: 'origin_not_allowed' });
      (await connect(path, headersOf(ada, { origin: service.url }))).close();
      // A browser's page is known by its session.
      (await connect(path, { cookie: ada.cookie, origin: service.url })).close();
      expect(await refused({ cookie: ada.cookie, origin: 'https://elsewhere.example' })).toMatchObject({ status: 403 });
    }
  });

  it('believe no user_id but the own of who is no administrator', async () => {
    const asked = ['GET', `/sessions?user_id=${ada.id}`] as const;
    expect(await ada.client.request(...asked)).toMatchObject({ status: 200, body: { sessions: [{ id: session.id }] } });
    const foreign = { status: 403, body: { code: 'foreign_user_id' } };
    expect(await eve.client.request(...asked)).toMatchObject(foreign);
    expect(await eve.client.request('POST', '/sessions', { user_id: ada.id })).toMatchObject(foreign);
    const messages = `/sessions/${session.id}/messages`;
    expect(await eve.client.request('GET', `${messages}?user_id=${ada.id}`)).toMatchObject(foreign);
    expect(await eve.client.request('GET', messages)).toMatchObject({ status: 404, body: { code: 'chat_not_found' } });
    const refused = (path: string) => FrameClient.refused(service.url, path, headersOf(eve));
    expect(await refused(pathOf(session, `&user_id=${ada.id}`))).toEqual({ status: 403, code: 'foreign_user_id' });
    expect(await refused(pathOf(session))).toEqual({ status: 404, code: 'chat_not_found' });
    expect(await refused(streamOf(session.id))).toEqual({ status: 404, code: 'chat_not_found' });
    expect((await eve.client.request<{ sessions: object[] }>('GET', '/sessions')).body.sessions).toEqual([]);
  });

  it('let an administrator act as somebody who is named, and note it', async () => {
    const listed = await root.client.request('GET', `/sessions?user_id=${ada.id}`);
    expect(listed).toMatchObject({ status: 200, body: { sessions: [{ id: session.id }] } });
    expect(await root.client.request('GET', '/sessions?user_id=nobody')).toMatchObject({
      ...{ status: 404, body: { code: 'user_not_found' } },
    });
    const client = await connect(pathOf(session, `&user_id=${ada.id}`), headersOf(root));
    client.send({ type: 'user_message', content: 'hello' });
    await client.takeTo('assistant');
    const [first] = await ada.client.messages(session.id);
    expect(first?.author?.id).toBe(ada.id);
    await eventually('it is in the audit log', async () => {
      const { body } = await root.client.request<{ data: object[] }>('GET', '/api/v1/admin/audit?action=user.acted_as');
      return body.data.length > 0;
    });
  });

  it('tell of what is no message, and go on', async () => {
    await eventually('no turn runs', async () => (await ada.client.chat(session.id)).status === 'idle');
    const stream = await connect(streamOf(session.id), headersOf(ada));
    const bad: [unknown, string][] = [
      ['not JSON', 'malformed_json'],
      ['[]', 'validation_failed'],
      ['null', 'validation_failed'],
      ['{"content":"no type"}', 'unknown_message_type'],
      ['{"type":"toString","content":"x"}', 'unknown_message_type'],
      ['{"type":"user_message","content":"of another contract"}', 'unknown_message_type'],
      ['{"type":"message"}', 'validation_failed'],
      ['{"type":"message","content":7}', 'validation_failed'],
      ['{"type":"message","content":" "}', 'empty_message'],
      [{ type: 'message', content: 'x'.repeat(10 * MIB) }, 'message_too_large'],
    ];
    for (const [message, code] of bad) {
      stream.send(message);
      expect(await stream.takeTo('error')).toEqual([{ type: 'error', content: expect.any(String) as string, code }]);
    }
    stream.socket.send(Buffer.from('{"type":"message","content":"binary"}'));
    expect((await stream.takeTo('error'))[0]).toMatchObject({ code: 'binary_frame' });
    stream.send({ type: 'message', content: 'still here' });
    expect((await stream.takeTo('end')).map(({ type }) => type)).not.toContain('error');
  });

  it('let who may only read watch, and say nothing', async () => {
    const { body } = await ada.client.request<{ id: string }>('POST', '/api/v1/projects', { name: 'Shared' });
    const members = `/api/v1/projects/${body.id}/members`;
    await ada.client.request('POST', members, { userId: eve.id, role: 'viewer' });
    const { id } = await ada.client.createChat({ projectId: body.id });
    const watching = await connect(streamOf(id), headersOf(eve));
    watching.send({ type: 'message', content: 'mine' });
    expect((await watching.takeTo('error'))[0]).toMatchObject({ code: 'read_only' });
    const reader = { name: 'reader', scopes: ['read'] };
    const token = (await ada.inBrowser<{ token: string }>('POST', '/api/v1/tokens', reader)).body.token;
    const reading = await connect(streamOf(id), { authorization: `Bearer ${token}` });
    reading.send({ type: 'message', content: 'mine' });
    expect((await reading.takeTo('error'))[0]).toMatchObject({ code: 'permission_denied' });
    await ada.client.ask(id, 'hello');
    for (const client of [watching, reading]) await client.takeTo('end');
    // Who is a member no more sees nothing more of it.
    await ada.client.request('DELETE', `${members}/${eve.id}`);
    expect((await watching.takeTo('error'))[0]).toMatchObject({ code: 'chat_not_found' });
    expect((await watching.end()).code).toBe(1008);
    await ada.client.request('DELETE', `/api/v1/chats/${id}`);
    expect((await reading.takeTo('error'))[0]).toMatchObject({ code: 'chat_not_found' });
    expect((await reading.end()).code).toBe(1008);
  });

  it('are not there where the operator has switched them off', async () => {
    const disabled = { status: 404, body: { code: 'contract_disabled' } };
    expect(await ada.client.request('POST', '/chat', { messages: [{ content: 'Hi' }] })).toMatchObject(disabled);
    expect(await ada.client.request('GET', '/threads')).toMatchObject(disabled);
    expect(await ada.client.request('GET', '/history?thread_id=x')).toMatchObject(disabled);
    // Nobody who is not known is told so.
    expect(await new RelayClient(service.url).request('GET', '/threads')).toMatchObject({ status: 401 });
  });

  it('end what somebody holds open who may call no more, and all when the service stops, after which they go on', async () => {
    const own = await eve.client.createChat();
    const ofEve = await connect(streamOf(own.id), headersOf(eve));
    const ofAda = await connect(pathOf(session), headersOf(ada));
    await root.client.request('PATCH', `/api/v1/admin/users/${eve.id}`, { disabled: true });
    expect((await ofEve.end()).code).toBe(4401);
    await ada.client.send(session.id, 'plan: a trip');
    expect(await service.stop()).toMatchObject({ code: 0 });
    expect(await ofAda.end()).toEqual({ code: 1001, reason: 'the service stops' });
    await service.restart();
    const again = await connect(pathOf(session), headersOf(ada));
    again.send({ type: 'user_message', content: 'hello again' });
    expect((await again.takeTo('assistant')).at(-1)?.content).not.toBe('');
    expect(service.errorLines).toEqual([]);
  });
});
