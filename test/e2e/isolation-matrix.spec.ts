import type { ProjectDto } from '../../src/projects/project.dto';
import type { CreatedShareDto } from '../../src/projects/shares/share.dto';
import { eventually } from '../support/eventually';
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
  ...['GET /api/v1/chats', 'POST /api/v1/chats', 'GET /api/v1/projects', 'POST /api/v1/projects', 'GET /api/v1/search'],
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
  const as = (userId: string): RelayClient => new RelayClient(service.url, undefined, userId);

  beforeAll(async () => {
    service = await RelayService.start({ environment: { ALLOW_USER_ID_OVERRIDE: 'true', CODEX_POOL_SIZE: '1' } });
    for (const user of ['ada', 'ben', 'eve']) await as(user).request('GET', '/api/v1/projects');
    const made = await as('ada').request<ProjectDto>('POST', '/api/v1/projects', { name: 'Secret' });
    project = made.body.id;
    await as('ada').request('POST', `/api/v1/projects/${project}/members`, { userId: 'ben', role: 'viewer' });
    chat = (await as('ada').createChat({ projectId: project })).id;
    await as('ada').ask(chat, 'run: echo secret');
    await as('ada').send(chat, 'approve: echo secret');
    const [approval] = await eventually('the agent asks', async () => {
      const open = await as('ada').approvals(chat);
      return open.length > 0 ? open : undefined;
    });
    const [action] = await as('ada').agentActions(chat);
    const share = await as('ada').request<CreatedShareDto>('POST', `/api/v1/chats/${chat}/share`, {});
    ids = {
      ...{ '/chats/{id}': chat, '/projects/{id}': project, '/approvals/{id}': approval?.id ?? '' },
      ...{ '/agent-actions/{id}': action?.id ?? '', '{shareId}': share.body.id, '{userId}': 'ada' },
    };
    const { body } = await as('ada').request<Document>('GET', '/openapi.json');
    routes = Object.entries(body.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({
        ...{ method: method.toUpperCase(), path, permission: operation['x-permission'] },
      })),
    );
  });
  afterAll(() => service?.dispose());

  const isApi = ({ path }: Route): boolean => path.startsWith('/api/v1/') && !path.startsWith('/api/v1/shared/');
  const isOfSomebody = (route: Route): boolean =>
    isApi(route) && !ANYBODYS.includes(`${route.method} ${route.path}`) && !OWN_ACCOUNT.test(route.path);

  /** The address of what is Ada's; other ids are any. */
  function addressOf({ path }: Route): string {
    let address = path;
    for (const [place, id] of Object.entries(ids)) address = address.replace(place, place.replace(/\{\w+\}/, id));
    return address.replace(/\{\w+\}/g, '01a1f9b6-cbda-71c2-a8e2-f2bf1c84ef9a');
  }

  /** Asks with a body that nearly every route takes far enough to look for what it is about. */
  async function call(client: RelayClient, route: Route): Promise<string> {
    const body = WRITES.includes(route.method) && route.method !== 'DELETE' ? bodyFor(route) : undefined;
    const { status } = await client.request(route.method, addressOf(route), body);
    return `${route.method} ${route.path} ${status}`;
  }

  const bodyFor = ({ path }: Route): object => {
    if (/\/messages$|\/steer$/.test(path)) return { content: 'mine now' };
    if (/\/approvals\/\{id\}$/.test(path)) return { decision: 'accept' };
    if (/\/members$/.test(path)) return { userId: 'eve', role: 'owner' };
    if (/\/members\/\{userId\}$/.test(path)) return { role: 'viewer' };
    return {};
  };

  async function successesOf(client: RelayClient, chosen: readonly Route[]): Promise<string[]> {
    const outcomes: string[] = [];
    for (const route of chosen) outcomes.push(await call(client, route));
    return outcomes.filter((outcome) => / (?:[23]\d\d|5\d\d)$/.test(outcome));
  }

  it('is reached by no route of the document for another user', async () => {
    const chosen = routes.filter(isOfSomebody);
    expect(chosen.length).toBeGreaterThan(40);
    expect(await successesOf(as('eve'), chosen)).toEqual([]);
  });

  it('is in no list of another user', async () => {
    for (const path of ['/api/v1/chats', '/api/v1/projects', '/api/v1/search?q=secret', '/api/v1/usage/calls']) {
      const { status, body } = await as('eve').request<object>('GET', path);
      expect([path, status]).toEqual([path, 200]);
      for (const id of [chat, project, 'secret']) expect(JSON.stringify(body)).not.toContain(id);
    }
  });

  it('is changed by no route for a member who may only read', async () => {
    const changing = routes.filter((route) => isOfSomebody(route) && WRITES.includes(route.method));
    const successes = await successesOf(as('ben'), changing);
    expect(successes).toEqual([]);
    expect((await as('ben').request('GET', `/api/v1/chats/${chat}/messages`)).status).toBe(200);
  });

  it('is neither watched nor changed over a socket by another user', async () => {
    const socket = await SocketClient.connect(service.url, 'eve');
    const calls: [string, object][] = [
      ['chat:join', { chatId: chat, after: 0 }],
      ['message:send', { chatId: chat, content: 'mine' }],
      ['turn:interrupt', { chatId: chat }],
      ['turn:steer', { chatId: chat, content: 'mine' }],
      ['approval:respond', { approvalId: ids['/approvals/{id}'], decision: 'accept' }],
    ];
    for (const [name, payload] of calls) expect([name, (await socket.call(name, payload)).ok]).toEqual([name, false]);
    expect(socket.events).toEqual([]);
    socket.close();
    const viewer = await SocketClient.connect(service.url, 'ben');
    for (const [name, payload] of calls.slice(1)) {
      expect([name, (await viewer.call(name, payload)).ok]).toEqual([name, false]);
    }
    viewer.close();
  });

  it('is as it was', async () => {
    expect(await as('ada').approvals(chat)).toHaveLength(1);
    expect((await as('ada').chat(chat)).role).toBe('owner');
    expect((await as('ada').messages(chat)).map(({ author }) => author?.id ?? null)).not.toContain('eve');
  });
});

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
