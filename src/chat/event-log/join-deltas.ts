import { EventDraft } from './chat-event';

/** Bounds one joined event, in characters, so that a reader gets it in one frame. */
const MAX_DELTA = 32_768;

/** The event that says what both say, when both are deltas of the same thing; else undefined. */
export function joinDeltas(first: EventDraft, second: EventDraft): EventDraft | undefined {
  if (first.turnId !== second.turnId) return undefined;
  if (first.type === 'message.delta' && second.type === 'message.delta') {
    const { messageId, delta } = first.data;
    if (messageId !== second.data.messageId || delta.length >= MAX_DELTA) return undefined;
    return { ...first, data: { messageId, delta: delta + second.data.delta } };
  }
  if (first.type === 'reasoning.delta' && second.type === 'reasoning.delta') {
    return joinItemDeltas(first, second);
  }
  if (first.type === 'command.output' && second.type === 'command.output') {
    return joinItemDeltas(first, second);
  }
  return undefined;
}

type ItemDelta = Extract<EventDraft, { type: 'reasoning.delta' | 'command.output' }>;

function joinItemDeltas(first: ItemDelta, second: ItemDelta): EventDraft | undefined {
  const { itemId, delta } = first.data;
  if (itemId !== second.data.itemId || delta.length >= MAX_DELTA) return undefined;
  return { ...first, data: { itemId, delta: delta + second.data.delta } };
}
