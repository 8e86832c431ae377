import type { Browser } from 'playwright-core';
import { describeInBrowser, launchBrowser, openPage } from '../support/browser';
import { eventually } from '../support/eventually';
import { RelayClient } from '../support/relay-client';
import { RelayService } from '../support/service';
import { soon } from '../support/soon';

interface Hits {
  readonly data: { kind: string; chatId: string; chatTitle: string; snippet: { text: string; isMatch: boolean }[] }[];
}

describe('the search', () => {
  let service: RelayService;
  let client: RelayClient;
  let chatId: string;

  beforeAll(async () => {
    service = await RelayService.start({ environment: { CODEX_POOL_SIZE: '1' } });
    client = service.client;
    ({ id: chatId } = await client.createChat({ backend: 'demo', title: 'Animals' }));
    await client.ask(chatId, 'Where does the wombat <b>sleep</b>?');
  });
  afterAll(() => service?.dispose());

  const search = async (query: string) => client.request<Hits>('GET', `/api/v1/search?${query}`);

  it('finds over HTTP what was said, a moment after it was said', async () => {
    const { data } = await eventually('the message is found', async () => {
      const { body } = await search('q=wombat&kind=message&sort=time');
      return body.data.length > 0 ? body : undefined;
    });
    expect(data.at(-1)).toMatchObject({ kind: 'message', chatId, chatTitle: 'Animals' });
    expect(data.at(-1)?.snippet).toContainEqual({ text: 'wombat', isMatch: true });
    expect((await search('q=numbat')).body.data).toEqual([]);
    for (const query of ['', 'q=', `q=${'x'.repeat(10_000)}`, 'q=a&sort=best', 'q=a&kind=secret']) {
      expect(await search(query)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    }
  });

  describeInBrowser('in the web client', () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await launchBrowser();
    });
    afterAll(() => browser?.close());

    it.each([
      ['on a desk', { width: 1280, height: 800 }, 'light'],
      ['on a phone in the dark', { width: 360, height: 740 }, 'dark'],
    ] as const)('shows %s what was found as plain text, and goes there by the keyboard', async (name, size, scheme) => {
      await eventually(
        'the message is found',
        async () => (await search('q=wombat')).body.data.length > 0 || undefined,
      );
      const { page, faults } = await openPage(browser, service.url, size);
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto('/');
      const menu = page.getByRole('button', { name: 'Open the list of chats' });
      if (await menu.isVisible()) await menu.click();
      const field = page.getByRole('searchbox', { name: 'Search chats' });
      await field.fill('WOMBAT sle');
      const match = page.getByRole('list', { name: 'Matches' }).getByRole('link').filter({ hasText: '<b>sleep</b>' });
      await match.first().waitFor();
      await soon(() => match.first().locator('mark').allTextContents()).toEqual(['wombat', 'sleep']);
      const folder = process.env.SCREENSHOTS;
      if (folder !== undefined) await page.screenshot({ path: `${folder}/search ${name}.png` });
      await field.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByRole('log', { name: 'Conversation' }).getByText('wombat').first().waitFor();
      expect(page.url()).toContain(chatId);
      expect(faults).toEqual([]);
      await page.close();
    });
  });
});
