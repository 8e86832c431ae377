import type { EntityManager } from 'typeorm';
import { EventEntity, SHOWN_EVENTS } from '../entities/event.entity';
import type { ChatEvent, ChatEventType } from '../event-log/chat-event';
import { placeholdersOf } from '../../database/placeholders';

/** Where an event of a turn stands in the log; its content is not read yet. */
export interface EventPlace {
  readonly turnId: string;
  readonly type: ChatEventType;
  readonly seq: number;
}

/** A part of a chat's log, both ends included, and what is read of it. */
export interface LogRange {
  readonly turnId: string;
  readonly types: readonly ChatEventType[];
  readonly from: number;
  readonly to: number;
}

/** Where the events stand that tell of these turns what no row has. Read from an index alone. */
export async function placesOf(read: EntityManager, turnIds: readonly string[]): Promise<EventPlace[]> {
  if (turnIds.length === 0) return [];
  const placeholders = placeholdersOf(turnIds);
  const text =
    `SELECT "turn_id" AS "turnId", "type", "seq" FROM "events" ` +
    `WHERE "turn_id" IN (${placeholders}) AND ${SHOWN_EVENTS} ORDER BY "seq"`;
  return read.query<EventPlace[]>(text, [...turnIds]);
}

/** Events of a chat by their numbers, in order. */
export async function eventsAt(read: EntityManager, chatId: string, seqs: readonly number[]): Promise<ChatEvent[]> {
  if (seqs.length === 0) return [];
  const rows = await read
    .createQueryBuilder(EventEntity, 'event')
    .where('event.chatId = :chatId', { chatId })
    // Whole numbers of our own: as parameters they could be more than a statement takes.
    .andWhere(`event.seq IN (${seqs.map(Number).join(',')})`)
    .orderBy('event.seq', 'ASC')
    .getMany();
  return rows as unknown as ChatEvent[];
}

/** The events in parts of a chat's log, in order. */
export async function eventsIn(read: EntityManager, chatId: string, ranges: readonly LogRange[]): Promise<ChatEvent[]> {
  const open = ranges.filter(({ from, to }) => from <= to);
  if (open.length === 0) return [];
  const query = read.createQueryBuilder(EventEntity, 'event').orderBy('event.seq', 'ASC');
  for (const [index, { turnId, types, from, to }] of open.entries()) {
    const [turn, kinds] = [`turn${index}`, `types${index}`];
    const text =
      `(event.chatId = :chatId AND event.seq BETWEEN ${Number(from)} AND ${Number(to)} ` +
      `AND event.turnId = :${turn} AND event.type IN (:...${kinds}))`;
    query.orWhere(text, { chatId, [turn]: turnId, [kinds]: types });
  }
  return (await query.getMany()) as unknown as ChatEvent[];
}
