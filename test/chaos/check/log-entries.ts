import type { ChatEvent } from '../../../src/chat/event-log/chat-event';
import type { Evidence, MessageRow, TurnRow } from '../evidence/entries';
import { Violation, violation } from './violation';

/** A turn is accepted, waits, and ends; unless it ended before its turn came it was begun in between. */
const COURSE = /^message\.created( turn\.queued)+( turn\.started)? turn\.completed$/;

/** The log of a chat says of every message and turn what the rows say: whoever reads only one of both knows as much. */
export function checkLogEntries({ database }: Evidence): Violation[] {
  const { messages, turns, events } = database;
  const log = Map.groupBy(events, ({ turnId }) => turnId);
  const ofTurn = (turnId: string): readonly ChatEvent[] => log.get(turnId) ?? [];
  const steers = new Set(messages.filter(isSteer).map(({ id }) => id));
  const answered = new Set(messages.filter(({ role }) => role === 'assistant').map(({ turnId }) => turnId));
  return [
    ...messages.flatMap((row) => checkMessage(row, ofTurn(row.turnId))),
    ...turns.flatMap((turn) => {
      const course = ofTurn(turn.id).filter((event) => isOfCourse(event, steers));
      return checkCourse(turn, course, answered.has(turn.id));
    }),
  ];
}

function checkMessage({ id, chatId, role, text, status }: MessageRow, events: readonly ChatEvent[]): Violation[] {
  const begun = events.filter((event) => event.type === 'message.created' && event.data.message.id === id);
  const ended = events.flatMap((event) =>
    event.type === 'message.completed' && event.data.message.id === id ? [event.data.message] : [],
  );
  const isInPrompt =
    role === 'user' ||
    (ended.length === 1 && ended.every((end) => end.status === status && textOf(end.content) === text));
  if (begun.length === 1 && isInPrompt) return [];
  return [
    violation(
      'log_differs',
      `message ${id} of chat ${chatId}: begins ${begun.length} times, ends ${ended.length} times`,
    ),
  ];
}

function checkCourse({ id, chatId, status }: TurnRow, events: readonly ChatEvent[], isAnswered: boolean): Violation[] {
  const course = events.map(({ type }) => type);
  const hasBegun = course.includes('turn.started');
  if (COURSE.test(course.join(' ')) && (hasBegun || (!isAnswered && status !== 'completed'))) return [];
  return [violation('log_differs', `turn ${id} of chat ${chatId} (${status}): ${course.join(' ')}`)];
}

const isOfCourse = (event: ChatEvent, steers: ReadonlySet<string>): boolean =>
  event.type.startsWith('turn.') ||
  (event.type === 'message.created' && event.data.message.role === 'user' && !steers.has(event.data.message.id));

/** What was added to a turn that ran. */
const isSteer = ({ role, clientMessageId }: MessageRow): boolean => role === 'user' && clientMessageId === null;

const textOf = (content: readonly { type: string; text?: string }[]): string =>
  content.map((part) => part.text ?? '').join('');
