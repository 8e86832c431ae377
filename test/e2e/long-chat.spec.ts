import type { Browser, Locator, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser, openPage } from '../support/browser';
import { eventually } from '../support/eventually';
import { fillChat } from '../support/long-chat';
import { RelayService } from '../support/service';
import { WireBytes } from '../support/wire-bytes';
import { soon } from '../support/soon';

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
  const answer = (turn: number): Locator => conversation().getByText(`Answer ${turn}:`);
  const scroller = () => conversation().locator('xpath=..');
  const fromEnd = (): Promise<number> =>
    scroller().evaluate((it: Scroller) => it.scrollHeight - it.scrollTop - it.clientHeight);
  const scrollTo = (top: number): Promise<void> => scroller().evaluate((it: Scroller, y) => it.scrollTo(0, y), top);

  async function open(viewport?: typeof PHONE): Promise<WireBytes> {
    ({ page, faults } = await openPage(browser, service.url, viewport));
    const bytes = await WireBytes.of(page);
    await page.goto(`/#/chats/${chatId}`);
    await answer(TURNS).waitFor();
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
    await soon(() => rows().last().getAttribute('aria-posinset')).toBe(String(2 * 8));
    await soon(() => fromEnd()).toBeLessThan(50);
    expect(faults).toEqual([]);
    const folder = process.env.SCREENSHOTS;
    if (folder) await page.screenshot({ path: `${folder}/long-chat-${what}.png` });
  });

  const rows = (): Locator => conversation().getByRole('article');
  /** The row with this number, as screen readers are told it. */
  const rowOf = (turn: number): Locator => rows().filter({ hasText: `Question ${turn}:` });
  /** Others may not be drawn any more in a moment; just after the view was moved there may be none yet. */
  const rowInView = async (): Promise<Locator> => {
    const inView = `[...document.querySelectorAll('[role=log] [data-entry]')].find((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return top < innerHeight / 2 && bottom > innerHeight / 2;
    })?.dataset.entry`;
    const entry = await eventually('a row is in view', () => page.evaluate<string | undefined>(inView));
    return conversation().locator(`[data-entry="${entry}"]`);
  };
  const topOf = async (place: Locator): Promise<number> => (await place.boundingBox())?.y ?? NaN;
  const scrollUpTo = (place: Locator): Promise<true> =>
    eventually('it is drawn', async () => {
      if ((await place.count()) > 0) return true;
      await scrollTo((await scroller().evaluate((it: Scroller) => it.scrollTop)) - 600);
      return false;
    });
  /** Up to what was there first, page by page. */
  async function pageToTop(): Promise<void> {
    await eventually('the first turn is there', async () => {
      if ((await question(1).count()) > 0) return true;
      await scrollTo(0);
      return false;
    });
    await scrollTo(0);
    await question(1).waitFor();
  }

  it('loads what came before when the reader comes near, keeps in place what is read, and draws only what is near', async () => {
    await open();
    await soon(() => rows().last().getAttribute('aria-setsize')).toBe('-1');
    await scrollTo(300);
    const read = await rowInView();
    const before = await topOf(read);
    await page.getByRole('button', { name: 'Show earlier messages' }).waitFor({ state: 'detached' });
    await page.waitForLoadState('networkidle');
    expect(Math.abs((await topOf(read)) - before)).toBeLessThan(4);
    await pageToTop();
    await soon(() => answer(TURNS).count()).toBe(0);
    await soon(() => rows().count()).toBeLessThan(16);
    await soon(() => rows().first().getAttribute('aria-posinset')).toBe('1');
    await soon(() => rows().first().getAttribute('aria-setsize')).toBe(String(2 * TURNS));
    expect(faults).toEqual([]);
  });

  it('keeps what has the focus, what is selected and what was typed, however far it is', async () => {
    await open();
    await scrollUpTo(question(TURNS));
    await rowOf(TURNS).getByRole('button', { name: 'Edit', exact: true }).click();
    await page.getByRole('textbox', { name: 'Edited text' }).fill('Something else');
    await pageToTop();
    await soon(() => page.getByRole('textbox', { name: 'Edited text' }).inputValue()).toBe('Something else');
    await soon(() => page.evaluate('document.activeElement.name')).toBe('text');
    await rowOf(1).locator('p[dir]').selectText();
    const selected = (): Promise<string> => page.evaluate('String(document.getSelection())');
    const words = await selected();
    expect(words).toContain('Question 1:');
    await page.getByRole('button', { name: 'Scroll to the end' }).click();
    await answer(TURNS).waitFor();
    await eventually('the rows between are not drawn any more', async () => (await question(3).count()) === 0);
    await soon(() => selected()).toBe(words);
    await page.evaluate(`window.dispatchEvent(new Event('beforeprint'))`);
    await soon(() => rows().count()).toBe(2 * TURNS);
    await page.evaluate(`window.dispatchEvent(new Event('afterprint'))`);
    await eventually('the rest is not drawn any more', async () => (await rows().count()) < TURNS);
  });

  it('leads to the turn of a link, and to what was searched for in the chat, with the earlier turns loaded', async () => {
    await open();
    const { turns } = await service.client
      .request<{ turns: { turn: { id: string } }[] }>('GET', `/api/v1/chats/${chatId}/state?turns=25`)
      .then(({ body }) => body);
    await page.evaluate(`location.hash = '#/chats/${chatId}/turns/${turns[3]?.turn.id}'`);
    await question(4).waitFor();
    const top = await topOf(scroller());
    await eventually('it is at the top', async () => Math.abs((await topOf(rowOf(4))) - top - 16) < 4);
    await soon(() => page.evaluate('document.activeElement.textContent')).toContain('Question 4:');
    await soon(() => page.evaluate('location.hash')).toBe(`#/chats/${chatId}`);
    await page.getByRole('button', { name: 'Search in this chat' }).click();
    await page.getByRole('searchbox', { name: 'Words to search for in this chat' }).fill('Question 19');
    await page
      .getByRole('list', { name: 'Matches' })
      .getByRole('link', { name: /Question 19/ })
      .first()
      .click();
    await eventually('it is at the top', async () => {
      const edge = await topOf(scroller());
      return Math.abs((await topOf(rowOf(19))) - edge - 16) < 4;
    });
    await page.getByRole('button', { name: 'Close the search' }).click();
    await page.evaluate(`location.hash = '#/chats/${chatId}/turns/no-such-turn'`);
    await page.getByText('This chat does not have the turn of the link.').waitFor();
    expect(faults).toEqual([]);
  });

  it('fetches the whole of a long output when it is asked for', async () => {
    await open();
    const showAll = page.getByRole('button', { name: /^Show all of it/ });
    // Output is drawn when it comes near.
    const pane = page.locator('div:has(> pre[aria-label="Output"])').filter({ has: showAll }).last();
    const button = pane.getByRole('button', { name: /^Show all of it/ });
    const output = pane.getByLabel('Output', { exact: true });
    await eventually('an output that is here in part is near', async () => {
      const isThere = (await pane.count()) > 0;
      if (!isThere) await scrollTo((await scroller().evaluate((it: Scroller) => it.scrollTop)) - 500);
      return isThere;
    });
    const preview = (await output.textContent())?.length ?? 0;
    const longest = async (): Promise<number> => {
      const outputs = await page.getByLabel('Output', { exact: true }).allTextContents();
      return Math.max(...outputs.map(({ length }) => length));
    };
    await soon(() => longest()).toBeLessThanOrEqual(1_500);
    await button.click();
    await eventually('the whole output is there', async () => (await longest()) > 1_500);
    expect(preview).toBeLessThanOrEqual(1_500);
    expect(faults).toEqual([]);
  });

  it('goes on live from there, also after the connection was lost', async () => {
    await open();
    const { client } = service;
    const shown = (text: string): Locator => conversation().getByText(text, { exact: true }).first();
    await client.ask(chatId, 'first live');
    await shown('first live').waitFor();
    await soon(() => fromEnd()).toBeLessThan(4);
    const end = await scroller().evaluate((it: Scroller) => it.scrollTop);
    await scrollTo(end - 700);
    const read = await rowInView();
    const before = await topOf(read);
    await client.ask(chatId, 'unseen');
    await eventually('there is more at the end', async () => (await fromEnd()) > 710);
    expect(Math.abs((await topOf(read)) - before)).toBeLessThan(4);
    await page.getByRole('button', { name: 'Scroll to the end' }).click();
    await shown('unseen').waitFor();
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
    await soon(() => fromEnd()).toBeLessThan(4);
  });
});
