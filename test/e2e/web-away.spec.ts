import type { Browser, Locator, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser, openPage } from '../support/browser';
import { freePort } from '../support/free-port';
import { RelayService } from '../support/service';
import { soon } from '../support/soon';

describeInBrowser('a page whose service goes away, and comes back', () => {
  let service: RelayService;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    // Started again, it is at the same address.
    service = await RelayService.start({ environment: { PORT: String(await freePort()) } });
    browser = await launchBrowser();
  }, 120_000);
  beforeEach(async () => {
    // A worker would have kept what the page consists of.
    ({ page } = await openPage(browser, service.url, undefined, 'block'));
  });
  afterEach(() => page?.close());
  afterAll(async () => {
    await browser?.close();
    await service?.dispose();
  });

  const region = (name: string): Locator => page.getByRole('region', { name, exact: true });
  const line = (name: string): Locator => page.getByRole('treeitem', { name, exact: true });
  const alerts = (): Promise<number> => page.getByRole('main').getByRole('alert').count();

  it('shows a file and the folders beside it that were asked for in vain', async () => {
    const { client } = service;
    const { id } = await client.createChat();
    await client.ask(id, 'write: src/notes.txt to be read');
    await page.goto(`/#/chats/${id}/files`);
    await line('src').waitFor();
    await service.kill();
    await page.goto(`/#/chats/${id}/file/src/notes.txt`);
    await region('File').getByRole('alert').getByText('could not be reached').waitFor();
    await region('File').getByRole('button', { name: 'Try again' }).waitFor();
    await page.getByRole('treeitem').filter({ hasText: 'could not be reached' }).first().waitFor();
    await service.restart();
    await region('File').getByText('to be read').waitFor();
    await line('notes.txt').waitFor();
    await soon(() => page.getByRole('treeitem').filter({ hasText: 'could not be reached' }).count()).toBe(0);
    await soon(alerts).toBe(0);
  });

  it('keeps the list of chats and the composer beside a page and a dialog whose code does not come, and has them once it does', async () => {
    const navigation = page.getByRole('navigation', { name: 'Chats', exact: true });
    const message = page.getByRole('textbox', { name: 'Message', exact: true });
    const settings = page.getByRole('button', { name: 'How the agent works' });
    const dialog = page.getByRole('dialog', { name: 'How the agent works' });
    const fault = (place: Locator): Locator => place.getByRole('alert').filter({ hasText: 'could not be loaded' });
    await page.goto('/');
    await message.fill('not to be lost');
    await settings.waitFor();
    await service.kill();
    await settings.click();
    await fault(dialog).waitFor();
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await soon(() => message.inputValue()).toBe('not to be lost');
    await navigation.getByRole('link', { name: 'Account' }).click();
    await page.getByRole('heading', { name: 'This page cannot be shown' }).waitFor();
    await fault(page.getByRole('main')).waitFor();
    await navigation.getByRole('link', { name: 'New chat' }).click();
    await soon(() => message.inputValue()).toBe('not to be lost');
    await navigation.getByRole('link', { name: 'Account' }).click();
    await fault(page.getByRole('main')).waitFor();
    await service.restart();
    await page.getByRole('heading', { name: 'Account', exact: true }).waitFor();
    await soon(alerts).toBe(0);
    await navigation.getByRole('link', { name: 'New chat' }).click();
    await settings.click();
    await dialog.getByRole('combobox').first().waitFor();
  });
});
