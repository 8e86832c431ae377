import type { ChatEvent } from '../../../src/chat/event-log/chat-event';
import type { Evidence, TurnRow } from '../evidence/entries';
import { stoppedTurns } from './interrupts';
import { ofKind } from './of-kind';
import { Violation, violation } from './violation';

const ENDED = ['completed', 'interrupted', 'failed'];

/** Every turn ends in one state, once, and says why if it was not completed. */
export function checkTurns(evidence: Evidence): Violation[] {
  const { clients, database } = evidence;
  const stopped = stoppedTurns(evidence);
  const events = Map.groupBy(database.events, ({ turnId }) => turnId);
  return [
    ...database.turns.flatMap((turn) => checkTurn(turn, events.get(turn.id) ?? [])),
    ...database.turns.flatMap((turn) => checkReason(turn, stopped)),
    ...ofKind(clients, 'gave_up').map(({ chatId, turnId }) =>
      violation('end_not_seen', `turn ${turnId} of chat ${chatId}`),
    ),
  ];
}

function checkTurn({ id, chatId, status, errorCode }: TurnRow, events: readonly ChatEvent[]): Violation[] {
  const where = `turn ${id} of chat ${chatId}`;
  if (!ENDED.includes(status)) return [violation('turn_without_end', `${where} is ${status}`)];
  const found: Violation[] = [];
  const ends = events.filter((event) => event.type === 'turn.completed');
  if (ends.length !== 1) found.push(violation('ends_in_log', `${where} has ${ends.length} ends in the log`));
  for (const { data } of ends) {
    if (data.status !== status || (data.error?.code ?? null) !== errorCode) {
      found.push(violation('end_differs', `${where} is ${status} ${errorCode}, its event ${JSON.stringify(data)}`));
    }
  }
  const last = events.at(-1);
  if (ends.length > 0 && last?.type !== 'turn.completed') {
    found.push(violation('event_after_end', `${where}: ${last?.type} ${last?.seq}`));
  }
  return found;
}

function checkReason({ id, chatId, status, errorCode }: TurnRow, stopped: ReadonlySet<string | null>): Violation[] {
  const isStopped = status === 'interrupted' && stopped.has(id);
  if (errorCode || isStopped || !['interrupted', 'failed'].includes(status)) return [];
  return [violation('end_without_code', `turn ${id} of chat ${chatId} is ${status}`)];
}
