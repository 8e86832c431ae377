import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser, openPage } from '../support/browser';
import { eventually } from '../support/eventually';
import { PIXEL } from '../support/pixel';
import { violationsOf } from '../support/page-check';
import { RelayClient } from '../support/relay-client';
import { RelayService } from '../support/service';
import { soon } from '../support/soon';

describeInBrowser('the list of chats in the web client', () => {
  let browser: Browser;
  let service: RelayService;
  let client: RelayClient;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    service = await RelayService.start({ environment: { CODEX_POOL_SIZE: '1', DEMO_WORD_DELAY_MS: '20' } });
    client = service.client;
    browser = await launchBrowser();
  });
  beforeEach(async () => {
    ({ page, faults } = await openPage(browser, service.url));
  });
  afterEach(async () => {
    await page?.close();
    // What a page without a network asks of the service is refused by the browser.
    expect(faults.filter((fault) => !fault.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.dispose();
  });

  const list = (): Locator => page.getByRole('navigation', { name: 'Chats' });
  const group = (name: string): Locator => list().getByRole('region', { name, exact: true });
  const row = (title: string): Locator => list().getByRole('link', { name: title });
  const field = (): Locator => page.getByRole('textbox', { name: 'Message' });
  const focused = (): Promise<string> => page.evaluate('document.activeElement.ariaLabel');
  const newChat = async (title: string): Promise<string> => (await client.createChat({ backend: 'demo', title })).id;
  const titleIs = (title: string) => eventually(`the tab is "${title}"`, async () => (await page.title()) === title);

  it('shows what happens elsewhere at once, pinned chats before the days, without asking again and again', async () => {
    const open = await newChat('Open one');
    await page.goto(`/#/chats/${open}`);
    await group('Today').getByText('Open one').waitFor();
    await page.waitForLoadState('networkidle');
    const asked: string[] = [];
    page.on('request', (request) => request.url().includes('/chats?') && asked.push(request.url()));
    const other = await newChat('From elsewhere');
    await group('Today').getByText('From elsewhere').waitFor();
    await row('From elsewhere').focus();
    await page.keyboard.press('p');
    await group('Pinned').getByText('From elsewhere').waitFor();
    expect((await client.chat(other)).pinned).toBe(true);
    await client.request('PATCH', `/api/v1/chats/${other}`, { title: 'Renamed' });
    await group('Pinned').getByText('Renamed').waitFor();
    await client.request('DELETE', `/api/v1/chats/${other}`);
    await row('Renamed').waitFor({ state: 'detached' });
    await client.request('PATCH', `/api/v1/chats/${open}`, { archived: true });
    await group('Open').getByText('Open one').waitFor();
    // Once it is watched, the list is read for what fell between; no more than that.
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  it('tells in the tab of what waits and of what has ended unseen, until one looks', async () => {
    const [open, other] = [await newChat('Before the eyes'), await newChat('Somewhere else')];
    await page.goto(`/#/chats/${open}`);
    await group('Today').getByText('Somewhere else').waitFor();
    await client.send(other, 'approve: date');
    await titleIs('(1) Before the eyes · codex-relay');
    await list().getByRole('button', { name: 'Waits for me 1' }).click();
    await group('Waiting for a decision').getByText('Somewhere else').waitFor();
    await group('Open').getByText('Before the eyes').waitFor();
    const [approval] = await client.approvals(other);
    await client.request('POST', `/api/v1/approvals/${approval?.id}`, { decision: 'decline' });
    await list().getByText('Nothing waits for you.').waitFor();
    await list().getByRole('button', { name: 'All' }).click();
    await row('Somewhere else').getByText('has ended').waitFor();
    await page.reload();
    await titleIs('(1) Before the eyes · codex-relay');
    await page.keyboard.press('Alt+w');
    await titleIs('Somewhere else · codex-relay');
    await row('Somewhere else').getByText('has ended').waitFor({ state: 'detached' });
  });

  it('is gone through by the keyboard, with one stop for Tab, a way past it, and a list of keys', async () => {
    const ids = [await newChat('Third'), await newChat('Second'), await newChat('First')];
    await page.goto(`/#/chats/${ids[1]}`);
    await row('First').waitFor();
    await soon(() => list().locator('a[data-row][tabindex="0"]').allTextContents()).toEqual(['Second']);
    await row('Second').focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('F2');
    await page.keyboard.type('Named');
    await page.keyboard.press('Enter');
    await row('Named').waitFor();
    await page.keyboard.press('Alt+ArrowDown');
    await page.waitForURL(`**/${ids[0]}`);
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    await page.getByRole('button', { name: 'Skip to the chat' }).focus();
    await page.keyboard.press('Enter');
    await soon(() => focused()).toBe('Message');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Na');
    await soon(() => page.getByRole('searchbox', { name: 'Search chats' }).inputValue()).toBe('Na');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Shortcuts' }).focus();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByLabel('Quiet').check();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await soon(() => page.locator('[role=log]').getAttribute('aria-live')).toBe('off');
  });

  it('stands beside a composer that remembers how the agent is to work, and what was sent', async () => {
    await page.goto('/');
    await page.getByRole('button', { name: 'Run a command' }).waitFor();
    await page.getByRole('button', { name: /^How the agent works/ }).click();
    await page.getByLabel('What it may touch').selectOption({ label: 'Only look' });
    await page.getByText('they change nothing and reach no network').waitFor();
    await page.getByLabel('When it asks').selectOption({ label: 'Never ask' });
    await page.getByRole('button', { name: 'Done' }).click();
    // A message that is sent before the page knows whose it is waits for that.
    await page.route('**/api/v1/account', async (route) => {
      await sleep(1_500);
      await route.continue();
    });
    await page.reload();
    await field().fill('slow: 900');
    await field().press('Enter');
    await page.getByRole('button', { name: 'Stop the turn' }).waitFor();
    const id = /chats\/([\w-]+)/.exec(page.url())?.[1] ?? '';
    expect(await client.chat(id)).toMatchObject({ sandboxMode: 'read-only', approvalPolicy: 'never' });
    await soon(() => page.getByRole('log', { name: 'Conversation' }).getAttribute('aria-busy')).toBe('true');
    await field().press('Escape');
    await page.getByRole('button', { name: 'Stop the turn' }).waitFor({ state: 'detached' });
    expect((await client.turns(id)).map(({ status }) => status)).toEqual(['interrupted']);
    await field().press('ArrowUp');
    await soon(() => field().inputValue()).toBe('slow: 900');
    await field().press('ArrowDown');
    await page.getByRole('button', { name: /^How the agent works/ }).click();
    await page.getByLabel('What it may touch').selectOption({ label: 'Work in its folder' });
    await eventually('the chat is changed', async () => (await client.chat(id)).sandboxMode === 'workspace-write');
    await page.getByRole('button', { name: 'Done' }).click();
  });

  it('tells of what waits or has ended by notifications, once they are asked for and nobody looks at the page', async () => {
    // Headless browsers have no permissions and no window that lacks the focus.
    await page.addInitScript(`
      globalThis.told = [];
      globalThis.Notification = class {
        static permission = 'default';
        static requestPermission() { return Promise.resolve((Notification.permission = 'granted')); }
        constructor(title, options) { this.title = title; this.options = options; told.push(this); }
      };
      ServiceWorkerContainer.prototype.getRegistration = () => Promise.resolve(undefined);
      Document.prototype.hasFocus = () => globalThis.isLookedAt === true;
    `);
    const told = (): Promise<string[]> =>
      page.evaluate('told.map(({ title, options }) => `${title}: ${options.body}`)');
    const bell = page.getByRole('button', { name: 'Notifications', exact: true });
    const choice = (name: string): Locator => page.getByRole('radio', { name });
    await page.goto('/');
    const [before, asked] = [await newChat('Before it'), await newChat('Asked for')];
    await group('Today').getByText('Asked for').waitFor();
    await client.ask(before, 'hello');
    await row('Before it').getByText('has ended').waitFor();
    await soon(() => told()).toEqual([]);
    await bell.click();
    await choice('While this page is open').click();
    await bell.and(page.locator('[aria-pressed=true]')).waitFor();
    await page.keyboard.press('Escape');
    await client.send(asked, 'approve: date');
    await eventually('it is told', async () => (await told()).length > 0);
    await soon(() => told()).toEqual(['Asked for: waits for your decision']);
    await soon(() => page.evaluate('told[0].options.tag')).toBe(`relay-${asked}`);
    await page.evaluate('told[0].onclick()');
    await page
      .getByRole('region', { name: 'Run this command?' })
      .getByRole('button', { name: 'Decline' })
      .first()
      .click();
    await soon(() => page.evaluate('location.hash')).toBe(`#/chats/${asked}`);
    await page.getByRole('button', { name: 'Stop the turn' }).waitFor({ state: 'detached' });
    const other = await newChat('Looked at');
    await page.evaluate('globalThis.isLookedAt = true');
    await client.ask(other, 'hello');
    await row('Looked at').getByText('has ended').waitFor();
    await page.evaluate('globalThis.isLookedAt = false');
    expect((await told()).filter((words) => words.startsWith('Looked at'))).toEqual([]);
    await client.ask(other, 'hello');
    await eventually('it is told', async () => (await told()).includes('Looked at: has ended'));
    await page.evaluate(`Notification.permission = 'denied'`);
    await bell.click();
    await choice('Off').click();
    await page.getByText('Notifications are blocked in the settings of the browser.').waitFor();
    await soon(() => choice('While this page is open').isDisabled()).toBe(true);
  });

  it('leaves each tab the draft of its own', async () => {
    const context = await browser.newContext({ baseURL: service.url });
    const [one, other] = [await context.newPage(), await context.newPage()];
    const fieldOf = (tab: Page): Locator => tab.getByRole('textbox', { name: 'Message' });
    for (const [tab, text] of [[one, 'mine'] as const, [other, 'of the other tab'] as const]) {
      await tab.goto('/');
      await fieldOf(tab).fill(text);
    }
    await one.reload();
    await eventually('the draft is there', async () => (await fieldOf(one).inputValue()) === 'mine');
    await context.close();
  });

  it('opens without a network as an installed page, which keeps nothing of anybody', async () => {
    await page.goto('/');
    await page.evaluate('navigator.serviceWorker.ready');
    await page.reload();
    await page.getByRole('button', { name: 'Run a command' }).waitFor();
    const kept: string[] = await page.evaluate(
      `caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name).then((one) => one.keys()))))
        .then((all) => all.flat().map(({ url }) => new URL(url).pathname))`,
    );
    expect(kept).toContain('/');
    expect(kept.filter((path) => !/^\/(?:assets\/[\w.-]+|favicon\.svg)?$/.test(path))).toEqual([]);
    const manifest = await client.request<{ icons: { src: string }[] }>('GET', '/manifest.webmanifest');
    for (const { src } of manifest.body.icons) expect((await client.request('GET', src.slice(1))).status).toBe(200);
    await page.context().setOffline(true);
    await page.reload();
    await page.getByRole('heading', { name: 'What should the agent do?' }).waitFor();
    await soon(() => page.evaluate(`document.querySelector('nav img').naturalWidth > 0`)).toBe(true);
  });

  it('keeps what is attached and not sent when another language is chosen', async () => {
    await page.goto('/');
    const picture = {
      name: 'seen.png',
      mimeType: 'image/png',
      buffer: Buffer.from(PIXEL.split(',')[1] ?? '', 'base64'),
    };
    const file = { name: 'kept.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b') };
    const removes = (): Locator => page.getByRole('button', { name: /^(?:Remove|Entfernen) |(?:entfernen)$/ });
    await page.locator('main input[type="file"]').setInputFiles([picture, file]);
    await eventually('both are there', async () => (await removes().count()) === 2);
    await page.getByLabel('Language').selectOption('de');
    await page.getByRole('heading', { name: 'Was soll der Agent tun?' }).waitFor();
    await eventually('both are still there', async () => (await removes().count()) === 2);
    await removes().first().click();
    await page.getByLabel('Sprache').selectOption('en');
    await page.getByRole('heading', { name: 'What should the agent do?' }).waitFor();
    await eventually('the other one is there', async () => (await removes().count()) === 1);
  });

  it('is at the right in Arabic, where a chat is written and an approval answered, and stays so', async () => {
    const wanted = { name: 'تنفيذ هذا الأمر؟', allow: 'سماح' };
    await page.goto('/');
    await page.getByLabel('Language').selectOption('ar');
    await page.getByRole('heading', { name: 'ماذا تريد من الوكيل؟' }).waitFor();
    await soon(() => page.evaluate('[document.documentElement.lang, document.dir]')).toEqual(['ar', 'rtl']);
    const place = await page.getByRole('complementary', { name: 'قائمة المحادثات' }).boundingBox();
    expect(place && place.x + place.width).toBe(1280);
    await page.getByRole('textbox', { name: 'الرسالة' }).fill('approve: date');
    await page.getByRole('button', { name: 'إرسال', exact: true }).click();
    const question = page.getByRole('region', { name: wanted.name });
    await question.locator('pre').first().waitFor();
    await soon(() => page.evaluate(`getComputedStyle(document.querySelector('main pre')).direction`)).toBe('ltr');
    await soon(() => violationsOf(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 800 });
    await soon(() => page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await question.getByRole('button', { name: wanted.allow, exact: true }).click();
    await page.getByText('تمت الإجابة: سماح').waitFor();
    await page.getByRole('button', { name: 'إيقاف الجولة' }).waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('textbox', { name: 'الرسالة' }).waitFor();
    await soon(() => page.locator('html').getAttribute('dir')).toBe('rtl');
  });

  it('speaks German in a German browser, also without a network, and English where the texts do not come', async () => {
    const context = await browser.newContext({ baseURL: service.url, locale: 'de-DE' });
    const german = await context.newPage();
    await german.goto('/');
    await german.getByRole('heading', { name: 'Was soll der Agent tun?' }).waitFor();
    await german.evaluate('navigator.serviceWorker.ready');
    await context.setOffline(true);
    await german.reload();
    await german.getByRole('heading', { name: 'Was soll der Agent tun?' }).waitFor();
    await context.close();
    const other = await browser.newContext({ baseURL: service.url, locale: 'de-DE', serviceWorkers: 'block' });
    await other.route('**/assets/de-*', (route) => route.abort());
    const english = await other.newPage();
    await english.goto('/');
    await english.getByRole('heading', { name: 'What should the agent do?' }).waitFor();
    await soon(() => english.locator('html').getAttribute('lang')).toBe('en');
    await other.close();
  });
});
