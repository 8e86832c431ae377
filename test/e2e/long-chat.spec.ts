import type { Browser, Locator, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser, openPage } from '../support/browser';
import { eventually } from '../support/eventually';
import { fillChat } from '../support/long-chat';
import { RelayService } from '../support/service';
import { WireBytes } from '../support/wire-bytes';

const TURNS = 25;
const WORDS = 15_000;
const ACTIONS = 300;
const PHONE = { width: 360, height: 740 };

/** What scrolls, as the page sees it. */
interface Scroller {
  readonly scrollHeight: number;
  readonly scrollTop: number;
  readonly clientHeight: number;
  scrollTo(x: number, y: number): void;
}

describeInBrowser('a chat of 15,000 words and 300 actions in the web client', () => {
  let browser: Browser;
  let service: RelayService;
  let chatId: string;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    service = await RelayService.start({ environment: { CODEX_POOL_SIZE: '1' } });
    chatId = (await service.client.createChat({ backend: 'demo' })).id;
    await fillChat(service, chatId, { turns: TURNS, words: WORDS, actions: ACTIONS });
    browser = await launchBrowser();
  }, 120_000);
  afterEach(() => page?.close());
  afterAll(async () => {
    await browser?.close();
    await service?.dispose();
  });

  const conversation = (): Locator => page.getByRole('log', { name: 'Conversation' });
  const question = (turn: number): Locator => conversation().getByText(`Question ${turn}:`);
  const scroller = () => conversation().locator('xpath=..');
  const fromEnd = (): Promise<number> =>
    scroller().evaluate((it: Scroller) => it.scrollHeight - it.scrollTop - it.clientHeight);
  const scrollTo = (top: number): Promise<void> => scroller().evaluate((it: Scroller, y) => it.scrollTo(0, y), top);

  async function open(viewport?: typeof PHONE): Promise<WireBytes> {
    ({ page, faults } = await openPage(browser, service.url, viewport));
    const bytes = await WireBytes.of(page);
    await page.goto(`/#/chats/${chatId}`);
    await question(TURNS).waitFor();
    await page.waitForLoadState('networkidle');
    return bytes;
  }

  it.each([
    { what: 'desktop', viewport: { width: 1280, height: 800 } },
    { what: 'phone', viewport: PHONE },
  ])('opens with less than 300 KB on the wire, its end in sight ($what)', async ({ what, viewport }) => {
    const bytes = await open(viewport);
    expect(bytes.data).toBeGreaterThan(20_000);
    expect(bytes.data).toBeLessThan(300_000);
    expect(await question(TURNS - 7).count()).toBe(1);
    expect(await question(1).count()).toBe(0);
    expect(await fromEnd()).toBeLessThan(50);
    expect(faults).toEqual([]);
    const folder = process.env.SCREENSHOTS;
    if (folder) await page.screenshot({ path: `${folder}/long-chat-${what}.png` });
  });

  it('loads what came before when the reader comes near, and keeps in place what is read', async () => {
    await open();
    const earliest = async (): Promise<string> => (await conversation().locator('> *').first().textContent()) ?? '';
    const first = await earliest();
    const anchor = conversation().getByText(first.slice(0, 30)).first();
    await scrollTo(300);
    const topOf = async (): Promise<number> => (await anchor.boundingBox())?.y ?? NaN;
    const before = await topOf();
    await question(1).waitFor({ state: 'attached' });
    await page.waitForTimeout(300);
    expect(Math.abs((await topOf()) - before)).toBeLessThan(40);
    await scrollTo(0);
    await question(1).waitFor();
    expect(await page.getByRole('button', { name: 'Show earlier messages' }).count()).toBe(0);
    expect(
      await conversation()
        .getByText(/^Question \d+:/)
        .count(),
    ).toBe(TURNS);
    expect(faults).toEqual([]);
  });

  it('fetches the whole of a long output when it is asked for', async () => {
    await open();
    const button = page.getByRole('button', { name: /^Show all of it/ }).last();
    const group = page.getByRole('group').filter({ has: button }).last();
    const output = group.getByLabel('Output');
    const preview = (await output.textContent())?.length ?? 0;
    const buttons = (): Promise<number> => page.getByRole('button', { name: /^Show all of it/ }).count();
    const cut = await buttons();
    await button.click();
    await eventually('the whole output is there', async () => (await buttons()) < cut);
    const outputs = await page.getByLabel('Output').allTextContents();
    const longest = Math.max(...outputs.map(({ length }) => length));
    expect(preview).toBeLessThanOrEqual(1_500);
    expect(longest).toBeGreaterThan(1_500);
    expect(faults).toEqual([]);
  });

  it('goes on live from there, also after the connection was lost', async () => {
    await open();
    const { client } = service;
    const shown = (text: string): Locator => conversation().getByText(text, { exact: true }).first();
    await client.ask(chatId, 'first live');
    await shown('first live').waitFor();
    const { port } = new URL(service.url);
    await service.kill();
    await page.getByText('Reconnecting…').waitFor();
    await service.restart({ PORT: port });
    const bytes = await WireBytes.of(page);
    await page.getByText('Reconnecting…').waitFor({ state: 'detached' });
    await client.ask(chatId, 'second live');
    await shown('second live').waitFor();
    // It asks for what it has missed, and for nothing that it has.
    expect(bytes.answers.filter(({ path }) => path.endsWith('/state'))).toEqual([]);
    expect(
      await conversation()
        .getByText(/^Question \d+:/)
        .count(),
    ).toBeGreaterThanOrEqual(8);
  });
});
