import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  violations: { id: string; nodes: { html: string }[] }[];
}

/** Resolves when no colour changes any more: what was set, another theme say, is drawn by then. */
const SETTLED = `(async () => {
  for (let frames = 0; frames < 2; frames++) await new Promise((resolve) => requestAnimationFrame(resolve));
  const transitions = document.getAnimations().filter((each) => each instanceof CSSTransition);
  await Promise.allSettled(transitions.map(({ finished }) => finished));
})()`;

/** What axe objects to once the page is drawn: the rule, and the elements that break it. */
export async function violationsOf(page: Page): Promise<[rule: string, elements: string[]][]> {
  await page.evaluate(SETTLED);
  await page.evaluate(AXE);
  const { violations }: AxeResult = await page.evaluate('axe.run()');
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

/** What stands out at the side of the page, but for what scrolls by itself. */
export const standingOut = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('main *')]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !element.closest('nav, pre, .sr-only'))
    .map((element) => element.outerHTML.slice(0, 120))`);
