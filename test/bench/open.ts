import type { Browser } from 'playwright-core';
import { launchBrowser, openPage } from '../support/browser';
import { median, print, rounded } from '../support/figures';
import { fillChat } from '../support/long-chat';
import { RelayService } from '../support/service';
import { WireBytes } from '../support/wire-bytes';
import { judged } from './target';

const SIZE = { turns: 25, words: 15_000, actions: 300 };
const ROUNDS = 10;
const MAX_KB = 300;
const MAX_MS = 500;

/** Bytes on the wire, and milliseconds to the text. */
type Opened = Readonly<Record<'data' | 'total' | 'coldMs' | 'warmMs', number>>;

/** A long chat opened in Chromium: bytes on the wire, and the time to its text. */
export async function open(): Promise<void> {
  print(`\na chat of ${SIZE.words} words and ${SIZE.actions} actions, opened ${ROUNDS} times`);
  const service = await RelayService.start({ environment: { LOG_LEVEL: 'warn', CODEX_POOL_SIZE: '1' } });
  const browser = await launchBrowser();
  try {
    const { id } = await service.client.createChat({ backend: 'demo' });
    await fillChat(service, id, SIZE);
    await measure(service, browser, id);
  } finally {
    await browser.close();
    await service.dispose();
  }
}

async function measure(service: RelayService, browser: Browser, chatId: string): Promise<void> {
  const state = `${service.url}/api/v1/chats/${chatId}/state`;
  const serverMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++)
    serverMs.push(await timed(async () => (await fetch(state)).arrayBuffer()));
  const opened: Opened[] = [];
  for (let round = 0; round < ROUNDS; round++) opened.push(await openOnce(service, browser, chatId));
  const of = (key: keyof Opened): number => median(opened.map((one) => one[key]));
  print(`  the state, at a client without compression: ${rounded(median(serverMs))} ms`);
  print(`  data of the chat on the wire: ${judged(of('data') / 1_000, { atMost: MAX_KB, unit: ' KB' })}`);
  print(`  with page, scripts and styles, nothing cached: ${rounded(of('total') / 1_000)} KB`);
  print(`  from the list to the text: ${judged(of('warmMs'), { atMost: MAX_MS, unit: ' ms' })}`);
  print(`  the page loaded anew, to the text: ${rounded(of('coldMs'))} ms`);
}

/** Loads the page on the chat with an empty cache; then leaves the chat, and opens it from the list. */
async function openOnce(service: RelayService, browser: Browser, chatId: string): Promise<Opened> {
  const { page } = await openPage(browser, service.url);
  try {
    const bytes = await WireBytes.of(page);
    const text = page.getByText(`Answer ${SIZE.turns}:`);
    const coldMs = await timed(async () => {
      await page.goto(`/#/chats/${chatId}`);
      await text.waitFor();
    });
    await page.waitForLoadState('networkidle');
    const { data, total } = bytes;
    await page.goto('/#/');
    await text.waitFor({ state: 'detached' });
    const warmMs = await timed(async () => {
      await page.evaluate(`location.hash = '#/chats/${chatId}'`);
      await text.waitFor();
    });
    return { data, total, coldMs, warmMs };
  } finally {
    await page.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
