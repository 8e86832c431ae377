import type { Browser, Page } from 'playwright-core';
import { openPage } from './browser';
import type { LocalPerson } from './local-person';

/** A page of the browser of somebody who is signed in, and what went wrong in it. */
export async function openAs(
  browser: Browser,
  person: LocalPerson,
  path: string,
): Promise<{ page: Page; faults: string[] }> {
  const opened = await openPage(browser, person.url);
  for (const cookie of person.cookie.split('; ')) {
    const [name = '', ...value] = cookie.split('=');
    await opened.page.context().addCookies([{ name, value: value.join('='), url: person.url }]);
  }
  await opened.page.goto(path);
  return opened;
}
