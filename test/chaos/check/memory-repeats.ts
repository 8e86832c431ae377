import type { Evidence, TurnRow } from '../evidence/entries';
import { tokensIn } from '../evidence/token';
import { ofKind } from './of-kind';
import { sentIn } from './sent';
import { timeOf } from './times';
import { Violation, violation } from './violation';

/** Ends of turns whose process has died. */
const DEATHS = ['instance_lost', 'turn_idle_timeout', 'service_restarted'];

/** The turns of the users' messages, by their tokens. */
export function turnsByToken({ messages }: Evidence['database']): Map<string, string> {
  const asked = messages.filter(({ role }) => role === 'user');
  return new Map(asked.flatMap(({ text, turnId }) => tokensIn(text).map((token) => [token, turnId])));
}

/**
 * No prompt holds anything more often than it was sent. A process that dies while the history is restored leaves
 * open whether codex has it: then it is sent again, as it is when codex has refused it.
 */
export function checkRepeats(evidence: Evidence): Violation[] {
  const { clients, model, database, unrestored } = evidence;
  const [said, turnOf, waits] = [sentIn(clients), turnsByToken(database), killsBeforeStart(evidence)];
  const rows = Map.groupBy(database.messages, ({ role, text }) => `${role} ${tokensIn(text).join()}`);
  const turns = Map.groupBy(database.turns, ({ chatId }) => chatId);
  return ofKind(model, 'asked').flatMap(({ token, request, prompt }) => {
    const [chatId, until] = [said.get(token)?.chatId ?? '', turnOf.get(token) ?? ''];
    if (unrestored.includes(chatId)) return [];
    return [...Map.groupBy(prompt, ({ role, tokens }) => `${role} ${tokens.join()}`)].flatMap(([what, times]) => {
      const kept = rows.get(what) ?? [];
      const since = kept[0]?.turnId ?? until;
      const ofChat = (turns.get(chatId) ?? []).filter(({ id }) => id >= since && id <= until);
      if (times.length <= Math.max(kept.length, 1) + doubtsIn(ofChat, until, waits)) return [];
      return [violation('memory_repeated', `${what} ${times.length} times when ${token} was asked (${request})`)];
    });
  });
}

function doubtsIn(turns: readonly TurnRow[], until: string, waits: ReadonlyMap<string, number>): number {
  const deaths = turns.filter(({ id, errorCode }) => id < until && DEATHS.includes(errorCode ?? ''));
  return deaths.length + turns.slice(1).reduce((sum, { id }) => sum + (waits.get(id) ?? 0), 0);
}

/** How often the service was killed while a turn waited, which may have restored the history already. */
function killsBeforeStart({ clients, model, database }: Evidence): ReadonlyMap<string, number> {
  const turnOf = turnsByToken(database);
  const kills = ofKind(clients, 'killed').map(timeOf);
  const started = new Map<string, number>();
  for (const run of ofKind(model, 'asked').toReversed()) started.set(turnOf.get(run.token) ?? '', timeOf(run));
  return new Map(
    ofKind(clients, 'accepted').map((entry) => {
      const end = started.get(entry.turnId) ?? Infinity;
      return [entry.turnId, kills.filter((at) => at > timeOf(entry) && at < end).length];
    }),
  );
}
