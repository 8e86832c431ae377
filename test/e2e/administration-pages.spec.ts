import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser, openPage } from '../support/browser';
import { LocalPerson } from '../support/local-person';
import { RelayService } from '../support/service';

describeInBrowser('the pages of people and of administrators', () => {
  let service: RelayService;
  let browser: Browser;
  let root: LocalPerson;
  let ada: LocalPerson;

  beforeAll(async () => {
    service = await RelayService.start({
      environment: { SECURITY_METHOD: 'Local', CODEX_POOL_SIZE: '1', API_REQUESTS_PER_MINUTE: '0' },
    });
    root = await LocalPerson.first(service);
    ada = await root.invite('ada');
    browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await service?.dispose();
  });

  async function pageOf(person: LocalPerson | null, path: string): Promise<{ page: Page; faults: string[] }> {
    const opened = await openPage(browser, service.url);
    for (const cookie of person?.cookie.split('; ') ?? []) {
      const [name = '', ...value] = cookie.split('=');
      await opened.page.context().addCookies([{ name, value: value.join('='), url: service.url }]);
    }
    await opened.page.goto(path);
    return opened;
  }

  it('share a project with a member, who sees its chat with names and cannot administer', async () => {
    const { page, faults } = await pageOf(root, '/#/projects');
    await page.getByLabel('Name', { exact: true }).fill('Website');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('link', { name: 'Website' }).click();
    await page.getByLabel('Id or address of a user').fill(ada.id);
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByLabel("Role of ada's name").selectOption('owner');
    await page.getByText("ada's name").waitFor();

    await page.getByLabel('Project').selectOption({ label: 'Website' });
    await page.getByRole('link', { name: 'New chat' }).click();
    await page.getByRole('textbox', { name: 'Message' }).fill('run: echo hello-from-root');
    await page.keyboard.press('Enter');
    await page.getByText('hello-from-root').nth(1).waitFor();
    const chat = new URL(page.url()).hash;

    const member = await pageOf(ada, `/${chat}`);
    await member.page.getByLabel("Message of root's name").waitFor();
    expect(await member.page.getByRole('link', { name: 'Admin' }).count()).toBe(0);
    await member.page.goto('/#/admin');
    await member.page.getByText('Only administrators see these pages.').waitFor();
    expect([faults, member.faults]).toEqual([[], []]);
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

    const reader = await pageOf(null, link);
    await reader.page.getByText('made-in-the-workspace').first().waitFor();
    expect(await reader.page.getByRole('textbox').count()).toBe(0);
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('There is no link to this chat.').or(page.getByText('Ended')).waitFor();
    await reader.page.reload();
    await reader.page.getByText('This link shows nothing').waitFor();
    expect(faults).toEqual([]);
    // The refusal of the link that was withdrawn.
    expect(reader.faults.filter((fault) => !fault.includes('404'))).toEqual([]);
    await page.close();
    await reader.page.close();
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
    await row.getByRole('button', { name: 'Disable' }).click();
    await row.getByText('disabled since').waitFor();
    expect((await ben.inBrowser('GET', '/api/v1/account')).status).toBe(401);
    await row.getByRole('button', { name: 'Erase', exact: true }).click();
    await row.getByRole('textbox').fill("ben's name");
    await row.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByText('Nobody.').waitFor();

    await page.getByRole('link', { name: 'Usage' }).click();
    await page.getByRole('region', { name: 'By user' }).getByText("ada's name").waitFor();
    await page.getByRole('link', { name: 'Pool' }).click();
    await page.getByRole('button', { name: 'Drain' }).waitFor();
    await page
      .getByText(/codex-1 .*→ ready/)
      .first()
      .waitFor();
    await page.getByRole('link', { name: 'Backends' }).click();
    await page.getByRole('button', { name: /^Test/ }).click();
    await page.getByText(/^Answered in/).waitFor();

    await page.getByRole('link', { name: 'Gateway keys' }).click();
    await page.getByLabel('What it is for').fill('CI of the shop');
    await page.getByLabel('Whose').selectOption('service');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('of the service').waitFor();
    const key = (await page.getByRole('status').locator('code').textContent()) ?? '';
    await page.getByRole('link', { name: 'Audit log' }).click();
    await page.getByRole('textbox', { name: 'Action' }).fill('gateway_key.');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByText('gateway_key.created').waitFor();
    expect(await page.content()).not.toContain(key);

    await page.goto('/#/account');
    await page.getByRole('region', { name: 'Limits' }).getByText('Turns a minute').waitFor();
    await page.getByText('Nothing: the agent asks each time.').waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });
});
