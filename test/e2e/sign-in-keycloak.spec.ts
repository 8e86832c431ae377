import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AccountDto } from '../../src/auth/account.dto';
import { eventually } from '../support/eventually';
import { type Answer, RelayClient } from '../support/relay-client';
import { RelayService, writeBackends } from '../support/service';
import { SocketClient } from '../support/socket-client';

const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

/** The endpoint of a Keycloak that says whose a token is: what the tests have told it, else nobody's. */
class Keycloak {
  readonly claims = new Map<string, object>();
  isAway = false;
  asked = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Keycloak> {
    const server = createServer();
    const keycloak = new Keycloak(server);
    server.on('request', (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        keycloak.asked += 1;
        if (keycloak.isAway) return void response.writeHead(502).end();
        const isClient = request.headers.authorization === `Basic ${Buffer.from('relay:secret').toString('base64')}`;
        const claims = keycloak.claims.get(new URLSearchParams(body).get('token') ?? '');
        response.writeHead(isClient ? 200 : 401, { 'content-type': 'application/json' });
        response.end(JSON.stringify(claims ?? { active: false }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return keycloak;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on the token is this user's. */
  tell(token: string, sub: string, more: object = {}): void {
    this.claims.set(token, { active: true, sub, exp: inSeconds(3_600), preferred_username: sub, ...more });
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

describe('a service with SECURITY_METHOD=Keycloak', () => {
  let keycloak: Keycloak;
  let service: RelayService;
  const as = (token: string): RelayClient => new RelayClient(service.url, token);
  const account = (token: string): Promise<Answer<AccountDto & { code?: string }>> =>
    as(token).request('GET', '/api/v1/account');

  beforeAll(async () => {
    keycloak = await Keycloak.start();
    service = await RelayService.start({
      environment: {
        ...{ SECURITY_METHOD: 'Keycloak', KEYCLOAK_BASE_URL: keycloak.url, KEYCLOAK_REALM: 'team' },
        ...{
          KEYCLOAK_CLIENT_ID: 'relay',
          KEYCLOAK_CLIENT_SECRET: 'secret',
          KEYCLOAK_ROLES_CLAIM: 'resource.relay.roles',
        },
        ...{ KEYCLOAK_CACHE_SECONDS: '2', CODEX_POOL_SIZE: '1', API_REQUESTS_PER_MINUTE: '0' },
      },
      prepare: (root) =>
        writeBackends(root, 'backends: [{id: demo, type: demo, price: {input: 1000, output: 1000}}]\n'),
    });
    keycloak.tell('of-ada', 'ada', { name: 'Ada\u202e\u0000\n Lovelace' });
    keycloak.tell('of-root', 'root', { resource: { relay: { roles: ['admin'] } }, email: 'root@sso.example' });
    // The usual place of roles is not the one that is set.
    keycloak.tell('of-eve', 'eve', { realm_access: { roles: ['admin'] }, roles: ['admin'] });
  });
  afterAll(async () => {
    await service?.dispose();
    keycloak?.stop();
  });

  it('knows people and administrators by the claims of their tokens, with names of one visible line', async () => {
    expect((await account('of-ada')).body).toMatchObject({ displayName: 'Ada Lovelace', role: 'member' });
    expect((await account('of-root')).body).toMatchObject({ displayName: 'root', role: 'admin' });
    expect((await account('of-eve')).body).toMatchObject({ role: 'member' });
    expect((await as('of-root').request('GET', '/api/v1/admin/users')).status).toBe(200);
    expect(await as('of-eve').request('GET', '/api/v1/admin/users')).toMatchObject({ status: 403 });
    const { id } = await as('of-ada').createChat();
    expect(await as('of-ada').ask(id, 'hello')).toMatchObject({ turn: { status: 'completed' } });
    expect((await as('of-eve').request('GET', `/api/v1/chats/${id}`)).status).toBe(404);
  });

  it('lets nobody in by a token that Keycloak does not know, nor by one in an address', async () => {
    for (const token of ['of-nobody', 'of-ada-', '', 'crt_made-up']) {
      const refused = await account(token);
      expect([token, refused.status, refused.body.code]).toEqual([token, 401, 'unauthenticated']);
      expect(refused.headers.get('www-authenticate')).toContain('Bearer');
    }
    await expect(SocketClient.connect(service.url, undefined, 'of-nobody')).rejects.toThrow();
    const inAddress = await fetch(`${service.url}/api/v1/account?access_token=of-ada`);
    expect(inAddress.status).toBe(400);
    const answer = await fetch(`${service.url}/socket.io/?EIO=4&transport=polling&token=of-ada`);
    expect(answer.status).toBe(400);
  });

  it('asks Keycloak once for the calls of some seconds, and never beyond the end of a token', async () => {
    keycloak.tell('often', 'ada');
    const before = keycloak.asked;
    for (let count = 0; count < 10; count += 1) expect((await account('often')).status).toBe(200);
    expect(keycloak.asked - before).toBeLessThanOrEqual(3);
    keycloak.claims.delete('often');
    await eventually('it is asked again', async () => (await account('often')).status === 401);

    keycloak.tell('short', 'ada', { exp: inSeconds(2) });
    const socket = await SocketClient.connect(service.url, undefined, 'short');
    const ended = new Promise((resolve) => socket.socket.once('session:ended', resolve));
    expect(await ended).toMatchObject({ code: 'session_expired' });
    expect((await account('short')).status).toBe(401);
  });

  it('answers 503 while Keycloak is away, and lets nobody in', async () => {
    keycloak.isAway = true;
    keycloak.tell('new', 'ada');
    const refused = await account('new');
    expect([refused.status, refused.body.code]).toEqual([503, 'identity_provider_unavailable']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await expect(SocketClient.connect(service.url, undefined, 'new')).rejects.toThrow();
    const gateway = await as('new').request('POST', '/v1/responses', { model: 'demo', input: 'hi' });
    expect(gateway.status).toBe(503);
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
    keycloak.isAway = false;
    expect((await account('new')).status).toBe(200);
  });

  it('says at /v1 which limit is reached when the money of a user is spent, and when to come again', async () => {
    const { id } = (await account('of-eve')).body;
    const path = `/api/v1/admin/users/${id}/limits`;
    expect((await as('of-root').request('PUT', path, { cost_per_day: 1, cost_per_month: 0 })).status).toBe(200);
    const ask = () =>
      as('of-eve').request<{ error?: { code: string; param: string } }>('POST', '/v1/responses', {
        ...{ model: 'demo', input: 'hi' },
      });
    const refused = await eventually('the money is spent', async () => {
      const answer = await ask();
      return answer.status === 200 ? undefined : answer;
    });
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 'limit_reached', param: 'cost_per_day' } } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('x-should-retry')).toBe('false');
    const other = await as('of-ada').request('POST', '/v1/responses', { model: 'demo', input: 'hi' });
    expect(other.status).toBe(200);
    const limits = await as('of-eve').request<{ limits: { limit: string; used: number }[] }>(
      ...(['GET', '/api/v1/account/limits'] as const),
    );
    expect(limits.body.limits.find(({ limit }) => limit === 'cost_per_day')?.used).toBeGreaterThan(1);
  });
});
