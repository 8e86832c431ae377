const canKeep = (): boolean => import.meta.env.PROD && 'serviceWorker' in navigator;

/**
 * Has the browser keep the page, with its texts in this language, so that it opens without a network and can be installed; it needs a
 * secure origin for that.
 */
export function keepPage(language: string): void {
  if (!canKeep()) return;
  // Whoever is not signed in gets no worker, and the page works without one.
  const register = (): void =>
    void navigator.serviceWorker.register(`./sw.js?language=${language}`, { scope: './' }).catch(() => undefined);
  if (document.readyState === 'complete') register();
  else window.addEventListener('load', register, { once: true });
}

/** Goes where a notification of the worker's says. */
export function followWorker(): void {
  if (!canKeep()) return;
  navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<{ show?: unknown } | null>) => {
    if (typeof data?.show === 'string') window.location.hash = data.show;
  });
}
