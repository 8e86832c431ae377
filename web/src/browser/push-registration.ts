import { readJson, writeText } from './storage';

const KEY = 'relay.push';

/** What this browser has said to the service, so as to be told while the page is closed. */
export interface PushRegistration {
  /** Who is told. */
  readonly user: string;
  /** When the session ends in which it was said: another session has another end. Null: there are no sessions. */
  readonly sessionEnd: string | null;
  /** Under which id the service knows this browser. */
  readonly device: string;
}

const listeners = new Set<() => void>();
let latest = stored();

/** Null: nobody is. The same object as long as nothing changes. */
export const pushRegistration = (): PushRegistration | null => latest;

export function setPushRegistration(registration: PushRegistration | null): void {
  writeText(KEY, registration && JSON.stringify(registration));
  latest = registration;
  for (const listener of listeners) listener();
}

/** @returns how to stop listening */
export function onPushRegistration(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Storage may hold what another version of this page wrote. */
function stored(): PushRegistration | null {
  const value = readJson(KEY);
  if (typeof value !== 'object' || value === null) return null;
  const { user, sessionEnd, device } = value as { user?: unknown; sessionEnd?: unknown; device?: unknown };
  if (typeof user !== 'string' || typeof device !== 'string') return null;
  return { user, device, sessionEnd: typeof sessionEnd === 'string' ? sessionEnd : null };
}
