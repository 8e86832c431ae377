import type { Browser, Page } from 'playwright-core';
import { io, type Socket } from 'socket.io-client';
import type { TurnDto } from '../../src/chat/dto/turn.dto';
import { describeInBrowser, launchBrowser, openPage } from '../support/browser';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { IdentityProvider } from '../support/identity-provider';
import { McpTestClient } from '../support/mcp-client';
import { RelayClient } from '../support/relay-client';
import { RelayService } from '../support/service';
import { soon } from '../support/soon';

/** The provider and the service, one after the other. */
const START_MS = 90_000;

interface Account {
  readonly id: string;
  readonly displayName: string;
  readonly role: string;
}

describeInBrowser('signing in at an OpenID Connect provider', () => {
  let provider: IdentityProvider;
  let service: RelayService;
  let browser: Browser;

  beforeAll(async () => {
    const port = await freePort();
    provider = await IdentityProvider.start(`http://127.0.0.1:${port}`);
    service = await RelayService.start({
      environment: { CODEX_POOL_SIZE: '1', PORT: String(port), DEMO_WORD_DELAY_MS: '20', ...provider.environment },
    });
    browser = await launchBrowser();
  }, START_MS);
  afterAll(async () => {
    await browser?.close();
    provider?.stop();
    await service?.dispose();
  });

  async function signIn(page: Page, name: string, path = '/'): Promise<void> {
    await page.goto(path);
    await page.getByRole('link', { name: /Sign in with/ }).click();
    await passProvider(page, name);
  }

  async function passProvider(page: Page, name: string): Promise<void> {
    await page.fill('input[name=login]', name);
    await page.fill('input[name=password]', 'whatever');
    await page.click('button[type=submit]');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('navigation', { name: 'Chats' }).waitFor();
  }

  /** Ends the session at the provider, on its own page, which tells the service. */
  async function signOutAtProvider(page: Page): Promise<void> {
    const asked = await page.request.get(`${provider.issuer}/session/end`);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(await asked.text())?.[1] ?? '';
    const form = { xsrf, logout: 'yes' };
    const answer = await page.request.post(`${provider.issuer}/session/end/confirm`, { form });
    expect(answer.url()).toContain('/session/end/success');
  }

  const read = async <T>(page: Page, path: string): Promise<T> =>
    (await (await page.request.get(`${service.url}${path}`)).json()) as T;
  const cookieOf = async (page: Page): Promise<string> =>
    (await page.context().cookies(service.url)).map(({ name, value }) => `${name}=${value}`).join('; ');

  async function openSocket(cookie: string): Promise<{ socket: Socket; ended: Promise<unknown> }> {
    const socket = io(`${service.url}/chat`, {
      ...{ transports: ['websocket'], extraHeaders: { cookie }, reconnection: false, forceNew: true },
    });
    const ended = new Promise<unknown>((resolve) => socket.once('session:ended', resolve));
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
    return { socket, ended };
  }

  it('makes users of those who come, with a clean name, and administrators by the role', async () => {
    const { page } = await openPage(browser, service.url);
    await signIn(page, 'ada');
    const account = await read<Account>(page, '/api/v1/account');
    expect(account).toMatchObject({ displayName: 'ada of the provider', role: 'member' });
    expect(account.id).not.toBe('ada');

    const other = await openPage(browser, service.url);
    await signIn(other.page, 'root');
    await soon(() => read<Account>(other.page, '/api/v1/account')).toMatchObject({ role: 'admin' });
    await Promise.all([page.context().close(), other.page.context().close()]);
  });

  it('is the same user by a token of the provider as by a browser, and no other user by any name', async () => {
    const { page } = await openPage(browser, service.url);
    await signIn(page, 'ada');
    const { id } = await read<Account>(page, '/api/v1/account');
    const ada = new RelayClient(service.url, await provider.accessTokenOf('ada'), 'root');
    const byToken = await ada.request<Account>('GET', '/api/v1/account?user_id=root');
    expect(byToken).toMatchObject({ status: 200, body: { id, role: 'member', displayName: 'ada of the provider' } });
    expect(await ada.request('GET', '/api/v1/admin/users')).toMatchObject({
      status: 403,
      body: { code: 'admin_only' },
    });
    const root = new RelayClient(service.url, await provider.accessTokenOf('root'));
    expect((await root.request('GET', '/api/v1/admin/users')).status).toBe(200);
    const [head, body = '', signature] = (await provider.accessTokenOf('ada')).split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'root' })).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const token of [
      `${head}.${changed}.${signature}`,
      `${none}.${body}.`,
      `${none}.${changed}.${signature}`,
      'x',
    ]) {
      const refused = await new RelayClient(service.url, token).request('GET', '/api/v1/account');
      expect(refused).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
      expect(refused.headers.get('www-authenticate')).toContain('Bearer');
    }
    await page.context().close();
  });

  it('is told of to MCP clients that have no token, whose tokens of the provider are taken then', async () => {
    const stranger = await new RelayClient(service.url).request('POST', '/mcp', {});
    const address = `${service.url}/.well-known/oauth-protected-resource/mcp`;
    expect(stranger.status).toBe(401);
    expect(stranger.headers.get('www-authenticate')).toContain(`resource_metadata="${address}"`);
    expect(await (await fetch(address)).json()).toMatchObject({
      ...{ resource: `${service.url}/mcp`, authorization_servers: [provider.issuer] },
      bearer_methods_supported: ['header'],
    });
    const client = await McpTestClient.connect(service.url, await provider.accessTokenOf('ada'), 'new');
    expect(await client.call('list_chats', {})).toMatchObject({ chats: expect.any(Array) as unknown[] });
    await client.close();
  });

  it('goes on at the address that was asked for', async () => {
    const { page } = await openPage(browser, service.url);
    await signIn(page, 'ada', '/#/account');
    expect(page.url()).toBe(`${service.url}/#/account`);
    await page.getByRole('heading', { name: 'Browsers' }).waitFor();
    await page.context().close();
  });

  it('takes a code once, and from the browser alone that was sent for it', async () => {
    const { page } = await openPage(browser, service.url);
    const callbacks: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/sign-in/oidc/callback')) callbacks.push(request.url());
    });
    await signIn(page, 'ada');
    const [callback = ''] = callbacks;
    expect(callback).toContain('code=');
    const answer = await page.request.get(callback);
    expect([answer.status(), (await answer.text()).includes('sign in again')]).toEqual([400, true]);

    const stranger = await fetch(callback, { redirect: 'manual' });
    expect(stranger.status).toBe(400);
    expect(stranger.headers.get('set-cookie')).toBeNull();
    await page.context().close();
  });

  it('takes no code for a state that another browser has begun with', async () => {
    const begun = await fetch(`${service.url}/sign-in/oidc`, { redirect: 'manual' });
    const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state') ?? '';
    const [kept = ''] = begun.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0] ?? '');
    const [keptName, keptValue] = kept.split('=');
    const other = await fetch(`${service.url}/sign-in/oidc`, { redirect: 'manual' });
    const otherState = new URL(other.headers.get('location') ?? '').searchParams.get('state') ?? '';
    const otherName = keptName?.replace(state.slice(0, 12), otherState.slice(0, 12));
    for (const [cookie, given] of [
      // Nothing of the browser's own; the cookie of one way under the name of another; a cookie that somebody made up.
      ['', state],
      [`${otherName}=${keptValue}`, otherState],
      [`${keptName}=${'A'.repeat(200)}`, state],
    ] as const) {
      const answer = await fetch(`${service.url}/sign-in/oidc/callback?code=stolen&state=${given}`, {
        ...{ redirect: 'manual', headers: { cookie } },
      });
      expect(answer.status).toBe(400);
      expect(answer.headers.getSetCookie().join()).not.toContain('session');
    }
  });

  it('ends what is open when the session is ended, with a code of its own, and signs out at the provider', async () => {
    const { page } = await openPage(browser, service.url);
    await signIn(page, 'ada');
    const cookie = await cookieOf(page);
    const { socket, ended } = await openSocket(cookie);

    const answer = await page.request.post(`${service.url}/api/v1/account/sign-out`, {
      headers: { origin: service.url },
    });
    const { redirect } = (await answer.json()) as { redirect: string | null };
    expect(redirect).toContain('/session/end?');
    expect(await ended).toMatchObject({ code: 'signed_out' });
    await eventually('the socket is closed', () => !socket.connected);
    expect((await fetch(`${service.url}/api/v1/account`, { headers: { cookie } })).status).toBe(401);
    await page.context().close();
  });

  it('is asked for anew in the middle of an answer, and goes on where it was', async () => {
    const { page } = await openPage(browser, service.url);
    await signIn(page, 'ben');
    await page.getByRole('textbox', { name: 'Message' }).fill('slow: 300');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const conversation = page.getByRole('log', { name: 'Conversation' });
    await page.waitForURL(/#\/chats?\//);
    const address = page.url();
    const chatId = /[0-9a-f-]{36}/.exec(address)?.[0] ?? '';
    await page.getByRole('button', { name: 'Stop the turn' }).waitFor();
    await page.getByRole('textbox', { name: 'Message' }).fill('typed before');

    await signOutAtProvider(page);
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await eventually('the provider knows that it was heard', () => provider.granted.includes('back-channel'));
    expect((await page.request.get(`${service.url}/api/v1/account`)).status()).toBe(401);
    await page.getByRole('link', { name: /Sign in with/ }).click();
    await passProvider(page, 'ben');
    expect(page.url()).toBe(address);
    const typed = page.getByRole('textbox', { name: 'Message' });
    await eventually('what was typed is there', async () => (await typed.inputValue()) === 'typed before');

    const turn = await eventually('the turn ends', async () => {
      const { data } = await read<{ data: TurnDto[] }>(page, `/api/v1/chats/${chatId}/turns`);
      return data.find(({ endedAt }) => endedAt !== null);
    });
    expect(turn.status).toBe('completed');
    const { data } = await read<{ data: { role: string; content: { text: string }[] }[] }>(
      page,
      `/api/v1/chats/${chatId}/messages`,
    );
    const answer = data.find(({ role }) => role === 'assistant')?.content[0]?.text ?? '';
    const lastWords = answer.trim().split(/\s+/).slice(-3).join(' ');
    await conversation.getByText(lastWords).first().waitFor();
    await page.context().close();
  });

  it('is renewed at the provider when its tokens are old, and over once the provider has no such user', async () => {
    const { page } = await openPage(browser, service.url);
    await signIn(page, 'cleo');
    const renewals = (): number => provider.granted.filter((type) => type === 'refresh_token').length;
    const before = renewals();
    await eventually('the session is renewed', async () => {
      expect((await page.request.get(`${service.url}/api/v1/account`)).status()).toBe(200);
      return renewals() > before;
    });
    expect((await page.request.get(`${service.url}/api/v1/account`)).status()).toBe(200);
    const { ended } = await openSocket(await cookieOf(page));
    provider.forget('cleo');
    await eventually('the session is over', async () => {
      return (await page.request.get(`${service.url}/api/v1/account`)).status() === 401;
    });
    expect(await ended).toMatchObject({ code: 'signed_out' });
    await page.context().close();
  });
});
