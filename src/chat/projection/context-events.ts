import type { Omission } from '../../gateway/routing/refused-content';
import { update } from '../../database/rows';
import { ChatEntity } from '../entities/chat.entity';
import type { TurnEntity } from '../entities/turn.entity';
import type { EventDraft } from '../event-log/chat-event';
import type { LogEntry } from '../event-log/log-entry';

/** Something is left out of what the model sees; stored with the chat, so that it stays out after a restart. */
export function contextOmitted({ id: turnId, chatId }: TurnEntity, omission: Omission): LogEntry {
  const { code, backendId: backend, leftOut } = omission;
  const { pictures, texts: messages, items: earlier } = omission.counts;
  const what = [
    counted(pictures, 'a picture', 'pictures'),
    counted(messages, 'a message or an output', 'messages and outputs'),
    earlier > 0 ? 'the earlier conversation' : '',
  ].filter((words) => words !== '');
  const message = `The backend "${backend}" refused ${what.join(', ')} (${code}): the model does not see it any more.`;
  return {
    events: [{ type: 'context.omitted', turnId, data: { code, backend, pictures, messages, earlier, message } }],
    writes: [update(ChatEntity, { id: chatId }, { leftOut })],
  };
}

const counted = (count: number, one: string, many: string): string =>
  count > 1 ? `${count} ${many}` : count === 1 ? one : '';

/** What was said was summed up because the turn before had no room for it; or that came to nothing. */
export const compactedAfterRefusal = ({ id: turnId }: TurnEntity, succeeded: boolean): EventDraft => ({
  ...{ type: 'context.compacted', turnId },
  data: {
    ...{ reason: 'refused', succeeded },
    message: succeeded
      ? 'The context was full: what was said so far was summed up.'
      : 'The context is full, and what was said so far could not be summed up.',
  },
});

/** The agent has summed up, as its user has asked for or by itself. */
export const compactedIn = ({ id: turnId, options }: TurnEntity): EventDraft => {
  const isAsked = options.kind === 'compaction';
  const why = isAsked ? 'As asked for' : 'The context was nearly full';
  const message = `${why}: what was said so far was summed up.`;
  return {
    ...{ type: 'context.compacted', turnId },
    data: { reason: isAsked ? 'user' : 'agent', succeeded: true, message },
  };
};
