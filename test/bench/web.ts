import type { Browser, Locator, Page } from 'playwright-core';
import { launchBrowser, openPage } from '../support/browser';
import { eventually } from '../support/eventually';
import { median, print, rounded } from '../support/figures';
import { fillChat, type LongChat } from '../support/long-chat';
import { startScriptedModel } from '../support/scripted-model';
import { deltasReply } from '../support/scripted-reply';
import { RelayService } from '../support/service';
import { WireBytes } from '../support/wire-bytes';
import { type Busy, type Held, PageFigures } from './browsing/page-figures';
import { judged } from './target';

/** Of some 20 events a turn: 1,000 and 10,000. */
const SHORT: LongChat = { turns: 50, words: 3_000, actions: 30 };
const LONG: LongChat = { turns: 500, words: 30_000, actions: 300 };
/** Some 10,000 events in few turns: what an agent does in hours. */
const DENSE: LongChat = { turns: 20, words: 4_000, actions: 3_000 };
const CHATS = 1_000;
const STREAMED_WORDS = 3_000;
const FIRST_LOADS = 5;
const WAIT_MS = 300_000;

/** Where the page was left, and what it cost to get there. */
interface Seen {
  readonly busy: Busy;
  readonly held: Held;
  readonly ms: number;
}

/** The web client in Chromium: what it loads, holds and is busy with, in chats of several lengths and a long list of them. */
export async function web(): Promise<void> {
  const model = await startScriptedModel(deltasReply(STREAMED_WORDS, { delayMs: 2 }));
  const environment = { LOG_LEVEL: 'warn', CODEX_POOL_SIZE: '1' };
  const service = await RelayService.start({ modelUrl: model.url, environment });
  const browser = await launchBrowser();
  try {
    await firstLoad(browser, service);
    const { client } = service;
    const [empty, short, long, dense] = await Promise.all([1, 2, 3, 4].map(() => client.createChat()));
    if (!empty || !short || !long || !dense) throw new Error('there are no chats');
    await fillChat(service, short.id, SHORT);
    await fillChat(service, long.id, LONG);
    await fillChat(service, dense.id, DENSE);
    const few = await read(browser, service, short.id, SHORT);
    const many = await read(browser, service, long.id, LONG);
    print(`  nodes after ${LONG.turns} turns against ${SHORT.turns}: ${ratio(many.held.nodes, few.held.nodes)}`);
    print(`  heap of them: ${ratio(many.held.heapMb, few.held.heapMb)}`);
    await read(browser, service, dense.id, DENSE);
    const alone = await stream(browser, service, empty.id, 'in an empty chat');
    const behind = await stream(browser, service, long.id, `behind ${LONG.turns} turns that were all looked at`, LONG);
    print(`  busy with it behind them against alone: ${ratio(behind.busy.blockedMs, alone.busy.blockedMs)}`);
    await list(browser, service);
  } finally {
    await browser.close();
    await service.dispose();
    await model.stop();
  }
}

const PAINTED = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime`;

const ratio = (one: number, other: number): string => judged(one / other, { atMost: 1.5 });

const worded = ({ busy, held, ms }: Seen): string =>
  [
    `${rounded(ms / 1_000)} s`,
    `${busy.longTasks} long tasks (longest ${rounded(busy.longestMs, 0)} ms, together ${rounded(busy.blockedMs / 1_000, 2)} s)`,
    `${busy.lateFrames} of ${busy.frames} frames late`,
    `${held.nodes} nodes, ${rounded(held.heapMb)} MB`,
  ].join('; ');

async function firstLoad(browser: Browser, service: RelayService): Promise<void> {
  const first: number[] = [];
  let kinds = new Map<string, number>();
  for (let round = 0; round < FIRST_LOADS; round++) {
    const { page } = await openPage(browser, service.url);
    const bytes = await WireBytes.of(page);
    await page.goto('/');
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    await page.waitForLoadState('networkidle');
    first.push(await eventually('something is painted', () => page.evaluate<number | undefined>(PAINTED)));
    kinds = bytes.byKind;
    await page.close();
  }
  const all = [...kinds].map(([kind, count]) => `${kind} ${rounded(count / 1_000)} KB`);
  print(`  the page, nothing cached: ${all.join(', ')}; first content after ${rounded(median(first), 0)} ms`);
}

interface Open {
  readonly page: Page;
  readonly figures: PageFigures;
  readonly close: () => Promise<void>;
}

async function openChat(browser: Browser, service: RelayService, chatId: string, size?: LongChat): Promise<Open> {
  const { page } = await openPage(browser, service.url);
  page.setDefaultTimeout(WAIT_MS);
  const figures = await PageFigures.of(page);
  await page.goto(`/#/chats/${chatId}`);
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  if (size) await page.getByText(`Answer ${size.turns}:`).waitFor();
  await page.waitForLoadState('networkidle');
  return { page, figures, close: () => page.close() };
}

const conversation = (page: Page): Locator => page.getByRole('log', { name: 'Conversation' });
const scroll = (page: Page, top: string): Promise<void> =>
  page.evaluate(`(() => { const it = document.querySelector('[role=log]').parentElement; it.scrollTop = ${top}; })()`);

/** From the end of a chat to its beginning, and down again by steps of a screen. */
async function read(browser: Browser, service: RelayService, chatId: string, size: LongChat): Promise<Seen> {
  const startedAt = performance.now();
  const { page, figures, close } = await openChat(browser, service, chatId, size);
  const state = async (since: number): Promise<Seen> => {
    return { busy: await figures.busy(), ms: performance.now() - since, held: await figures.held() };
  };
  print(`  ${size.turns} turns, ${size.words} words, ${size.actions} actions`);
  print(`    opened: ${worded(await state(startedAt))}`);
  await figures.begin();
  const pagedAt = performance.now();
  const first = conversation(page).getByText('Question 1:');
  while ((await first.count()) === 0) await scroll(page, '0');
  await scroll(page, '0');
  await first.waitFor();
  const top = await state(pagedAt);
  print(`    paged to its beginning: ${worded(top)}`);
  await figures.begin();
  const downAt = performance.now();
  await page.evaluate(DOWN);
  print(`    scrolled to its end, a screen every 50 ms: ${worded(await state(downAt))}`);
  await close();
  return top;
}

const DOWN = `new Promise((resolve) => {
  const it = document.querySelector('[role=log]').parentElement;
  const timer = setInterval(() => {
    const before = it.scrollTop;
    it.scrollTop += it.clientHeight;
    if (it.scrollTop !== before) return;
    clearInterval(timer);
    resolve();
  }, 50);
})`;

/** A long answer, as it comes. */
async function stream(
  browser: Browser,
  service: RelayService,
  chatId: string,
  where: string,
  size?: LongChat,
): Promise<Seen> {
  const { page, figures, close } = await openChat(browser, service, chatId, size);
  if (size) {
    while ((await conversation(page).getByText('Question 1:').count()) === 0) await scroll(page, '0');
    await scroll(page, 'it.scrollHeight');
    await conversation(page).getByText(`Answer ${size.turns}:`).waitFor();
  }
  await figures.begin();
  const startedAt = performance.now();
  await page.getByRole('textbox', { name: 'Message' }).fill('go');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await conversation(page)
    .getByText(`word${STREAMED_WORDS - 1}`)
    .waitFor();
  const seen = { busy: await figures.busy(), ms: performance.now() - startedAt, held: await figures.held() };
  print(`  an answer of ${STREAMED_WORDS} words ${where}: ${worded(seen)}`);
  await close();
  return seen;
}

/** All chats of a long list, page by page. */
async function list(browser: Browser, service: RelayService): Promise<void> {
  for (let made = 0; made < CHATS; made += 50) {
    await Promise.all(Array.from({ length: 50 }, () => service.client.createChat()));
  }
  const { page } = await openPage(browser, service.url);
  page.setDefaultTimeout(WAIT_MS);
  const figures = await PageFigures.of(page);
  await page.goto('/');
  const rows = page.locator('a[data-row]');
  await rows.first().waitFor();
  await page.waitForLoadState('networkidle');
  const opened = { busy: await figures.busy(), ms: 0, held: await figures.held() };
  print(`  ${CHATS} chats, the first of them: ${worded(opened)}`);
  const startedAt = performance.now();
  const more = page.getByRole('button', { name: 'Load more' });
  for (let shown = 0; (await more.count()) > 0; shown = await rows.count()) {
    await more.click();
    await eventually('more are there', async () => (await rows.count()) > shown, WAIT_MS);
  }
  const all = { busy: await figures.busy(), ms: performance.now() - startedAt, held: await figures.held() };
  print(`  all ${await rows.count()} of them: ${worded(all)}`);
  await figures.begin();
  const changedAt = performance.now();
  for (let turn = 0; turn < 20; turn++) await service.client.createChat();
  await eventually('all are there', async () => (await rows.count()) >= CHATS + 20, WAIT_MS);
  const changed = { busy: await figures.busy(), ms: performance.now() - changedAt, held: await figures.held() };
  print(`  20 more that come in: ${worded(changed)}`);
  await page.close();
}
