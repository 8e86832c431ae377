import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser, openPage } from '../support/browser';
import { textOf } from '../support/relay-client';
import { RelayService } from '../support/service';

describeInBrowser('branches in the web client', () => {
  let browser: Browser;
  let service: RelayService;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    service = await RelayService.start();
    browser = await launchBrowser();
    ({ page, faults } = await openPage(browser, service.url));
  });
  afterAll(async () => {
    await browser?.close();
    await service?.dispose();
  });

  const conversation = (): Locator => page.getByRole('log', { name: 'Conversation' });

  async function write(text: string): Promise<void> {
    await page.getByRole('textbox', { name: 'Message' }).fill(text);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
  }

  it('brings files back to an earlier turn, and sends an edited message in a branch', async () => {
    const { client } = service;
    const { id } = await client.createChat({ backend: 'demo' });
    await page.goto(`/#/chats/${id}`);
    for (const text of ['one', 'two']) {
      await write(`write: a.txt ${text}`);
      await conversation()
        .getByText(`I wrote a.txt with 1 line`)
        .nth(text === 'one' ? 0 : 1)
        .waitFor();
      await page.getByRole('button', { name: 'Stop the turn' }).waitFor({ state: 'detached' });
    }
    const file = join(service.dataRoot, 'sessions', 'default', id, 'workspace', 'a.txt');
    await page.getByRole('button', { name: 'Undo files to here' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('changes back').waitFor();
    expect(await dialog.textContent()).toContain('a.txt');
    expect(readFileSync(file, 'utf8')).toBe('two\n');
    await dialog.getByRole('button', { name: 'Undo files', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(readFileSync(file, 'utf8')).toBe('one\n');
    await page.getByRole('button', { name: 'Edit' }).nth(1).click();
    await page.getByRole('textbox', { name: 'Edited text' }).fill('write: b.txt three');
    await page.getByRole('button', { name: 'Send in a branch' }).click();
    await conversation().getByText('I wrote b.txt').waitFor();
    const branch = /chats\/([\w-]+)/.exec(page.url())?.[1] ?? '';
    expect(branch).not.toBe(id);
    expect((await client.messages(branch)).filter(({ role }) => role === 'user').map(textOf)).toEqual([
      'write: a.txt one',
      'write: b.txt three',
    ]);
    await page.getByRole('combobox', { name: 'Branches of this chat' }).selectOption(id);
    await conversation().getByText('write: a.txt two').waitFor();
    expect(faults).toEqual([]);
  });
});
