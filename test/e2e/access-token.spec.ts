import OpenAI from 'openai';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import type { DetailedHealthDto } from '../../src/observability/health.dto';
import { announceBody } from '../support/announced-body';
import { describeInBrowser, launchBrowser, openPage } from '../support/browser';
import { RelayClient } from '../support/relay-client';
import { RelayService } from '../support/service';
import { soon } from '../support/soon';

const HTML = { accept: 'text/html,*/*' };

/** The code of the refusal of a Socket.IO client, or `connected`. */
function joined(url: string, namespace: string, token?: string): Promise<string> {
  const socket = io(`${url}${namespace}`, { transports: ['websocket'], reconnection: false, auth: { token } });
  return new Promise<string>((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('connect_error', (error: Error & { data?: { code?: string } }) => resolve(error.data?.code ?? 'none'));
  }).finally(() => socket.disconnect());
}

/** What the opening of a WebSocket of the Responses API comes to. */
function opened(url: string, headers: Record<string, string>): Promise<string> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/responses`, { headers });
  return new Promise<string>((resolve) => {
    socket.once('open', () => resolve('open'));
    socket.once('error', ({ message }) => resolve(message));
  }).finally(() => socket.terminate());
}

describe('a service with SECURITY_METHOD=Token', () => {
  let service: RelayService;
  let client: RelayClient;
  let token: string;

  beforeAll(async () => {
    service = await RelayService.start({
      environment: {
        ...{ CODEX_POOL_SIZE: '1', SECURITY_METHOD: 'Token' },
        // One that has no sandbox looks for the token, below.
        CODEX_SANDBOX_MODE_MAX: 'danger-full-access',
      },
    });
    token = /\?token=(\S+)/.exec(service.log)?.[1] ?? '';
    client = new RelayClient(service.url, token);
  });
  afterAll(() => service?.dispose());

  const cookieFor = async (): Promise<string> => {
    const answer = await fetch(`${service.url}/?token=${token}`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^codex_relay_0=[^;]+; Max-Age=2592000; Path=\/; .*HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(token);
    return cookie.split(';', 1)[0] ?? '';
  };

  it('keeps the token that it has made to itself, and prints it again after a restart', async () => {
    const file = statSync(join(service.dataRoot, 'global_config', 'access_token'));
    expect([token.length, file.mode & 0o777]).toEqual([43, 0o600]);
    await service.stop();
    await service.restart();
    client = new RelayClient(service.url, token);
    expect(service.log.split(`?token=${token}`)).toHaveLength(3);
    expect(service.log).toContain('whoever has the access token, as administrator; /v1 without a key: nobody');
  });

  it('answers nobody else anything but that it is well, in every method, form and way of writing a path', async () => {
    const refused = ['/', '/index.html', '//', '/docs', '/redoc', '/openapi.json', '/metrics', '/status', '/nothing'];
    const api = ['/api/v1/chats', '/API/V1/chats', '/v1/models', '/V1/models', '/health/detailed', '/HEALTH'];
    for (const path of [...refused, ...api]) {
      for (const bearer of [undefined, '', token.slice(1), `${token}x`]) {
        const headers: Record<string, string> = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
        const answer = await fetch(`${service.url}${path}`, { headers });
        expect([path, answer.status]).toEqual([path, 401]);
        expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="codex-relay"');
        await answer.body?.cancel();
      }
    }
    for (const path of ['/health', '/health/live', '/health/ready']) {
      expect((await fetch(`${service.url}${path}`)).status).toBe(200);
    }
  });

  it('refuses before it has read a body', async () => {
    for (const path of ['/api/v1/chats', '/v1/responses', '/v1/chat/completions']) {
      expect(await announceBody(service.url + path, 1_000_000)).toMatchObject({ status: 401 });
    }
  });

  it('lets programs with the token do everything, over each API', async () => {
    const { id } = await client.createChat();
    expect((await client.ask(id, 'hello')).turn.status).toBe('completed');
    const openAi = new OpenAI({ baseURL: `${service.url}/v1`, apiKey: token, maxRetries: 0 });
    expect((await openAi.responses.create({ model: 'demo', input: 'hi' })).output_text).toContain('hi');
    const { body } = await client.request<{ key: string }>('POST', '/api/v1/admin/gateway-keys', { name: 'test' });
    const withKey = new OpenAI({ baseURL: `${service.url}/v1`, apiKey: body.key, maxRetries: 0 });
    expect((await withKey.models.list()).data).not.toEqual([]);
    expect((await new RelayClient(service.url, body.key).request('GET', '/api/v1/chats')).status).toBe(401);
    for (const path of ['/docs', '/metrics', '/']) expect((await client.request('GET', path)).status).toBe(200);
    const ways = await Promise.all(['', 'x', token].map((given) => joined(service.url, '/chat', given)));
    expect(ways).toEqual(['unauthenticated', 'unauthenticated', 'connected']);
    expect([await joined(service.url, '/'), await joined(service.url, '/', token)]).toEqual([
      ...['unauthenticated', 'connected'],
    ]);
    expect(await opened(service.url, {})).toContain('401');
    expect(await opened(service.url, { authorization: `Bearer ${token}` })).toBe('open');
  });

  it('gives a browser a cookie for the token, which works for our own pages alone', async () => {
    const cookie = await cookieFor();
    const call = (method: string, headers: Record<string, string>) =>
      fetch(`${service.url}/api/v1/chats`, {
        ...{ method, headers: { cookie, 'content-type': 'application/json', ...headers } },
        ...(method === 'POST' && { body: '{}' }),
      });
    expect((await call('GET', {})).status).toBe(200);
    expect((await call('POST', { origin: service.url, 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    // Of another port of this machine, which counts as the same site.
    expect((await call('POST', { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' })).status).toBe(401);
    expect(await opened(service.url, { cookie, origin: 'http://127.0.0.1:1' })).toContain('401');
    expect(await opened(service.url, { cookie, origin: service.url })).toBe('open');
    const page = await fetch(`${service.url}/`, { headers: HTML });
    expect([page.status, page.headers.get('content-type')]).toEqual([401, 'text/html; charset=utf-8']);
    const away = await fetch(`${service.url}//evil.example/%2e?a=1&token=${token}`, { redirect: 'manual' });
    expect(away.headers.get('location')).toBe('/evil.example/?a=1');
  });

  /** What an agent without a sandbox finds where the token may be; nothing where its process sees all that the service does. */
  async function foundByAgent(caller: RelayClient): Promise<string> {
    const chat = await caller.createChat({ sandboxMode: 'danger-full-access', approvalPolicy: 'never' });
    const files = [`'${service.dataRoot}/global_config/access_token'`, `/proc/${service.pid}/environ`];
    const { turn } = await caller.ask(chat.id, `run: cat ${files.join(' ')}; env; echo the end`);
    expect(turn.status).toBe('completed');
    const found = JSON.stringify(await caller.agentActions(chat.id));
    expect(found).toContain('the end');
    const { body } = await caller.request<DetailedHealthDto>('GET', '/health/detailed');
    return body.workarounds.some(({ name, active }) => name === 'mount_isolation' && active) ? found : '';
  }

  it('keeps the token from an agent with full access, which looks for it in the file and in all variables', async () => {
    expect(await foundByAgent(client)).not.toContain(token);
  });

  describeInBrowser('in a browser', () => {
    it('asks for the token, takes it out of the address, and shows the web client', async () => {
      const browser = await launchBrowser();
      try {
        const { page } = await openPage(browser, service.url);
        await page.goto('/');
        await page.getByLabel('Access token').fill('wrong');
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.getByRole('alert').getByText('That is not the access token.').waitFor();
        await page.goto(`/?token=${token}`);
        expect(page.url()).toBe(`${service.url}/`);
        await page.getByRole('textbox', { name: 'Message' }).fill('hello');
        await page.getByRole('button', { name: 'Send', exact: true }).click();
        await page.getByRole('log', { name: 'Conversation' }).getByText('You said: hello').waitFor();
        await soon(() => page.evaluate('document.cookie')).toBe('');
      } finally {
        await browser.close();
      }
    });
  });

  it('takes ACCESS_TOKEN instead of its own, and writes it nowhere', async () => {
    await service.stop();
    const given = 'given-by-the-operator-1';
    await service.restart({ ACCESS_TOKEN: given });
    const caller = new RelayClient(service.url, given);
    expect((await caller.request('GET', '/api/v1/chats')).status).toBe(200);
    expect(await foundByAgent(caller)).not.toContain(given);
    expect((await new RelayClient(service.url, token).request('GET', '/api/v1/chats')).status).toBe(401);
    expect(service.log).not.toContain(given);
  });
});
