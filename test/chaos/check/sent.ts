import type { ClientEntry } from '../evidence/entries';
import { ofKind } from './of-kind';

type Sent = Extract<ClientEntry, { kind: 'sent' | 'steering' }>;

/** All that people have said or tried to say, by its token. */
export const sentIn = (clients: readonly ClientEntry[]): ReadonlyMap<string, Sent> =>
  new Map([...ofKind(clients, 'sent'), ...ofKind(clients, 'steering')].map((entry) => [entry.token, entry]));

/**
 * What was to be added to running turns, and nobody got an answer whether it was: a service that dies after codex has taken it
 * may not have stored it.
 */
export function unansweredSteers(clients: readonly ClientEntry[]): ReadonlySet<string> {
  const answered = new Set(
    [...ofKind(clients, 'steered'), ...ofKind(clients, 'steer_refused')].map(({ token }) => token),
  );
  return new Set(ofKind(clients, 'steering').flatMap(({ token }) => (answered.has(token) ? [] : [token])));
}
