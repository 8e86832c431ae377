import type { Browser, Locator, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser } from '../support/browser';
import { LocalPerson } from '../support/local-person';
import { openAs } from '../support/person-page';
import { RelayService } from '../support/service';
import { soon } from '../support/soon';

/** What has the focus: its role or element, and its name or first line. */
const FOCUSED = `(() => {
  const { activeElement: at } = document;
  const name = at.getAttribute('aria-label') || at.textContent.trim().split('\\n')[0].slice(0, 60);
  return (at.getAttribute('role') ?? at.localName) + ': ' + (at === document.body ? 'nothing' : name);
})()`;

describeInBrowser('the web client by the keyboard', () => {
  let browser: Browser;
  let service: RelayService;
  let root: LocalPerson;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    const environment = { SECURITY_METHOD: 'Local', CODEX_SANDBOX_MODE_MAX: 'danger-full-access' };
    service = await RelayService.start({ environment: { ...environment, DEMO_WORD_DELAY_MS: '20' } });
    root = await LocalPerson.first(service);
    browser = await launchBrowser();
  }, 120_000);
  afterEach(async () => {
    await page?.close();
    expect(faults).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.dispose();
  });

  const open = async (path: string): Promise<void> => {
    ({ page, faults } = await openAs(browser, root, path));
  };
  const focused = () => soon(() => page.evaluate(FOCUSED));
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const button = (name: string | RegExp, place: Page | Locator = page): Locator =>
    place.getByRole('button', { name, exact: true });
  const enter = async (control: Locator): Promise<void> => {
    await control.focus();
    await press('Enter');
  };
  const write = async (text: string): Promise<void> => {
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill(text);
    await press('Enter');
  };

  it('keeps the focus at the answered question, the searched output, the edited message and the withdrawn rule', async () => {
    const { id } = await root.client.createChat({ title: 'By keys' });
    await root.client.ask(id, 'run: seq 40');
    await open(`/#/chats/${id}`);
    // Which takes the focus, once it is there.
    await focused().toBe('textarea: Message');
    await enter(button('Search in this chat'));
    await focused().toBe('input: Words to search for in this chat');
    await press('Escape');
    await focused().toBe('button: Search in this chat');
    // It is drawn when it comes near.
    await page.getByRole('log').locator('details', { hasText: 'seq 40' }).first().scrollIntoViewIfNeeded();
    await enter(button('Search in the output'));
    await focused().toBe('input: Words to search for in the output');
    await press('Escape');
    await focused().toBe('button: Search in the output');
    await enter(page.getByRole('log').getByRole('button', { name: 'Edit', exact: true }));
    await focused().toBe('textarea: Edited text');
    await press('Tab', 'Enter');
    await focused().toBe('button: Edit');

    await write('approve: touch here');
    await enter(button('Allow, and always in this chat'));
    await focused().toMatch(/^summary: Answered/);
    await enter(button('Share this chat'));
    const links = page.getByRole('dialog', { name: 'Share this chat' });
    await enter(button('Make a link', links));
    await enter(button('Withdraw', links));
    await focused().toBe('h2: Share this chat');
    await press('Escape');
    await page.goto('/#/account/rules');
    await page.getByRole('link', { name: /^touch here.*By keys/ }).waitFor();
    await enter(button('Withdraw touch here'));
    await focused().toBe('h2: Always allowed');
  });

  it('keeps the focus among what waits, whatever is done to it, and behind a menu that is left', async () => {
    const { id } = await root.client.createChat({ title: 'Waiting' });
    await open(`/#/chats/${id}`);
    const row = (number: number): Locator =>
      page.getByRole('listitem', { name: `Waiting message ${number}`, exact: true });
    await write('slow: 5000');
    await page.getByText('word3 ').waitFor();
    for (const [index, text] of ['one', 'two', 'three'].entries()) {
      await write(text);
      await row(index + 1)
        .getByText(text, { exact: true })
        .waitFor();
    }
    await enter(button('Move up', row(2)));
    await row(1).getByText('two', { exact: true }).waitFor();
    await focused().toBe('button: Move up');
    await press('Tab', 'Enter');
    await row(2).getByText('two', { exact: true }).waitFor();
    await focused().toBe('button: Move down');
    await enter(button('Edit', row(2)));
    await focused().toBe('textarea: Edit the message');
    await page.keyboard.type(' and more');
    await press('Enter');
    await row(2).getByText('two and more', { exact: true }).waitFor();
    await focused().toBe('button: Edit');
    await press('Enter');
    await focused().toBe('textarea: Edit the message');
    await press('Escape');
    await focused().toBe('button: Edit');
    await press('Tab', 'Enter');
    await row(3).waitFor({ state: 'detached' });
    await focused().toBe('button: Remove');
    await soon(() => button('Remove', row(2)).and(page.locator(':focus')).count()).toBe(1);

    await enter(button('Stop the turn'));
    await focused().toBe('menuitem: Stop, and go on with what waits');
    await press('Escape');
    await focused().toBe('button: Stop the turn');
    await press('Enter');
    await page.getByRole('menuitem').first().waitFor();
    await page.getByRole('heading', { name: 'Waiting', exact: true }).click();
    await soon(() => page.getByRole('menuitem').count()).toBe(0);
    await enter(button('Remove', row(2)));
    await row(2).waitFor({ state: 'detached' });
    await press('Enter');
    await focused().toBe('textarea: Message');
  });

  it('leads into the list of chats on a phone, and back out of it', async () => {
    await open('/');
    await page.setViewportSize({ width: 390, height: 800 });
    await enter(button('Open the list of chats'));
    await focused().toMatch(/^aside: List of chats/);
    await press('Shift+Tab');
    await focused().toBe('button: Close the list of chats');
    await press('Enter');
    await focused().toBe('button: Open the list of chats');
    await press('Enter');
    await focused().toMatch(/^aside/);
    await press('Escape');
    await focused().toBe('button: Open the list of chats');
    await press('Control+k');
    await focused().toBe('input: Search chats');
  });

  it('keeps the focus on the row of a chat that is pinned, or whose new name is given up', async () => {
    for (const title of ['Pinned by key', 'Another']) await root.client.createChat({ title });
    await open('/');
    const row = (title: string): Locator =>
      page.getByRole('navigation').getByRole('link', { name: title, exact: true });
    await row('Pinned by key').focus();
    await press('p');
    await page.getByRole('region', { name: 'Pinned', exact: true }).getByText('Pinned by key').waitFor();
    await focused().toBe('a: Pinned by key');
    await press('F2');
    await focused().toBe('input: Title of the chat');
    await press('Escape');
    await focused().toBe('a: Pinned by key');
    await press('F2');
    await page.keyboard.type('Named');
    await press('Enter');
    await focused().toBe('a: Named');
  });
});
