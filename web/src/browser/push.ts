import type { PushAddress } from '../api/push-api';
import { t } from '../languages/text';

/** The cache in which the service worker finds its words: it knows no catalogues. */
const WORDS_CACHE = 'relay-words';
const WORDS_PATH = './push-words';
/** A page without a worker would wait for one for ever. */
const WORKER_DEADLINE_MS = 10_000;

/** Whether this browser can be told while the page is closed. On iPhones only an installed page can. */
export const canPush = (): boolean =>
  window.isSecureContext && 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

/**
 * Has the browser's push service take messages of this service.
 *
 * @param publicKey of the service, in base64url
 * @throws Error where the browser, or its push service, does not want to
 */
export async function subscribe(publicKey: string): Promise<PushAddress> {
  const { pushManager } = await worker();
  const key = bytesOf(publicKey);
  const known = await pushManager.getSubscription();
  // It takes nothing of another key.
  if (known && !isSame(known.options.applicationServerKey, key)) await known.unsubscribe();
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint = '', keys } = subscription.toJSON();
  return { endpoint, keys: { p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' } };
}

/** Whether it has, for this key. */
export async function isSubscribed(publicKey: string): Promise<boolean> {
  const known = await (await worker()).pushManager.getSubscription();
  return known !== null && isSame(known.options.applicationServerKey, bytesOf(publicKey));
}

/** Has it take no more. Never throws: the service is told so besides. */
export async function unsubscribe(): Promise<void> {
  try {
    const registration = await navigator.serviceWorker.getRegistration();
    await (await registration?.pushManager.getSubscription())?.unsubscribe();
  } catch {
    // What is sent to it is answered that it is gone, some time.
  }
}

/** Leaves the worker its words in the language of the page. */
export async function leaveWords(): Promise<void> {
  const said = {
    untitled: t('New chat'),
    waiting: t('waits for your decision'),
    completed: t('has ended'),
    failed: t('has failed'),
    interrupted: t('was interrupted'),
    test: t('Notifications arrive in this browser.'),
  };
  const cache = await caches.open(WORDS_CACHE);
  await cache.put(WORDS_PATH, new Response(JSON.stringify(said), { headers: { 'content-type': 'application/json' } }));
}

async function worker(): Promise<ServiceWorkerRegistration> {
  let timer: number | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = window.setTimeout(() => reject(new Error(t('The page has no service worker.'))), WORKER_DEADLINE_MS);
  });
  try {
    return await Promise.race([navigator.serviceWorker.ready, late]);
  } finally {
    window.clearTimeout(timer);
  }
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/');
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function isSame(known: ArrayBuffer | null, key: Uint8Array): boolean {
  const bytes = new Uint8Array(known ?? new ArrayBuffer(0));
  return bytes.length === key.length && bytes.every((byte, index) => byte === key[index]);
}
