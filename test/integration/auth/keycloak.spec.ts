import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KeycloakConfig } from '../../../src/config/keycloak.config';
import { Introspection } from '../../../src/auth/keycloak/introspection';

const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

describe('asking Keycloak whose a token is', () => {
  let server: Server;
  let asked: { path: string; authorization: string; token: string | null }[];
  let answer: { status: number; body: object };
  let config: KeycloakConfig;

  beforeEach(async () => {
    asked = [];
    answer = { status: 200, body: { active: true, sub: 'ada', exp: inSeconds(300) } };
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { authorization = '' } = request.headers;
        asked.push({ path: request.url ?? '', authorization, token: new URLSearchParams(body).get('token') });
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = { clientId: 'relay', clientSecret: 's:é', timeoutSeconds: 1 };
    config = Object.assign(new KeycloakConfig(), { baseUrl, realm: 'team a', ...client });
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('is done as the client, at the address of the realm', async () => {
    expect(await new Introspection(config).of('token-1')).toMatchObject({ subject: 'ada' });
    const authorization = `Basic ${Buffer.from('relay:s%3A%C3%A9').toString('base64')}`;
    const path = '/realms/team%20a/protocol/openid-connect/token/introspect';
    expect(asked).toEqual([{ path, authorization, token: 'token-1' }]);
  });

  it('is done once for the calls of some seconds, also by many at once', async () => {
    const introspection = new Introspection(config);
    await Promise.all(Array.from({ length: 10 }, () => introspection.of('token-1')));
    await introspection.of('token-1');
    expect(asked).toHaveLength(1);
  });

  it('is done anew when the token has expired meanwhile, and then it is nobody’s', async () => {
    answer.body = { active: true, sub: 'ada', exp: inSeconds(1) };
    const introspection = new Introspection(config);
    expect(await introspection.of('token-1')).toBeDefined();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await introspection.of('token-1')).toBeUndefined();
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['is not active', { active: false }],
    ['has no user', { active: true }],
    ['has expired', { active: true, sub: 'ada', exp: inSeconds(-1) }],
    ['is not valid yet', { active: true, sub: 'ada', nbf: inSeconds(300) }],
  ])('finds nobody for a token that %s', async (_what, body) => {
    answer.body = body;
    expect(await new Introspection(config).of('token-1')).toBeUndefined();
  });

  it('is an outage when Keycloak fails or is away, and is tried again', async () => {
    const introspection = new Introspection(config);
    answer.status = 500;
    await expect(introspection.of('token-1')).rejects.toMatchObject({
      status: 503,
      code: 'identity_provider_unavailable',
    });
    answer.status = 200;
    expect(await introspection.of('token-1')).toBeDefined();
    server.closeAllConnections();
    server.close();
    await expect(introspection.of('token-2')).rejects.toMatchObject({ status: 503 });
  });
});
