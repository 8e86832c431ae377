import type { Page, Worker } from 'playwright-core';

interface Registrations {
  readonly registrations: readonly { readonly registrationId: string; readonly scopeURL: string }[];
}

/** The service worker of a page, once it has one. */
export async function workerOf(page: Page): Promise<Worker> {
  const context = page.context();
  return context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
}

/** Gives the service worker of a page what its push service would bring, decrypted. */
export async function deliveryTo(page: Page): Promise<(news: object) => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  const known = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }: Registrations) => {
      const own = registrations.find(({ scopeURL }) => scopeURL.startsWith(origin));
      if (own !== undefined) resolve(own.registrationId);
    });
  });
  await session.send('ServiceWorker.enable');
  const registrationId = await known;
  return async (news) => {
    await session.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: JSON.stringify(news) });
  };
}

/** The cookies of a session, for a browser. */
export const cookiesOf = (cookie: string, url: string): { name: string; value: string; url: string }[] =>
  cookie.split('; ').map((pair) => {
    const [name = '', ...value] = pair.split('=');
    return { name, value: value.join('='), url };
  });

/** A notification that is shown. */
export interface Shown {
  readonly tag: string;
  readonly title: string;
  readonly body: string;
}

const SHOWN = `self.registration.getNotifications()
  .then((all) => all.map(({ tag, title, body }) => ({ tag, title, body })))`;
/** What the system does when somebody clicks on a notification. */
const CLICK = `(tag) => self.registration.getNotifications({ tag }).then(([notification]) => {
  self.dispatchEvent(new NotificationEvent('notificationclick', { notification }));
})`;

/** Runs in the page: a PushManager whose push service is the one of this test. */
export function subscribing(subscription: object): void {
  // `about:blank` has no storage.
  if ((globalThis as unknown as { location: { protocol: string } }).location.protocol === 'about:') return;
  const prototype = (globalThis as unknown as { PushManager: { prototype: Record<string, unknown> } }).PushManager
    .prototype;
  const key = 'push-test-key';
  const storage = (globalThis as unknown as { localStorage: Storage }).localStorage;
  const made = (bytes: number[]) => ({
    options: { applicationServerKey: new Uint8Array(bytes).buffer },
    toJSON: () => subscription,
    unsubscribe: () => Promise.resolve(storage.removeItem(key)),
  });
  prototype.getSubscription = () => {
    const known = storage.getItem(key);
    return Promise.resolve(known === null ? null : made(JSON.parse(known) as number[]));
  };
  prototype.subscribe = ({ applicationServerKey }: { applicationServerKey: Uint8Array }) => {
    storage.setItem(key, JSON.stringify([...applicationServerKey]));
    return Promise.resolve(made([...applicationServerKey]));
  };
}

export const shownBy = (worker: Worker): Promise<Shown[]> => worker.evaluate<Shown[]>(SHOWN);

/** Clicks on a notification. */
export const clickOn = (worker: Worker, tag: string): Promise<unknown> => worker.evaluate(`(${CLICK})('${tag}')`);
