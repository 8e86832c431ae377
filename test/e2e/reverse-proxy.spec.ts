import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { io } from 'socket.io-client';
import { describeInBrowser, launchBrowser, openPage } from '../support/browser';
import { freePort } from '../support/free-port';
import { describeBehindNginx, Nginx } from '../support/nginx';
import { PathVisit } from '../support/path-visit';
import { sendRaw } from '../support/raw-http';
import { RelayService } from '../support/service';
import { REPOSITORY } from '../support/service-process';
import { soon } from '../support/soon';

const HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via', 'cf-ray', 'true-client-ip'];
const SOCKETS = '/socket.io/?EIO=4&transport=polling';
const CONNECTIONS = 30;

/** With a `Host` of its own, which fetch does not let one choose. */
function send(url: string, options: { method?: string; headers?: Record<string, string> } = {}) {
  return new Promise<{ status?: number; headers: IncomingMessage['headers']; body: string }>((resolve, reject) => {
    const sent = httpRequest(url, { agent: false, ...options }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (piece: string) => (body += piece));
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body }));
    });
    sent.once('error', reject).end();
  });
}

/** The documented configuration of nginx, for a port of the test's, without TLS. */
function documentedNginx(port: number, service: string, location: string, passTo: string): string {
  const page = readFileSync(join(REPOSITORY, 'docs', 'deployment.md'), 'utf8');
  const [, block = ''] = /```nginx\n([\s\S]*?)```/.exec(page) ?? [];
  expect(block).toContain('proxy_pass http://codex_relay;');
  return block
    .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
    .replace(/ssl_certificate.*;/g, '')
    .replace('127.0.0.1:8000', new URL(service).host)
    .replace('location /', `location ${location}`)
    .replace('proxy_pass http://codex_relay;', `proxy_pass ${passTo};`);
}

describe('a service that no proxy is named to', () => {
  let service: RelayService;

  beforeAll(async () => {
    const environment = { CODEX_POOL_SIZE: '1', MAX_CONNECTIONS_PER_CALLER: String(CONNECTIONS) };
    service = await RelayService.start({ environment });
  });
  afterAll(() => service?.dispose());

  it('says at its start who can call it, other users of the machine and an agent with full access among them', () => {
    expect(service.log).toContain(
      'callers     every user and program of this machine, and an agent with full access, as administrator; ' +
        '/v1 without a key: programs on this machine\n',
    );
  });

  it('refuses what came through one, at every address but those of probes, and without a key at /v1', async () => {
    for (const header of HEADERS) {
      const headers = { [header]: '203.0.113.9' };
      for (const path of ['/', '/api/v1/chats', SOCKETS, '/docs', '/metrics']) {
        const { status, body } = await send(service.url + path, { headers });
        expect({ header, path, status, body }).toEqual({
          ...{ header, path, status: 403, body: expect.stringContaining('"proxy_not_trusted"') as string },
        });
      }
      expect((await send(`${service.url}/v1/models`, { headers })).status).toBe(401);
      expect((await send(`${service.url}/health/ready`, { headers })).status).toBe(200);
    }
    const rebound = { headers: { host: 'relay.example' } };
    for (const path of ['/', '/api/v1/chats', SOCKETS, '/v1/models']) {
      expect((await send(service.url + path, rebound)).status).toBe(421);
    }
    const socket = io(`${service.url}/chat`, {
      ...{ transports: ['websocket'], reconnection: false, extraHeaders: { 'x-real-ip': '203.0.113.9' } },
    });
    const refusal = await new Promise((resolve) => socket.once('connect_error', resolve));
    expect(String(refusal)).toContain('websocket error');
  });

  it('needs a key at /v1 from a proxy that says nothing of itself, as nginx does by default', async () => {
    const { status } = await sendRaw(service.url, 'GET /v1/models HTTP/1.0\r\nHost: localhost\r\n\r\n');
    expect(status).toBe(401);
    expect((await send(`${service.url}/v1/models`)).status).toBe(200);
  });

  it('tells the connection that is one too many so, and closes it', async () => {
    const { hostname, port } = new URL(service.url);
    const sockets = Array.from({ length: CONNECTIONS }, () => connect(Number(port), hostname));
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    const refused = await send(`${service.url}/health`);
    for (const socket of sockets) socket.destroy();
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '5', connection: 'close' } });
    expect(refused.body).toContain('"too_many_connections"');
  });
});

describeBehindNginx('a service behind nginx as documented, below a path', () => {
  let service: RelayService;
  let nginx: Nginx;
  /** Where the proxy passes the path on, and where it cuts it off. */
  let passing: string;
  let cutting: string;
  /** Where requests for a WebSocket come to, and hang. */
  let silence: Server;
  const hanging = new Set<Socket>();
  let chatId: string;
  let key: string;

  beforeAll(async () => {
    service = await RelayService.start({
      environment: {
        ...{ CODEX_POOL_SIZE: '1', BASE_PATH: '/relay/', TRUSTED_PROXIES: '127.0.0.1', ALLOWED_HOSTS: 'relay.example' },
        ...{ MAX_STREAMS: '5', MAX_STREAMS_PER_CALLER: '3' },
      },
    });
    const origin = new URL(service.url).origin;
    silence = createServer((socket) => hanging.add(socket));
    await new Promise<void>((resolve) => silence.listen(0, '127.0.0.1', resolve));
    const [first, second] = [await freePort(), await freePort()];
    const upstream = documentedNginx(first, origin, '/relay/', 'http://codex_relay');
    const [, server = ''] = documentedNginx(second, origin, '/relay/', '$target').split('\nserver {');
    const targets = [
      'map $http_upgrade $target { default http://silence; "" http://codex_relay; }',
      `upstream silence { server 127.0.0.1:${(silence.address() as AddressInfo).port}; }`,
    ];
    const cut = `rewrite ^/relay/(.*)$ /$1 break;`;
    const second_server = `server {${server.replace('proxy_pass', `${cut}\n    proxy_pass`)}`;
    const config = [upstream, ...targets, second_server].join('\n');
    [passing, cutting] = [`http://127.0.0.1:${first}/relay`, `http://127.0.0.1:${second}/relay`];
    nginx = await Nginx.start(config, `${passing}/health`);
    chatId = (await service.client.createChat()).id;
    const made = await service.client.request<{ key: string }>('POST', '/api/v1/admin/gateway-keys', { name: 'test' });
    key = made.body.key;
  });
  afterAll(async () => {
    await nginx?.stop();
    for (const socket of hanging) socket.destroy();
    silence?.close();
    await service?.dispose();
  });

  it('is served with the path and without it, under its name, and with a key alone at /v1', async () => {
    for (const base of [passing, cutting]) {
      const headers = { host: 'relay.example' };
      expect((await send(`${base}/api/v1/chats`, { headers })).status).toBe(200);
      expect((await send(`${base}/v1/models`, { headers })).status).toBe(401);
      const authorization = `Bearer ${key}`;
      expect((await send(`${base}/v1/models`, { headers: { ...headers, authorization } })).status).toBe(200);
      expect((await send(`${base}/openapi.json`, { headers })).body).toContain('"servers":[{"url":"/relay"}]');
      expect((await send(`${base}${SOCKETS}`, { headers })).status).toBe(200);
    }
    expect((await send(`${service.url}`)).headers.location).toBe('/relay/');
    const { headers } = await send(`${service.url}/health`, { headers: { connection: 'keep-alive' } });
    expect(headers['keep-alive']).toBe('timeout=120');
  });

  it('streams at once and unchanged, and has no stream for HEAD', async () => {
    const address = `${passing}/api/v1/chats/${chatId}/events`;
    const end = new AbortController();
    const headers = { accept: 'text/event-stream' };
    const answer = await fetch(address, { headers, signal: end.signal });
    const first = await answer.body?.getReader().read();
    expect(new TextDecoder().decode(first?.value as Uint8Array)).toBe(': open\n\n');
    expect(answer.headers.get('cache-control')).toBe('no-store, no-transform');
    end.abort();
    expect(await send(address, { method: 'HEAD', headers })).toMatchObject({ status: 200, body: '' });
    const call = { model: 'demo', input: 'hi', stream: true };
    const authorization = `Bearer ${key}`;
    const response = await fetch(`${passing}/v1/responses`, {
      ...{ method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify(call) },
    });
    expect(response.headers.get('cache-control')).toBe('no-store, no-transform');
    expect(await response.text()).toContain('response.completed');
  });

  it('limits the streams of each caller that the proxy names, and of all, over each API', async () => {
    const end = new AbortController();
    const follow = (caller: string) =>
      fetch(`${service.url}/api/v1/chats/${chatId}/events`, {
        ...{ signal: end.signal, headers: { accept: 'text/event-stream', 'x-forwarded-for': caller } },
      });
    const statuses = async (caller: string, count: number): Promise<number[]> =>
      (await Promise.all(Array.from({ length: count }, () => follow(caller)))).map(({ status }) => status).sort();
    expect(await statuses('203.0.113.1', 4)).toEqual([200, 200, 200, 429]);
    const refused = await follow('203.0.113.1');
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.json()).toMatchObject({ code: 'too_many_streams' });
    const socket = io(`${service.url.replace(/\/relay$/, '')}/chat`, {
      ...{ path: '/relay/socket.io/', transports: ['websocket'], reconnection: false },
      extraHeaders: { 'x-forwarded-for': '203.0.113.1' },
    });
    const error = await new Promise((resolve) => socket.once('connect_error', resolve));
    expect(error).toMatchObject({ data: { code: 'too_many_streams', retryAfterSeconds: 5 } });
    socket.disconnect();
    expect(await statuses('203.0.113.2', 3)).toEqual([200, 200, 503]);
    const call = await fetch(`${service.url}/v1/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'x-forwarded-for': '203.0.113.3' },
      body: JSON.stringify({ model: 'demo', input: 'hi', stream: true }),
    });
    expect([call.status, await call.json()]).toMatchObject([503, { error: { code: 'too_many_streams' } }]);
    end.abort();
  });

  describeInBrowser('in a browser', () => {
    let browser: Browser;
    beforeAll(async () => (browser = await launchBrowser()));
    afterAll(() => browser?.close());

    it('shows the web client, by polling where WebSockets hang', async () => {
      const { page, faults } = await openPage(browser, cutting);
      await page.goto(`${cutting}/`);
      await page.getByRole('textbox', { name: 'Message' }).fill('hello');
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await page.getByRole('log', { name: 'Conversation' }).getByText('You said: hello').waitFor();
      expect(hanging.size).toBeGreaterThan(0);
      expect(faults.filter((fault) => !fault.includes('WebSocket'))).toEqual([]);
      await page.close();
    });

    it('asks for nothing outside of the path: chats, live answers, pictures, files, links, languages, the worker', async () => {
      const visit = await PathVisit.open(browser, passing);
      const { page } = visit;
      // Without its slash, as people type it.
      await page.goto(passing);
      expect(page.url()).toBe(`${passing}/`);
      await soon(() => page.evaluate('navigator.serviceWorker.ready.then(({ scope }) => scope)')).toBe(`${passing}/`);
      await page.reload();
      await soon(() => page.evaluate('navigator.serviceWorker.controller?.scriptURL')).toContain(`${passing}/sw.js`);
      await visit.talk();
      await visit.moveFile();
      await visit.readShared();
      await visit.readMarkdown(service.client);
      await visit.speakGerman();
      await page.getByRole('link', { name: 'Konto', exact: true }).click();
      await page.getByRole('heading', { name: 'Konto', level: 1 }).waitFor();
      const kept = await visit.keptPaths();
      expect(kept).toContain('/relay/');
      expect(kept.filter((path) => !path.startsWith('/relay/'))).toEqual([]);
      expect([visit.astray, visit.faults]).toEqual([[], []]);
      await page.context().close();
    });

    it('shows what documents the API, from within the path', async () => {
      const visit = await PathVisit.open(browser, passing);
      const { page } = visit;
      await page.goto(`${passing}/`);
      const [shown] = await Promise.all([
        page.waitForEvent('popup'),
        page.getByRole('link', { name: 'API', exact: true }).click(),
      ]);
      expect(shown.url()).toBe(`${passing}/docs`);
      await shown.close();
      await page.goto(`${passing}/docs`);
      await page.locator('.opblock-tag[data-tag="operation"]').click();
      await page.getByText('/health/live').click();
      await page.getByRole('button', { name: 'Execute' }).click();
      await page.locator('.responses-table.live-responses-table').getByText('"ok"').waitFor();
      await page.goto(`${passing}/redoc`);
      await page.getByRole('heading', { name: 'Send a message to the agent' }).waitFor();
      expect([visit.astray, visit.faults]).toEqual([[], []]);
      await page.context().close();
    });
  });
});
