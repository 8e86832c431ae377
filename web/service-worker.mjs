// The worker of an installed page: shows it where there is no network, and tells of chats. `web/vite.config.mts` fills in the
// version and the files. It keeps the page's own files alone: answers of the API are somebody's chats, and are never kept.
const VERSION = '__VERSION__';
const SHELL = JSON.parse('__SHELL__');
/** The file with the page's texts, by language; English has none. */
const CATALOGUES = JSON.parse('__CATALOGUES__');
const PREFIX = 'relay-shell-';
const CACHE = `${PREFIX}${VERSION}`;
/** The folder that the page lies in, which may be below a path of a proxy's. */
const ROOT = new URL('./', self.location.href);
const PAGE = ROOT.href;
/** In which the page leaves the words of notifications, in its language. */
const WORDS_CACHE = 'relay-words';
const ENGLISH = {
  untitled: 'New chat',
  waiting: 'waits for your decision',
  completed: 'has ended',
  failed: 'has failed',
  interrupted: 'was interrupted',
  test: 'Notifications arrive in this browser.',
};
/** Safari ends a subscription whose messages are not shown; other browsers ask for that only where no page is seen. */
const MUST_SHOW = /AppleWebKit/.test(navigator.userAgent) && !/Chrom(?:e|ium)/.test(navigator.userAgent);

self.addEventListener('install', (event) => event.waitUntil(keepShell()));
self.addEventListener('activate', (event) => event.waitUntil(forgetOthers()));
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(showChat(event.notification.data?.hash ?? '#/'));
});
self.addEventListener('push', (event) => event.waitUntil(tell(newsIn(event.data))));
self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(subscribeAnew(event)));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== ROOT.origin) return;
  if (request.mode === 'navigate' && url.pathname === ROOT.pathname) event.respondWith(page(request));
  // Their names change with what is in them.
  else if (url.href.startsWith(`${PAGE}assets/`)) event.respondWith(asset(request));
  else if (SHELL.some((name) => new URL(name, ROOT).href === url.href)) event.respondWith(newest(request));
});

async function keepShell() {
  const cache = await caches.open(CACHE);
  const catalogue = CATALOGUES[new URL(self.location.href).searchParams.get('language')];
  await cache.addAll([...SHELL, ...(catalogue ? [catalogue] : [])].map((name) => new URL(name, ROOT).href));
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)),
  );
}

/** As the server has it now, also where that asks who is there; without a network as it was last. */
async function page(request) {
  try {
    const response = await fetch(request);
    if (response.ok && !response.redirected) await (await caches.open(CACHE)).put(PAGE, response.clone());
    return response;
  } catch (error) {
    const kept = await caches.match(PAGE);
    if (kept) return kept;
    throw error;
  }
}

/** What keeps its name when it changes. */
async function newest(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

async function asset(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await (await caches.open(CACHE)).put(request, response.clone());
  return response;
}

/** Shown unless the person has the page before them, which tells of it itself. */
async function tell({ kind, chatId, status, title }) {
  const windows = await pages();
  const isSeen = kind !== 'test' && windows.some((page) => page.focused && page.visibilityState === 'visible');
  if (isSeen && !MUST_SHOW) return;
  const words = { ...ENGLISH, ...(await wordsOfPage()) };
  const body = (kind === 'ended' ? words[status] : words[kind]) ?? words.completed;
  await self.registration.showNotification(kind === 'test' ? 'codex-relay' : title || words.untitled, {
    body,
    // The name that the page has for it, too: what both tell is shown once, and the last of a chat alone.
    tag: `relay-${chatId ?? 'test'}`,
    icon: new URL('icon-192.png', ROOT).href,
    data: { hash: chatId ? `#/chats/${chatId}` : '#/' },
    silent: isSeen,
    // A page that is open has made itself heard.
    renotify: !isSeen && windows.length === 0,
  });
}

/** A browser that gets something has to show something, whatever it is. */
function newsIn(data) {
  try {
    const { kind, chatId, status, title } = data.json();
    const isChat = typeof chatId === 'string' && /^[\w-]+$/.test(chatId);
    return { kind, chatId: isChat ? chatId : null, status, title: typeof title === 'string' ? title : '' };
  } catch {
    return { kind: 'ended', chatId: null, status: 'completed', title: '' };
  }
}

async function wordsOfPage() {
  const kept = await caches.match('./push-words', { cacheName: WORDS_CACHE }).catch(() => undefined);
  return kept?.json().catch(() => undefined);
}

/** The push service has another address for this browser. Where this fails, the page does it when it is opened. */
async function subscribeAnew({ oldSubscription, newSubscription }) {
  const api = new URL('api/v1/account/push', ROOT).href;
  const { publicKey } = await (await fetch(api)).json();
  const options = { userVisibleOnly: true, applicationServerKey: publicKey };
  const subscription = newSubscription ?? (await self.registration.pushManager.subscribe(options));
  const { endpoint, keys } = subscription.toJSON();
  await fetch(`${api}/devices`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ endpoint, keys, replaces: oldSubscription?.endpoint }),
  });
}

async function pages() {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return windows.filter((client) => client.url.startsWith(PAGE));
}

async function showChat(hash) {
  const url = new URL(hash, ROOT).href;
  const [open] = await pages();
  if (open === undefined) return self.clients.openWindow(url);
  // First: a browser may refuse the focus.
  open.postMessage({ show: hash });
  await open.focus();
}
