import type { MessageDto } from '../../src/chat/dto/message.dto';
import type { ProjectDto } from '../../src/projects/project.dto';
import type { CreatedShareDto } from '../../src/projects/shares/share.dto';
import { eventually } from '../support/eventually';
import { LocalPerson } from '../support/local-person';
import { PIXEL } from '../support/pixel';
import { PushBrowser } from '../support/push-service';
import { RelayClient } from '../support/relay-client';
import { RelayService } from '../support/service';
import { SocketClient } from '../support/socket-client';

interface Document {
  readonly paths: Record<string, Record<string, { readonly 'x-permission'?: string }>>;
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly permission: string | undefined;
}

/** What stands for itself, and shows nothing that is anybody's. */
const ANYBODYS = [
  // Lists of the caller's own, which a stranger has as well, and what a stranger makes is the stranger's.
  ...[
    'GET /api/v1/approval-rules',
    'GET /api/v1/chats',
    'POST /api/v1/chats',
    'GET /api/v1/projects',
    'POST /api/v1/projects',
    'GET /api/v1/search',
    'GET /api/v1/skills',
    'GET /api/v1/templates',
    'POST /api/v1/templates',
    'GET /api/v1/mcp-servers',
    'POST /api/v1/mcp-servers',
    'GET /api/v1/webhooks',
    'POST /api/v1/webhooks',
  ],
  ...['POST /api/codex/stream', 'POST /api/codex/run', 'GET /api/codex/history'],
  ...['GET /api/codex/threads', 'POST /api/codex/threads'],
  ...['GET /sessions', 'POST /sessions', 'GET /threads', 'POST /chat'],
  ...['GET /api/v1/backends', 'GET /api/v1/usage', 'GET /api/v1/usage/calls'],
];

/** Routes of the caller's own account: there is no id of anybody in them. */
const OWN_ACCOUNT = /^\/api\/v1\/(?:account|tokens)(?:\/|$)/;

const WRITES = ['POST', 'PUT', 'PATCH', 'DELETE'];

describe('what is of one user', () => {
  let service: RelayService;
  let routes: Route[];
  let ids: Record<string, string>;
  let project: string;
  let chat: string;
  let picture: string;
  let ada: LocalPerson;
  let ben: LocalPerson;
  let eve: LocalPerson;
  let zoe: LocalPerson;
  let expired: string;

  beforeAll(async () => {
    service = await RelayService.start({
      environment: {
        ...{ SECURITY_METHOD: 'Local', CODEX_POOL_SIZE: '1', API_REQUESTS_PER_MINUTE: '0' },
        // So that codex asks.
        CODEX_SANDBOX_MODE_MAX: 'danger-full-access',
        MCP_ALLOWED_HOSTS: 'mcp.example.com',
        ENCRYPTION_KEY: 'ab'.repeat(32),
      },
    });
    const root = await LocalPerson.first(service);
    ada = await root.invite('ada');
    ben = await root.invite('ben');
    eve = await root.invite('eve');
    zoe = await root.invite('zoe');
    const owner = ada.client;
    const made = await owner.request<ProjectDto>('POST', '/api/v1/projects', { name: 'Secret' });
    project = made.body.id;
    for (const [{ id }, role] of [[ben, 'viewer'] as const, [zoe, 'editor'] as const]) {
      await owner.request('POST', `/api/v1/projects/${project}/members`, { userId: id, role });
    }
    chat = (await owner.createChat({ projectId: project })).id;
    await owner.ask(chat, {
      content: [
        { type: 'text', text: 'picture' },
        { type: 'image', url: PIXEL },
      ],
    });
    const ran = await owner.ask(chat, 'run: echo secret');
    await zoe.client.ask(chat, 'was here');
    picture = pictureIn(await owner.messages(chat));
    expect((await zoe.client.request('GET', `/api/v1/blobs/${picture}`)).status).toBe(200);
    await owner.request('DELETE', `/api/v1/projects/${project}/members/${zoe.id}`);
    await owner.send(chat, 'approve: echo secret');
    const [approval] = await eventually('the agent asks', async () => {
      const open = await owner.approvals(chat);
      return open.length > 0 ? open : undefined;
    });
    const [action] = await owner.agentActions(chat);
    const share = await owner.request<CreatedShareDto>('POST', `/api/v1/chats/${chat}/share`, {});
    const server = { name: 'tickets', url: 'https://mcp.example.com/', projectId: project };
    const mcp = await owner.request<{ id: string }>('POST', '/api/v1/mcp-servers', server);
    const sessions = await ada.inBrowser<{ data: { id: string }[] }>('GET', '/api/v1/account/sessions');
    const endpoint = 'https://push.example.com/secret';
    const device = await ada.inBrowser<{ id: string }>('POST', '/api/v1/account/push/devices', {
      ...new PushBrowser(endpoint).subscription,
    });
    const template = await owner.request<{ id: string }>('POST', '/api/v1/templates', {
      ...{ name: 'Secret', instructions: 'Tell nobody.', projectId: project },
    });
    const webhook = await owner.request<{ id: string }>('POST', '/api/v1/webhooks', {
      ...{ name: 'Secret', url: 'https://hooks.example.com/', events: ['turn.completed'], enabled: false },
    });
    const document = '---\nname: secret\ndescription: Tells nobody.\n---\nTell nobody.\n';
    await owner.request('POST', `/api/v1/projects/${project}/skills`, { document });
    ids = {
      '/skills/{name}': 'secret',
      '/templates/{id}': template.body.id,
      '/webhooks/{id}': webhook.body.id,
      ...{ '/chats/{id}': chat, '/projects/{id}': project, '/approvals/{id}': approval?.id ?? '' },
      ...{ '/threads/{id}': chat, '/history/{thread_id}': chat },
      ...{ '/agent-actions/{id}': action?.id ?? '', '{shareId}': share.body.id, '{userId}': ada.id },
      ...{
        '/mcp-servers/{id}': mcp.body.id,
        '/blobs/{id}': picture,
        '/sessions/{id}': chat,
        '{turnId}': ran.turn.id,
        '/tokens/{id}': ada.token.id,
      },
      '/account/push/devices/{id}': device.body.id,
      ...{ '/account/sessions/{id}': sessions.body.data[0]?.id ?? '', '/admin/users/{id}': ada.id },
    };
    expect(Object.entries(ids).filter(([, id]) => id === '')).toEqual([]);
    expired = (await ada.newToken(new Date(Date.now() + 1_000).toISOString())).body.token;
    const { body } = await owner.request<Document>('GET', '/openapi.json');
    routes = Object.entries(body.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({
        ...{ method: method.toUpperCase(), path, permission: operation['x-permission'] },
      })),
    );
  }, 120_000);
  afterAll(() => service?.dispose());

  const isApi = ({ path }: Route): boolean =>
    /^\/(?:api\/v1|api\/codex|sessions|chat|threads|history)(?:\/|$)/.test(path) && !path.startsWith('/api/v1/shared/');
  const isOfSomebody = (route: Route): boolean =>
    isApi(route) && !ANYBODYS.includes(`${route.method} ${route.path}`) && !OWN_ACCOUNT.test(route.path);

  /** The address of what is Ada's; other ids are any. */
  function addressOf({ path }: Route): string {
    let address = path;
    for (const [place, id] of Object.entries(ids)) address = address.replace(place, place.replace(/\{\w+\}/, id));
    return address.replace(/\{\w+\}/g, '01a1f9b6-cbda-71c2-a8e2-f2bf1c84ef9a');
  }

  /** Asks with a body that nearly every route takes far enough to look for what it is about. */
  async function call(client: RelayClient, route: Route, cookie?: string): Promise<string> {
    const body = WRITES.includes(route.method) && route.method !== 'DELETE' ? bodyFor(route) : undefined;
    const headers = cookie === undefined ? {} : { cookie };
    const { status } = await client.request(route.method, addressOf(route), body, headers);
    return `${route.method} ${route.path} ${status}`;
  }

  const bodyFor = ({ path }: Route): object => {
    if (/\/messages$|\/steer$/.test(path)) return { content: 'mine now' };
    if (/\/ui-stream$/.test(path)) return { message: { role: 'user', parts: [{ type: 'text', text: 'mine now' }] } };
    if (/\/threads\/\{id\}\/turns$/.test(path)) return { input: [{ type: 'text', text: 'mine now' }] };
    if (/\/review$/.test(path)) return { target: 'uncommitted' };
    if (/\/approvals\/\{id\}$/.test(path)) return { decision: 'accept' };
    if (/\/members$/.test(path)) return { userId: eve.id, role: 'owner' };
    if (/\/members\/\{userId\}$/.test(path)) return { role: 'viewer' };
    if (/\/tokens\/\{id\}$/.test(path)) return { name: 'mine now' };
    if (/\/chat-sessions$|\/share$/.test(path)) return {};
    return path.endsWith('{id}') ? { title: 'mine now', name: 'mine now' } : {};
  };

  async function successesOf(client: RelayClient, chosen: readonly Route[], cookie?: string): Promise<string[]> {
    const outcomes: string[] = [];
    for (const route of chosen) outcomes.push(await call(client, route, cookie));
    return outcomes.filter((outcome) => / (?:[23]\d\d|5\d\d)$/.test(outcome));
  }

  it.each(['a stranger', 'who was a member'])('is reached by no route of the document for %s', async (who) => {
    const { client, cookie } = who === 'a stranger' ? eve : zoe;
    const chosen = routes.filter(isOfSomebody);
    expect(chosen.length).toBeGreaterThan(40);
    expect(await successesOf(client, chosen)).toEqual([]);
    // A session may do more than any token of its user.
    expect(await successesOf(new RelayClient(service.url), chosen, cookie)).toEqual([]);
  });

  it('is in no list of a stranger, nor of who was a member', async () => {
    for (const { id, client } of [eve, zoe]) {
      const lists = ['/api/v1/chats', '/api/v1/projects', '/api/v1/search?q=secret', '/api/v1/approval-rules'];
      // Who was a member has called the model in it, and sees those calls of theirs.
      if (id === eve.id) lists.push('/api/v1/usage/calls');
      for (const path of lists) {
        const { status, body } = await client.request<object>('GET', path);
        expect([path, status]).toEqual([path, 200]);
        for (const word of [chat, project, 'secret']) expect(JSON.stringify(body)).not.toContain(word);
      }
    }
    const calls = await zoe.client.request<{ data: { userId: string }[] }>('GET', '/api/v1/usage/calls?limit=500');
    expect(new Set(calls.body.data.map(({ userId }) => userId))).toEqual(new Set([zoe.id]));
  });

  it('are tokens, sessions and browsers, which nobody else sees or ends', async () => {
    const theirs = routes.filter(({ path }) =>
      /^\/api\/v1\/(?:tokens|account\/sessions|account\/push\/devices)\/\{id\}/.test(path),
    );
    expect(theirs).toHaveLength(7);
    for (const { cookie } of [eve, ben]) {
      expect(await successesOf(new RelayClient(service.url), theirs, cookie)).toEqual([]);
      for (const path of [
        '/api/v1/tokens',
        '/api/v1/account/sessions',
        '/api/v1/account/push/devices',
        '/api/v1/account',
      ]) {
        const { status, body } = await new RelayClient(service.url).request('GET', path, undefined, { cookie });
        expect([path, status]).toEqual([path, 200]);
        expect(JSON.stringify(body)).not.toMatch(new RegExp([ada.id, ...Object.values(ids)].join('|')));
      }
    }
    expect((await ada.inBrowser('GET', `/api/v1/tokens/${ada.token.id}`)).status).toBe(200);
    const kept = await ada.inBrowser<{ data: { id: string }[] }>('GET', '/api/v1/account/push/devices');
    expect(kept.body.data).toMatchObject([{ id: ids['/account/push/devices/{id}'] }]);
  });

  it('makes no other token, and ends no session, by a token', async () => {
    const account = routes.filter(({ permission }) => permission === 'account');
    expect(account.length).toBeGreaterThan(5);
    expect(await successesOf(ada.client, account)).toEqual([]);
  });

  it('is read, and changed by no route, by a member who may only read', async () => {
    // What somebody keeps at the top of their list is their own.
    const isOwn = ({ path }: Route): boolean => path.endsWith('/pin');
    const changing = routes.filter((route) => isOfSomebody(route) && WRITES.includes(route.method) && !isOwn(route));
    expect(await successesOf(ben.client, changing)).toEqual([]);
    expect(await successesOf(new RelayClient(service.url), changing, ben.cookie)).toEqual([]);
    const read = [
      ...['messages', 'turns', 'state', 'agent-actions', 'approvals', 'events?after=0&limit=10', 'usage'].map(
        (name) => `/api/v1/chats/${chat}/${name}`,
      ),
      ...[`/api/v1/chats/${chat}/turns/${ids['{turnId}'] ?? ''}/diff`, `/api/v1/blobs/${picture}`],
      ...[`/api/v1/agent-actions/${ids['/agent-actions/{id}'] ?? ''}`, `/api/v1/projects/${project}/limits`],
    ];
    for (const path of read) {
      expect([path, (await ben.client.request('GET', path)).status]).toEqual([path, 200]);
    }
    const found = await ben.client.request('GET', '/api/v1/search?q=secret');
    expect(JSON.stringify(found.body)).toContain(chat);
  });

  it('is reached by nobody with a token that is revoked, or has expired', async () => {
    const { id, token: revoked } = (await ada.newToken()).body;
    expect((await new RelayClient(service.url, revoked).request('GET', `/api/v1/chats/${chat}`)).status).toBe(200);
    await ada.inBrowser('DELETE', `/api/v1/tokens/${id}`);
    await eventually('the other token expires', async () => {
      return (await new RelayClient(service.url, expired).request('GET', '/api/v1/chats')).status === 401;
    });
    const guarded = routes.filter(({ path, permission }) => permission !== undefined || path.startsWith('/v1/'));
    for (const token of [revoked, expired]) {
      const outcomes: string[] = [];
      for (const route of guarded) outcomes.push(await call(new RelayClient(service.url, token), route));
      expect(outcomes.filter((outcome) => !outcome.endsWith(' 401'))).toEqual([]);
      await expect(SocketClient.connect(service.url, undefined, token)).rejects.toThrow();
    }
  });

  it('is neither watched nor changed over a socket by another user', async () => {
    const calls: [string, object][] = [
      ['chat:join', { chatId: chat, after: 0 }],
      ['message:send', { chatId: chat, content: 'mine' }],
      ['turn:interrupt', { chatId: chat }],
      ['turn:steer', { chatId: chat, content: 'mine' }],
      ['approval:respond', { approvalId: ids['/approvals/{id}'], decision: 'accept' }],
    ];
    for (const { token } of [eve, zoe]) {
      const socket = await SocketClient.connect(service.url, undefined, token.token);
      for (const [name, payload] of calls) expect([name, (await socket.call(name, payload)).ok]).toEqual([name, false]);
      expect(socket.events).toEqual([]);
      socket.close();
    }
    const viewer = await SocketClient.connect(service.url, undefined, ben.token.token);
    for (const [name, payload] of calls.slice(1)) {
      expect([name, (await viewer.call(name, payload)).ok]).toEqual([name, false]);
    }
    viewer.close();
  });

  it('is as it was', async () => {
    expect(await ada.client.approvals(chat)).toHaveLength(1);
    expect((await ada.client.chat(chat)).role).toBe('owner');
    expect((await ada.client.messages(chat)).map(({ author }) => author?.id ?? null)).not.toContain(eve.id);
  });
});

/** The id of the only picture. */
function pictureIn(messages: readonly MessageDto[]): string {
  const parts = messages.flatMap(({ content }) => content).filter((part) => 'blobId' in part);
  return String((parts[0] as { blobId?: string } | undefined)?.blobId ?? '');
}

describe('with a token to be shown', () => {
  let service: RelayService;

  beforeAll(async () => {
    service = await RelayService.start({
      environment: { SECURITY_METHOD: 'Token', ACCESS_TOKEN: 'right-token-of-the-matrix', CODEX_POOL_SIZE: '1' },
    });
  });
  afterAll(() => service?.dispose());

  it.each(['nobody', 'wrong'])('%s is answered 401 by every route that is not public', async (who) => {
    const owner = new RelayClient(service.url, 'right-token-of-the-matrix');
    const { body } = await owner.request<Document>('GET', '/openapi.json');
    const caller = new RelayClient(service.url, who === 'nobody' ? undefined : 'wrong-token-of-the-matrix');
    const answered: string[] = [];
    for (const [path, operations] of Object.entries(body.paths)) {
      if (/^\/(?:health|status|v1\/\{path\})/.test(path) || path.startsWith('/api/v1/shared/')) continue;
      for (const method of Object.keys(operations)) {
        const address = path.replace(/\{\w+\}/g, '01a1f9b6-cbda-71c2-a8e2-f2bf1c84ef9a');
        const { status } = await caller.request(method.toUpperCase(), address, method === 'get' ? undefined : {});
        if (status !== 401) answered.push(`${method} ${path} ${status}`);
      }
    }
    expect(answered).toEqual([]);
  });
});
