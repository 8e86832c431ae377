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
  await signedInAs(opened.page, person);
  await opened.page.goto(path);
  return opened;
}

/** Whatever the page is shown next, it is shown to this person. */
export async function signedInAs(page: Page, person: LocalPerson): Promise<void> {
  const cookies = person.cookie.split('; ').map((cookie) => {
    const [name = '', ...value] = cookie.split('=');
    return { name, value: value.join('='), url: person.url };
  });
  await page.context().clearCookies();
  await page.context().addCookies(cookies);
}
