/**
 * Aborts `controller` when `signal` is aborted, for the same reason. `AbortSignal.any` does so by weak references, which
 * cost more than all else that a turn does with signals.
 *
 * @returns how to stop that.
 */
export function abortWith(signal: AbortSignal, controller: AbortController): () => void {
  const abort = (): void => controller.abort(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return () => signal.removeEventListener('abort', abort);
}
