import type { UserMessage } from '../../app-server/agent/agent-message';
import type { AgentThread } from '../../app-server/agent/agent-thread';
import { ChatEntity } from '../entities/chat.entity';
import { TurnEntity } from '../entities/turn.entity';
import { withReviewGuide } from './review-guide';
import { routeOf } from './turn-route';

/** What is begun in the agent. */
interface Beginning {
  readonly chat: ChatEntity;
  readonly turn: TurnEntity;
  readonly message: UserMessage;
  /** Undefined: the model's own. */
  readonly effort: string | undefined;
  /** What the agent is told of its instructions; undefined: nothing new. */
  readonly news: string | undefined;
}

/**
 * Has the agent begin a turn, by what the turn is for.
 *
 * @returns the agent's id of the turn; undefined where an event tells it
 * @throws what a request of a thread throws
 */
export function begin(
  thread: AgentThread,
  { chat, turn, message, effort, news }: Beginning,
): Promise<string | undefined> {
  const { kind, outputSchema, mode = 'default' } = turn.options;
  if (kind === 'compaction') return thread.startCompaction().then(() => undefined);
  return thread.startTurn({
    ...{ message: kind === 'review' ? withReviewGuide(message) : message, effort, outputSchema, news },
    // Codex keeps the mode for the turns behind, also when the thread is loaded again.
    ...(chat.hasPlanned && { mode: { kind: mode, model: routeOf(chat, turn.options).backend } }),
  });
}
