import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { describeInBrowser, launchBrowser, openPage } from '../support/browser';
import { eventually } from '../support/eventually';
import { LocalPerson } from '../support/local-person';
import { violationsOf } from '../support/page-check';
import { openAs } from '../support/person-page';
import { RelayClient } from '../support/relay-client';
import { RelayService } from '../support/service';
import { type ReceivedCall, verified, WebhookReceiver } from '../support/webhook-receiver';
import { soon } from '../support/soon';

describeInBrowser('the pages of people and of administrators', () => {
  let service: RelayService;
  let browser: Browser;
  let root: LocalPerson;
  let ada: LocalPerson;
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    service = await RelayService.start({
      environment: {
        ...{ SECURITY_METHOD: 'Local', CODEX_POOL_SIZE: '1', API_REQUESTS_PER_MINUTE: '0' },
        ...{ ENCRYPTION_KEY: 'ab'.repeat(32), WEBHOOK_PRIVATE_HOSTS: `127.0.0.1:${receiver.port}` },
      },
    });
    root = await LocalPerson.first(service);
    ada = await root.invite('ada');
    browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await Promise.all([service?.dispose(), receiver?.stop()]);
  });

  const pageOf = (person: LocalPerson, path: string) => openAs(browser, person, path);

  it('share a project with a member, who sees its chat with names and cannot administer', async () => {
    const { page, faults } = await pageOf(root, '/#/projects');
    await page.getByLabel('Name', { exact: true }).fill('Website');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('link', { name: 'Website' }).click();
    const who = page.getByLabel('Id or address of a user');
    await who.fill('nobody@team.example');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('alert').filter({ hasText: 'nobody@team.example' }).waitFor();
    expect(await who.inputValue()).toBe('nobody@team.example');
    await who.fill(ada.id);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByLabel("Role of ada's name").selectOption('owner');
    await page.getByText("ada's name").waitFor();
    expect(await page.getByRole('button', { name: 'Leave', exact: true }).count()).toBe(1);

    await page.getByLabel('Project').selectOption({ label: 'Website' });
    await page.getByRole('link', { name: 'New chat' }).click();
    await page.getByRole('textbox', { name: 'Message' }).fill('run: echo hello-from-root');
    await page.keyboard.press('Enter');
    await page.getByText('hello-from-root').nth(1).waitFor();
    const chat = new URL(page.url()).hash;

    const member = await pageOf(ada, `/${chat}`);
    await member.page.getByLabel("Message of root's name").waitFor();
    await soon(() => member.page.getByRole('link', { name: 'Admin' }).count()).toBe(0);
    await member.page.goto('/#/admin');
    await member.page.getByText('Only administrators see these pages.').waitFor();
    // The page of a project asks for a repository, and this one has none.
    expect([faults.filter((fault) => !fault.includes('404')), member.faults]).toEqual([[], []]);
    await page.close();
    await member.page.close();
  });

  it('show a chat by a link to somebody who has no account, and nothing once it is withdrawn', async () => {
    const { id } = await ada.client.createChat();
    await ada.client.ask(id, 'run: echo made-in-the-workspace');
    const { page, faults } = await pageOf(ada, `/#/chats/${id}`);
    await page.getByRole('button', { name: 'Share this chat' }).click();
    await page.getByLabel('Show commands').check();
    await page.getByRole('button', { name: 'Make a link' }).click();
    const link = (await page.getByRole('status').locator('code').textContent()) ?? '';
    expect(link).toMatch(/\/shared#crs_[\w-]{43}$/);

    const reader = await openPage(browser, service.url);
    await reader.page.goto(link);
    await reader.page.getByText('made-in-the-workspace').first().waitFor();
    await soon(() => reader.page.getByRole('textbox').count()).toBe(0);
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page
      .getByText('There is no link to this chat.')
      .or(page.getByText('Ended', { exact: true }))
      .waitFor();
    await reader.page.reload();
    await reader.page.getByText('This link shows nothing').waitFor();
    expect(faults).toEqual([]);
    // The refusal of the link that was withdrawn.
    expect(reader.faults.filter((fault) => !fault.includes('404'))).toEqual([]);
    await page.close();
    await reader.page.close();
  });

  it('add a webhook, whose secret is shown once, try it, show what it was sent, and fit a phone', async () => {
    const { page, faults } = await pageOf(ada, '/#/account');
    await page.getByRole('link', { name: 'Webhooks' }).click();
    const form = page.getByRole('form', { name: 'New webhook' });
    await form.getByLabel('Name').fill('Builds');
    await form.getByLabel('Address').fill(`${receiver.url}/builds`);
    await form.getByLabel('An approval waits').check();
    await form.getByRole('button', { name: 'Add a webhook' }).click();
    const secret = (await page.getByRole('status').locator('code').textContent()) ?? '';
    expect(secret).toMatch(/^whsec_/);
    await page.getByRole('button', { name: 'Test Builds' }).click();
    const sent = page.getByRole('region', { name: 'What Builds was sent' });
    await sent.getByText('delivered').waitFor();
    expect(verified(secret, receiver.at('/builds')[0] as ReceivedCall)).toMatchObject({ type: 'webhook.test' });
    await sent.getByRole('button', { name: /^Send webhook.test/ }).click();
    await eventually('it is sent again', () => receiver.at('/builds').length === 2);
    await page.setViewportSize({ width: 390, height: 844 });
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBe(390);
    await page.reload();
    await page.getByText('Builds', { exact: true }).waitFor();
    expect(await page.content()).not.toContain(secret);
    await page.getByRole('button', { name: 'Delete Builds' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('There is none yet.').waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  it('let an administrator invite, limit, disable and erase, see usage and pool, test a backend, make a key, and read it all in the log', async () => {
    const { page, faults } = await pageOf(root, '/#/admin');
    await page.getByRole('button', { name: 'Make a link' }).click();
    await page.getByText(/sign-in\/link\?code=/).waitFor();

    const ben = await root.invite('ben');
    await page.getByLabel('Find by id, name or address').fill('ben');
    const row = page.getByRole('listitem').filter({ hasText: "ben's name" });
    await row.getByRole('button', { name: 'Limits' }).click();
    await row.getByRole('spinbutton', { name: 'Turns a minute' }).fill('7');
    await row.getByRole('button', { name: 'Save limits' }).click();
    await row.getByText('0 of 7').waitFor();
    await row.getByRole('button', { name: 'Sign out' }).click();
    await row.getByText('Signed out of').waitFor();
    expect((await ben.inBrowser('GET', '/api/v1/account')).status).toBe(401);
    expect((await ben.client.request('GET', '/api/v1/account')).status).toBe(200);
    await row.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await row.getByText('disabled since').waitFor();
    expect((await ben.client.request('GET', '/api/v1/account')).status).toBe(401);
    await row.getByRole('button', { name: 'Erase', exact: true }).click();
    await row.getByRole('textbox').fill("ben's name");
    await row.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByText('Nobody.').waitFor();

    const tabs = page.getByRole('navigation', { name: 'Administration' });
    await tabs.getByRole('link', { name: 'Usage' }).click();
    await page.getByRole('region', { name: 'By user' }).getByText("ada's name").waitFor();
    await tabs.getByRole('link', { name: 'Pool' }).click();
    await page.getByRole('button', { name: 'Drain codex-1' }).waitFor();
    await page
      .getByText(/codex-1 .*→ ready/)
      .first()
      .waitFor();
    await tabs.getByRole('link', { name: 'Backends' }).click();
    await page.getByRole('button', { name: /^Test/ }).click();
    await page.getByText(/^Answered in/).waitFor();

    await tabs.getByRole('link', { name: 'Gateway keys' }).click();
    await page.getByLabel('What it is for').fill('CI of the shop');
    await page.getByLabel('Whose').selectOption('service');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('of the service').waitFor();
    const key = (await page.getByRole('status').locator('code').textContent()) ?? '';
    await tabs.getByRole('link', { name: 'Audit log' }).click();
    await page.getByLabel('Action', { exact: true }).fill('gateway_key.');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByText('gateway_key.created').waitFor();
    expect(await page.content()).not.toContain(key);

    await page.goto('/#/account/usage');
    await page.getByRole('region', { name: 'Limits' }).getByText('Turns a minute').waitFor();
    await page.goto('/#/account/rules');
    await page.getByText('Nothing: the agent asks each time.').waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  it('show what was used by day and by model as plots, tables and a file, of a time that the address names', async () => {
    const { page, faults } = await pageOf(root, '/#/admin/usage?days=7');
    await page.getByRole('button', { name: '7 days' }).and(page.locator('[aria-pressed=true]')).waitFor();
    await page.getByLabel('Figure').selectOption('calls');
    await page.getByLabel('Split by').selectOption('user');
    await eventually('the address says so', () => /days=7&metric=calls&by=user$/.test(page.url()));
    const plot = page.getByRole('figure', { name: /^Calls by day/ });
    await plot.getByText('Show as a table').click();
    await plot.getByRole('columnheader', { name: "ada's name" }).waitFor();
    const models = page.getByRole('region', { name: 'By model' });
    await models.getByRole('rowheader', { name: /^demo · / }).waitFor();
    const saved = page.waitForEvent('download');
    await models.getByRole('button', { name: 'By model: download as CSV' }).click();
    expect(readFileSync(await (await saved).path(), 'utf8')).toMatch(/^day,user_id,.*,cost,currency\r\n,,,demo,/);
    expect(await plot.locator('svg').first().locator('..').getAttribute('dir')).toBe('ltr');
    await page.getByRole('region', { name: 'By user' }).getByRole('link', { name: "ada's name" }).click();
    await page.getByText(`Only of the user ${ada.id}`).waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  it('sign out other browsers, make a token that is shown once, rename and revoke it', async () => {
    await ada.signIn();
    const { page, faults } = await pageOf(ada, '/#/account');
    const browsers = page.getByRole('region', { name: 'Browsers' });
    await browsers.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await eventually('one is left', async () => (await browsers.getByRole('listitem').count()) === 1);
    await browsers.getByText('this one').waitFor();
    await page.getByRole('link', { name: 'Tokens and keys' }).click();
    const tokens = page.getByRole('region', { name: 'Tokens' });
    await tokens.getByLabel('Name', { exact: true }).fill('laptop');
    await tokens.getByRole('button', { name: 'Make a token' }).click();
    const token = (await tokens.getByRole('status').locator('code').textContent()) ?? '';
    expect((await new RelayClient(service.url, token).request('GET', '/api/v1/account')).status).toBe(200);
    await tokens.getByRole('button', { name: 'Rename laptop' }).click();
    await tokens.getByLabel('New name').fill('old laptop');
    await tokens.getByRole('button', { name: 'Save' }).click();
    await tokens.getByRole('button', { name: 'Revoke old laptop' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await tokens.getByRole('button', { name: 'Revoke old laptop' }).waitFor({ state: 'detached' });
    expect((await new RelayClient(service.url, token).request('GET', '/api/v1/account')).status).toBe(401);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('say that the service is away, keep what was read, and go on when it is back', async () => {
    const { page } = await pageOf(root, '/#/admin/pool');
    await page.getByRole('button', { name: 'Drain codex-1' }).waitFor();
    await page.route('**/api/v1/**', (route) => route.abort());
    const away = page.getByRole('alert').filter({ hasText: 'The server could not be reached.' });
    await away.getByRole('button', { name: 'Try again' }).waitFor();
    await soon(() => page.getByRole('button', { name: 'Drain codex-1' }).count()).toBe(1);
    await page.getByRole('link', { name: 'Backends' }).click();
    await away.waitFor();
    await page.unroute('**/api/v1/**');
    await page.getByRole('button', { name: 'Test Demo' }).waitFor();
    await away.waitFor({ state: 'detached' });
    await page.close();
  });

  it('name their tabs, and begin at the heading for whoever comes from another page', async () => {
    const { page } = await pageOf(root, '/#/admin/audit?action=sign_in');
    await eventually('it is named', async () => (await page.title()) === 'Audit log · Administration · codex-relay');
    await soon(() => page.getByLabel('Action', { exact: true }).inputValue()).toBe('sign_in');
    await page.getByRole('link', { name: 'Account' }).press('Enter');
    await eventually('the heading has the focus', async () => {
      const focused = await page.evaluate('document.activeElement.tagName + document.activeElement.textContent');
      return focused === 'H1Account' && (await page.title()) === 'Account · codex-relay';
    });
    await page.close();
  });

  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)(
    'have nothing that axe objects to, in the %s theme at %i pixels, and fit 320',
    async (theme, width) => {
      const { page, faults } = await pageOf(root, '/#/projects');
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      const [chat, project] = await Promise.all([idOfFirst('chats'), idOfFirst('projects')]);
      for (const path of pathsOf(chat, project)) {
        await page.setViewportSize({ width, height: 844 });
        await page.goto(`/#${path}`);
        await page.reload();
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.getByText('Loading…').first().waitFor({ state: 'detached' });
        const found = await violationsOf(page);
        await page.setViewportSize({ width: 320, height: 844 });
        const scrolls = await page.evaluate('document.documentElement.scrollWidth');
        expect({ path, found, scrolls }).toEqual({ path, found: [], scrolls: 320 });
      }
      // A file that is not there.
      expect(faults.filter((fault) => !fault.includes('404'))).toEqual([]);
      await page.close();
    },
    300_000,
  );

  async function idOfFirst(kind: 'chats' | 'projects'): Promise<string> {
    const { body } = await root.client.request<{ data: { id: string }[] }>('GET', `/api/v1/${kind}`);
    return body.data[0]?.id ?? '';
  }
});

/** Each page that an address names (hash-route.ts). */
const pathsOf = (chat: string, project: string): string[] => [
  ...['/', '/projects', `/projects/${project}`, '/webhooks', `/chats/${chat}`],
  ...['files', 'file/none.txt', 'changes'].map((view) => `/chats/${chat}/${view}`),
  ...['templates', 'skills', 'mcp-servers'].flatMap((kind) => [`/${kind}`, `/projects/${project}/${kind}`]),
  ...['', '/usage', '/tokens', '/rules'].map((tab) => `/account${tab}`),
  ...['users', 'usage?by=model', 'pool', 'backends', 'keys', 'audit'].map((tab) => `/admin/${tab}`),
];
