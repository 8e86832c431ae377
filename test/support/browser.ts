import { existsSync } from 'node:fs';
import { Browser, chromium, Page } from 'playwright-core';
import { PATIENCE_MS } from './eventually';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
];

/** Path of the installed browser: that of CHROMIUM_PATH, else where distributions put it. */
const executablePath = [process.env.CHROMIUM_PATH ?? '', ...CANDIDATES].find((path) => path !== '' && existsSync(path));

/** A suite that needs a browser. CI has to have one; elsewhere the suite is left out, and says so. */
export function describeInBrowser(name: string, suite: () => void): void {
  if (executablePath !== undefined || process.env.CI === 'true') describe(name, suite);
  else describe.skip(`${name} (left out: no browser; install chromium or set CHROMIUM_PATH)`, suite);
}

export async function launchBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('there is no browser; install chromium or set CHROMIUM_PATH');
  return chromium.launch({ executablePath, args: FLAGS });
}

/**
 * A page with a profile of its own, and what went wrong in it.
 *
 * @param serviceWorkers `block` where files of the page are to be missing: a worker may have kept them
 */
export async function openPage(
  browser: Browser,
  url: string,
  viewport = { width: 1280, height: 800 },
  serviceWorkers: 'allow' | 'block' = 'allow',
): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.newPage({ viewport, baseURL: url, serviceWorkers });
  page.setDefaultTimeout(PATIENCE_MS);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  return { page, faults };
}
