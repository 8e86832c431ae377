import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { describeInBrowser, launchBrowser, openPage } from '../support/browser';
import { sendRaw } from '../support/raw-http';
import { RelayClient } from '../support/relay-client';
import { RelayService } from '../support/service';

const CLOSED = "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'";
const HEADERS = {
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'strict-transport-security': null,
  'x-powered-by': null,
};
const headersOf = (headers: Headers) =>
  Object.fromEntries(Object.keys(HEADERS).map((name) => [name, headers.get(name)]));

const SOCKET = '/socket.io/?EIO=4&transport=websocket';
const FOREIGN = 'Origin: https://evil.example';
const plain = (path: string, header: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${header}\r\n\r\n`;
const upgrade = (path: string, header = 'X-Nothing: 1'): string => {
  const handshake = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  return plain(path, `Connection: Upgrade\r\nUpgrade: websocket\r\n${handshake}\r\n${header}`);
};

describe('the security headers', () => {
  let service: RelayService;
  let client: RelayClient;
  /** A site of somebody else's, whose pages may call the service. */
  let site: Server;
  let siteUrl: string;

  beforeAll(async () => {
    site = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<p>A site</p>'));
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    service = await RelayService.start({ environment: { CODEX_POOL_SIZE: '1', CORS_ORIGINS: siteUrl } });
    client = service.client;
  });
  afterAll(async () => {
    site?.close();
    await service?.dispose();
  });

  it.each([
    { what: 'the health of the service', path: '/health', status: 200 },
    { what: 'the OpenAPI document', path: '/openapi.json', status: 200 },
    { what: 'a path that there is not', path: '/nothing', status: 404 },
    { what: 'a call of the API that there is not', path: '/api/v1/nothing', status: 404 },
    { what: 'a chat that there is not', path: '/api/v1/chats/01a1f9b6-cbda-71c2-a8e2-f2bf1c84ef9a', status: 404 },
    { what: 'a malformed body', path: '/api/v1/chats', body: '{', status: 400 },
    { what: 'a body that is too large', path: '/api/v1/chats', body: `"${'x'.repeat(17_000_000)}"`, status: 413 },
    { what: 'a page of elsewhere', path: '/api/v1/chats', body: '{}', origin: 'https://evil.example', status: 403 },
    {
      what: 'an unknown model of the gateway',
      path: '/v1/responses',
      body: '{"model":"none","input":"a"}',
      status: 404,
    },
    { what: 'a malformed body for the gateway', path: '/v1/responses', body: '{', status: 400 },
    { what: 'a poll of Socket.IO', path: '/socket.io/?EIO=4&transport=polling', status: 200 },
    { what: 'a refused poll of Socket.IO', path: '/socket.io/?EIO=9', status: 400 },
  ])('are on the answer to $what, which may load nothing and stand in no frame', async (request) => {
    const { path, body, origin, status } = request;
    const answer = await client.request(body === undefined ? 'GET' : 'POST', path, body, origin ? { origin } : {});
    expect({ status: answer.status, ...headersOf(answer.headers) }).toEqual({ status, ...HEADERS });
    expect(answer.headers.get('content-security-policy')).toBe(CLOSED);
  });

  it('are on an answer that refuses the name by which the service was asked for', async () => {
    const { port } = new URL(service.url);
    const options = { port, path: '/health', headers: { host: 'evil.example' } };
    const { statusCode, headers } = await new Promise<IncomingMessage>((resolve, reject) => {
      get(options, (answer) => resolve(answer.resume())).once('error', reject);
    });
    expect({ statusCode, ...headers }).toMatchObject({ statusCode: 421, 'x-frame-options': 'DENY' });
  });

  it.each([
    { what: 'what is no HTTP', bytes: 'nonsense\r\n\r\n', status: 400 },
    { what: 'headers that are too long', bytes: `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, status: 431 },
    { what: 'a request without Host', bytes: 'GET / HTTP/1.1\r\n\r\n', status: 400 },
    { what: 'a tunnel', bytes: 'CONNECT a:80 HTTP/1.1\r\nHost: localhost\r\n\r\n', status: 405 },
    { what: 'an unknown expectation', bytes: plain('/health', 'Expect: tea'), status: 417 },
    { what: 'a WebSocket that a page of elsewhere opens', bytes: upgrade(SOCKET, FOREIGN), status: 403 },
    { what: 'a WebSocket of a session that there is not', bytes: upgrade(`${SOCKET}&sid=none`), status: 400 },
    { what: 'a WebSocket of an old version', bytes: upgrade(SOCKET).replace('Version: 13', 'Version: 7'), status: 400 },
    { what: 'a WebSocket for the gateway that a page opens', bytes: upgrade('/v1/responses', FOREIGN), status: 401 },
    { what: 'a WebSocket where there is none', bytes: upgrade('/nothing'), status: 404 },
    {
      what: 'a WebSocket under another name',
      bytes: upgrade(SOCKET).replace('localhost', 'evil.example'),
      status: 421,
    },
    { what: 'an upgrade to HTTP/2', bytes: plain('/health', 'Connection: Upgrade\r\nUpgrade: h2c'), status: 200 },
  ])('are on the answer to $what', async ({ bytes, status }) => {
    const answer = await sendRaw(service.url, bytes);
    expect({ status: answer.status, ...answer.headers }).toMatchObject({
      ...{ status, 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' },
      ...{ 'referrer-policy': 'no-referrer', 'content-security-policy': CLOSED },
    });
  });

  it('are on a stream of events', async () => {
    const { id } = await client.createChat();
    const headers = { accept: 'text/event-stream' };
    const answer = await fetch(`${service.url}/api/v1/chats/${id}/events`, { headers });
    expect(headersOf(answer.headers)).toEqual(HEADERS);
    await answer.body?.cancel();
  });

  it.each(['/', '/index.html', '/docs', '/redoc'])('let the page %s run no script but those of files', async (path) => {
    const { headers } = await client.request('GET', path);
    expect(headersOf(headers)).toEqual(HEADERS);
    const policy = (headers.get('content-security-policy') ?? '').split(';');
    expect(policy).toEqual(expect.arrayContaining([...CLOSED.split(';'), "script-src 'self'", "connect-src 'self'"]));
  });

  describeInBrowser('in a browser', () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await launchBrowser();
    });
    afterAll(() => browser?.close());

    it('let the web client show an answer, over a WebSocket of its own', async () => {
      const { page, faults } = await openPage(browser, service.url);
      const sockets: string[] = [];
      page.on('websocket', (socket) => sockets.push(new URL(socket.url()).pathname));
      await page.goto('/');
      await page.getByRole('textbox', { name: 'Message' }).fill('hello');
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await page.getByRole('log', { name: 'Conversation' }).getByText('You said: hello').waitFor();
      expect(faults).toEqual([]);
      expect(sockets).toEqual(['/socket.io/']);
      await page.close();
    });

    it('let Swagger UI show the API and try it out', async () => {
      const { page, faults } = await openPage(browser, service.url);
      await page.goto('/docs');
      await page.locator('.opblock-tag[data-tag="operation"]').click();
      await page.getByText('/health/live').click();
      await page.getByRole('button', { name: 'Execute' }).click();
      await page.locator('.responses-table.live-responses-table').getByText('"ok"').waitFor();
      expect(faults).toEqual([]);
      await page.close();
    });

    it('let ReDoc show the API, with nothing asked for elsewhere', async () => {
      const { page, faults } = await openPage(browser, service.url);
      const hosts = new Set<string>();
      page.on('request', (request) => hosts.add(new URL(request.url()).host));
      await page.goto('/redoc');
      await page.getByRole('heading', { name: 'codex-relay' }).waitFor();
      await page.getByRole('heading', { name: 'Send a message to the agent' }).waitFor();
      expect(faults).toEqual([]);
      expect([...hosts].filter(Boolean)).toEqual([new URL(service.url).host]);
      await page.close();
    });

    it('let a page of a site in CORS_ORIGINS call the API', async () => {
      const { page } = await openPage(browser, siteUrl);
      await page.goto('/');
      const status = await page.evaluate(async (url) => {
        const headers = { 'content-type': 'application/json' };
        const made = await fetch(`${url}/api/v1/chats`, { method: 'POST', headers, body: '{}' });
        const chats = await fetch(`${url}/api/v1/chats`);
        return [made.status, chats.status, typeof (await chats.json())];
      }, service.url);
      expect(status).toEqual([201, 200, 'object']);
      await page.close();
    });
  });
});
