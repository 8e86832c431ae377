import type { EntityManager } from 'typeorm';
import type { AgentActionEntity } from '../entities/agent-action.entity';
import type { MessageEntity } from '../entities/message.entity';
import type { TurnEntity } from '../entities/turn.entity';
import type { ChatEvent, ChatEventType } from '../event-log/chat-event';
import { eventsAt, eventsIn, type EventPlace, type LogRange, placesOf } from './shown-events';

/** What the log alone tells of one turn. */
export interface TurnLog {
  /** Those with a content, in order: all of the thoughts and notices, the last of what replaces the one before. */
  readonly events: readonly ChatEvent[];
  /** Number of the first plan, by which plans are placed; 0 for none. */
  readonly planSeq: number;
}

/** The rows of a turn that is shown. */
export interface ShownTurn {
  readonly turn: TurnEntity;
  readonly messages: readonly MessageEntity[];
  readonly actions: readonly AgentActionEntity[];
}

const EVERY: ReadonlySet<ChatEventType> = new Set([
  ...(['reasoning.completed', 'warning', 'error', 'context.omitted', 'context.compacted'] as const),
]);
const LAST: ReadonlySet<ChatEventType> = new Set(['turn.queued', 'plan.updated', 'diff.updated', 'usage.updated']);
/** They make up what is not written to its end. */
const OF_OPEN_ROWS: readonly ChatEventType[] = ['message.delta', 'command.output', 'item.updated'];

/** What the log tells of the turns, by turn. Three statements, whatever there is to read. */
export async function readTurnLogs(
  read: EntityManager,
  chat: { readonly id: string; readonly lastSeq: number },
  turns: readonly ShownTurn[],
): Promise<ReadonlyMap<string, TurnLog>> {
  const places = Map.groupBy(
    await placesOf(
      read,
      turns.map(({ turn }) => turn.id),
    ),
    ({ turnId }) => turnId,
  );
  const wanted = turns.flatMap(({ turn }) => wantedOf(places.get(turn.id) ?? []));
  const ranges = turns.flatMap((shown) => openRanges(shown, places.get(shown.turn.id) ?? [], chat.lastSeq));
  const known = await eventsAt(read, chat.id, wanted);
  const streamed = await eventsIn(read, chat.id, ranges);
  const events = Map.groupBy([...known, ...streamed], ({ turnId }) => turnId);
  return new Map(
    turns.map(({ turn: { id } }) => {
      const planSeq = places.get(id)?.find(({ type }) => type === 'plan.updated')?.seq ?? 0;
      return [id, { events: (events.get(id) ?? []).sort((a, b) => a.seq - b.seq), planSeq }];
    }),
  );
}

function wantedOf(places: readonly EventPlace[]): number[] {
  const last = new Map(places.filter(({ type }) => LAST.has(type)).map(({ type, seq }) => [type, seq]));
  return [...places.filter(({ type }) => EVERY.has(type)).map(({ seq }) => seq), ...last.values()];
}

/**
 * The parts of the log with what a turn has written of messages, outputs and thoughts that have no end. A turn that was
 * cut off may have ended within a thought, of which there is no row.
 */
function openRanges(
  { turn, messages, actions }: ShownTurn,
  places: readonly EventPlace[],
  lastSeq: number,
): LogRange[] {
  if (turn.status === 'queued' || turn.status === 'completed') return [];
  const lastOf = (type: ChatEventType): number => places.findLast((place) => place.type === type)?.seq ?? 0;
  const started = lastOf('turn.started');
  if (started === 0) return [];
  const end = turn.status === 'running' ? lastSeq : lastOf('turn.completed');
  const thoughts = Math.max(started, lastOf('reasoning.completed')) + 1;
  const ranges: LogRange[] = [{ turnId: turn.id, types: ['reasoning.delta'], from: thoughts, to: end }];
  const open = [
    ...messages.filter(({ status }) => status === 'streaming'),
    ...actions.filter(({ status }) => status === 'running'),
  ];
  if (open.length === 0) return ranges;
  const from = Math.min(...open.map(({ seq }) => seq)) + 1;
  return [...ranges, { turnId: turn.id, types: OF_OPEN_ROWS, from, to: end }];
}
