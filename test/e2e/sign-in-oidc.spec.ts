import type { Browser, Page } from 'playwright-core';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { describeInBrowser, launchBrowser, openPage } from '../support/browser';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { RelayService } from '../support/service';

/** The provider and the service, one after the other. */
const START_MS = 90_000;

interface Account {
  readonly id: string;
  readonly displayName: string;
  readonly role: string;
}

describeInBrowser('signing in at an OpenID Connect provider', () => {
  let provider: ChildProcess;
  let service: RelayService;
  let browser: Browser;

  beforeAll(async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const addresses = [`${url}/sign-in/oidc/callback`, `${url}/sign-in`, `${url}/sign-in/oidc/back-channel`];
    provider = spawn(process.execPath, [join(__dirname, '..', 'support', 'oidc-provider.mjs'), ...addresses]);
    const issuer = await issuerOf(provider);
    service = await RelayService.start({
      environment: {
        ...{ CODEX_POOL_SIZE: '1', PORT: String(port), SECURITY_METHOD: 'OIDC', OIDC_ISSUER: issuer },
        ...{ OIDC_CLIENT_ID: 'relay', OIDC_CLIENT_SECRET: 'relay-secret-relay-secret-relay-1' },
        OIDC_ROLES_CLAIM: 'groups',
      },
    });
    browser = await launchBrowser();
  }, START_MS);
  afterAll(async () => {
    await browser?.close();
    provider?.kill();
    await service?.dispose();
  });

  async function signIn(page: Page, name: string, path = '/'): Promise<void> {
    await page.goto(path);
    await page.getByRole('link', { name: /Sign in with/ }).click();
    await page.fill('input[name=login]', name);
    await page.fill('input[name=password]', 'whatever');
    await page.click('button[type=submit]');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('navigation', { name: 'Chats' }).waitFor();
  }

  const read = async <T>(page: Page, path: string): Promise<T> =>
    (await (await page.request.get(`${service.url}${path}`)).json()) as T;

  it('makes users of those who come, with a clean name, and administrators by the role', async () => {
    const { page } = await openPage(browser, service.url);
    await signIn(page, 'ada');
    const account = await read<Account>(page, '/api/v1/account');
    expect(account).toMatchObject({ displayName: 'ada of the provider', role: 'member' });
    expect(account.id).not.toBe('ada');

    const other = await openPage(browser, service.url);
    await signIn(other.page, 'root');
    expect(await read<Account>(other.page, '/api/v1/account')).toMatchObject({ role: 'admin' });
    await Promise.all([page.context().close(), other.page.context().close()]);
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

  it('ends what is open when the session is ended, with a code of its own, and signs out at the provider', async () => {
    const { page } = await openPage(browser, service.url);
    await signIn(page, 'ada');
    const cookies = await page.context().cookies(service.url);
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const socket = io(`${service.url}/chat`, {
      transports: ['websocket'],
      extraHeaders: { cookie },
      reconnection: false,
    });
    const ended = new Promise<unknown>((resolve) => socket.once('session:ended', resolve));
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));

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
});

function issuerOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stdout?.on('data', (chunk: Buffer) => {
      const found = /issuer (\S+)/.exec(chunk.toString())?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`the provider has ended: ${text}`)));
  });
}
