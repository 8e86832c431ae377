import type { AuditEntryDto } from '../../src/admin/audit/audit.dto';
import type { MessageDto } from '../../src/chat/dto/message.dto';
import type { DetailedHealthDto } from '../../src/observability/health.dto';
import type { ProjectDto } from '../../src/projects/project.dto';
import type { CreatedShareDto, SharedEventDto, SharedMessageDto } from '../../src/projects/shares/share.dto';
import { eventually } from '../support/eventually';
import { LocalPerson } from '../support/local-person';
import { PIXEL } from '../support/pixel';
import { RelayClient } from '../support/relay-client';
import { RelayService } from '../support/service';
import { SocketClient } from '../support/socket-client';
import { SseClient } from '../support/sse-client';

interface List<T> {
  readonly data: T[];
}

const pictureIn = (messages: readonly Pick<MessageDto, 'content'>[]): { blobId?: string; url: string } => {
  const [part] = messages.flatMap(({ content }) => content).filter(({ type }) => type === 'image');
  if (part?.type !== 'image') throw new Error('there is no picture');
  return part;
};

describe('a user of a service with SECURITY_METHOD=Local', () => {
  let service: RelayService;
  let root: LocalPerson;
  let ada: LocalPerson;
  let ben: LocalPerson;

  const audit = async (action: string): Promise<AuditEntryDto[]> => {
    const { body } = await root.inBrowser<List<AuditEntryDto>>('GET', `/api/v1/admin/audit?limit=500&action=${action}`);
    return body.data;
  };
  const ask = (client: RelayClient) =>
    client.request<{ error?: { code: string; param: string } }>('POST', '/v1/responses', {
      model: 'demo',
      input: 'hi',
    });

  beforeAll(async () => {
    service = await RelayService.start({
      environment: { SECURITY_METHOD: 'Local', CODEX_POOL_SIZE: '1', API_REQUESTS_PER_MINUTE: '0' },
    });
    root = await LocalPerson.first(service);
    ada = await root.invite('ada');
    ben = await root.invite('ben');
  }, 120_000);
  afterAll(() => service?.dispose());

  it('is told at the start what agents may touch, and what stays open between users', () => {
    expect(service.log).toContain('agents      at most workspace-write, in processes of codex that all users share');
    expect(service.log).toContain('CODEX_ISOLATION=user closes this');
  });

  it('shows a chat with its pictures by a link, and no other chat’s', async () => {
    const { id } = await ada.client.createChat();
    await ada.client.ask(id, { content: [{ type: 'image', url: PIXEL }] });
    const other = await ada.client.createChat();
    await ada.client.ask(other.id, { content: [{ type: 'image', url: PIXEL }] });
    const foreign = pictureIn(await ada.client.messages(other.id)).blobId ?? '';
    const share = (await ada.client.request<CreatedShareDto>('POST', `/api/v1/chats/${id}/share`, {})).body;
    const path = `/api/v1/shared/${share.token}`;
    const anybody = new RelayClient(service.url);
    const { body } = await anybody.request<List<SharedMessageDto>>('GET', `${path}/messages`);
    const { url, blobId } = pictureIn(body.data);
    expect(url).toBe(`${path}/blobs/${blobId ?? ''}`);
    const bytes = await fetch(`${service.url}${url}`);
    expect([bytes.status, bytes.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect((await anybody.request('GET', `${path}/blobs/${foreign}`)).status).toBe(404);
    const { data: events } = (await anybody.request<List<SharedEventDto>>('GET', `${path}/events?limit=500`)).body;
    expect(events.length).toBeGreaterThan(3);
    expect(events.map(({ previousSeq }) => previousSeq)).toEqual([0, ...events.slice(0, -1).map(({ seq }) => seq)]);
    const half = events[2]?.seq ?? 0;
    const rest = await anybody.request<List<SharedEventDto>>('GET', `${path}/events?after=${half}`);
    expect(rest.body.data[0]?.previousSeq).toBe(half);
    await ada.client.request('DELETE', `/api/v1/chats/${id}/share/${share.id}`);
    expect((await fetch(`${service.url}${url}`)).status).toBe(404);
  });

  it('asks no model by token or key beyond its limits', async () => {
    expect((await ask(ben.client)).status).toBe(200);
    await root.inBrowser('PUT', `/api/v1/admin/users/${ben.id}/limits`, { tokens_per_day: 1 });
    const refused = await eventually('the call is counted', async () => {
      const answer = await ask(ben.client);
      return answer.status === 200 ? undefined : answer;
    });
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 'limit_reached', param: 'tokens_per_day' } } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const { id } = await ben.client.createChat();
    expect(await ben.client.request('POST', `/api/v1/chats/${id}/messages`, { content: 'hi' })).toMatchObject({
      ...{ status: 429, body: { code: 'limit_reached', limit: 'tokens_per_day' } },
    });
    expect((await ask(ada.client)).status).toBe(200);
    await root.inBrowser('PUT', `/api/v1/admin/users/${ben.id}/limits`, { tokens_per_day: null });
    expect((await ask(ben.client)).status).toBe(200);
  });

  it('is served under one spelling of a path, so that limits and the audit log know each call', async () => {
    for (const path of ['/API/v1/account', '/api/V1/tokens', '/Api/v1/chats']) {
      for (const method of ['GET', 'POST']) {
        const answer = await ada.inBrowser(
          method,
          path,
          method === 'GET' ? undefined : { name: 'x', scopes: ['read'] },
        );
        expect([path, answer.status]).toEqual([path, 404]);
      }
    }
    expect((await fetch(`${service.url}/API/v1/account`)).status).toBe(401);
  });

  it('is in the audit log with who, from where and when', async () => {
    const since = new Date(Date.now() - 600_000).toISOString();
    expect((await ben.signIn('wrong-password')).status).toBe(401);
    expect((await ben.signIn()).status).toBe(204);
    const { id } = (await ben.newToken()).body;
    await ben.inBrowser('DELETE', `/api/v1/tokens/${id}`);
    await root.inBrowser('PATCH', `/api/v1/admin/users/${ben.id}`, { role: 'viewer' });
    await root.inBrowser('PATCH', `/api/v1/admin/users/${ben.id}`, { role: 'member' });
    const made = await root.inBrowser<{ id: string }>('POST', '/api/v1/admin/gateway-keys', { name: 'key' });
    expect(made.status).toBe(201);
    await root.inBrowser('DELETE', `/api/v1/admin/gateway-keys/${made.body.id}`);
    const whole = { address: '127.0.0.1', requestId: expect.any(String) as string };
    const wanted: [string, object][] = [
      ['sign_in', { outcome: 'refused', actorId: null, targetId: 'ben', detail: { status: 401 } }],
      ['sign_in', { outcome: 'done', actorId: ben.id, targetId: 'ben' }],
      ['token.created', { outcome: 'done', actorId: ben.id, targetId: id }],
      ['token.revoked', { outcome: 'done', actorId: ben.id, targetId: id }],
      ['user.role_changed', { actorId: 'default', targetId: ben.id, detail: { role: 'viewer', before: 'member' } }],
      ['user.limits_changed', { actorId: 'default', targetId: ben.id }],
      ['share.created', { actorId: ada.id }],
      ['share.revoked', { actorId: ada.id }],
      ['account_link.created', { actorId: 'default' }],
      ['gateway_key.created', { actorId: 'default' }],
      ['gateway_key.deleted', { actorId: 'default' }],
    ];
    for (const [action, entry] of wanted) {
      const matching = expect.arrayContaining([expect.objectContaining({ action, ...whole, ...entry })]) as object[];
      await eventually(`${action} is written`, async () => (await audit(action)).length > 0);
      const entries = await audit(action);
      expect(entries.map((each) => ({ ...each, detail: { ...each.detail } }))).toEqual(matching);
      for (const { at } of entries) expect(at > since && at <= new Date().toISOString()).toBe(true);
    }
  });

  it('that is disabled loses session, token, socket, stream and turn at once, and its old session for good', async () => {
    const { id } = await ben.client.createChat();
    const socket = await SocketClient.connect(service.url, undefined, ben.token.token);
    await socket.join(id, 0);
    const ended = new Promise((resolve) => socket.socket.once('session:ended', resolve));
    const gone = new Promise((resolve) => socket.socket.once('disconnect', resolve));
    const stream = await SseClient.open(`${service.url}/api/v1/chats/${id}/events`, {
      headers: { authorization: `Bearer ${ben.token.token}` },
    });
    const key = await root.inBrowser<{ key: string }>('POST', '/api/v1/admin/gateway-keys', {
      ...{ name: 'of ben', userId: ben.id },
    });
    const byKey = new RelayClient(service.url, key.body.key);
    expect((await ask(byKey)).status).toBe(200);
    await ben.client.send(id, 'run: sleep 300');
    await eventually('the turn runs', () => socket.events.some(({ type }) => type === 'turn.started'));
    await root.inBrowser('PATCH', `/api/v1/admin/users/${ben.id}`, { disabled: true });
    await Promise.all([ended, gone, stream.ended]);
    await expect(SocketClient.connect(service.url, undefined, ben.token.token)).rejects.toThrow();
    expect((await ben.client.request('GET', '/api/v1/chats')).status).toBe(401);
    expect((await ask(ben.client)).status).toBe(401);
    expect(await ask(byKey)).toMatchObject({ status: 401, body: { error: { code: 'api_key_disabled' } } });
    expect((await ben.inBrowser('GET', '/api/v1/account')).status).toBe(401);
    expect((await ben.signIn()).status).toBe(401);
    await eventually('no instance runs the turn', async () => {
      const { body } = await root.inBrowser<DetailedHealthDto>('GET', '/health/detailed');
      return body.instances.every(({ turns }) => turns === 0);
    });
    await root.inBrowser('PATCH', `/api/v1/admin/users/${ben.id}`, { disabled: false });
    // An instance is free a moment before the end of its turn is stored.
    await eventually('the end of the turn is stored', async () =>
      (await ben.client.turns(id)).every(({ status }) => status !== 'running'),
    );
    expect((await ben.client.turns(id)).map(({ status, error }) => [status, error?.code])).toEqual([
      ['interrupted', 'user_disabled'],
    ]);
    expect((await ben.inBrowser('GET', '/api/v1/account')).status).toBe(401);
    expect((await ben.signIn()).status).toBe(204);
  });

  it('that is erased leaves no account, session, token, key or picture, in the chats of others either', async () => {
    const { body: project } = await ada.client.request<ProjectDto>('POST', '/api/v1/projects', { name: 'Shared' });
    await ada.client.request('POST', `/api/v1/projects/${project.id}/members`, { userId: ben.id, role: 'editor' });
    const { id } = await ada.client.createChat({ projectId: project.id });
    await ben.client.ask(id, { content: [{ type: 'image', url: PIXEL }] });
    const picture = pictureIn(await ada.client.messages(id)).url;
    expect((await ada.client.request('GET', picture)).status).toBe(200);
    const link = await root.inBrowser<{ link: string }>('POST', '/api/v1/admin/account-links', {
      ...{ purpose: 'reset', userId: ben.id },
    });
    const socket = await SocketClient.connect(service.url, undefined, ben.token.token);
    const gone = new Promise((resolve) => socket.socket.once('disconnect', resolve));
    expect((await root.inBrowser('DELETE', `/api/v1/admin/users/${ben.id}`)).status).toBe(204);
    await gone;
    expect((await ada.client.request('GET', picture)).status).toBe(404);
    expect(JSON.stringify(await ada.client.messages(id))).not.toContain('blobId');
    expect(JSON.stringify(await ada.client.events(id))).not.toContain('blobId');
    expect((await ben.client.request('GET', '/api/v1/account')).status).toBe(401);
    expect((await ben.inBrowser('GET', '/api/v1/account')).status).toBe(401);
    expect((await ben.signIn()).status).toBe(401);
    expect((await fetch(link.body.link)).status).toBe(410);
    // The name is free again.
    expect((await root.invite('ben')).id).not.toBe(ben.id);
  });
});
