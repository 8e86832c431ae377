import type { UserMessage } from '../../app-server/agent/agent-message';
import { AgentRefusedError, AgentUnansweredError } from '../../app-server/agent/agent.errors';
import { InstanceLostError } from '../../app-server/pool/pool.errors';
import { DomainError } from '../../common/domain.error';
import type { ChatEntity } from '../entities/chat.entity';
import type { ChatThreads } from './chat-threads';
import type { TurnExecution } from './turn-execution';

/**
 * Gives the turn that runs a message more.
 *
 * @returns whether the agent has it, also where it did not say so; false when the turn does not run
 * @throws DomainError `message_unconfirmed` when its record does not show it: the model may have been given it
 */
export function steered(
  threads: Pick<ChatThreads, 'lastTurn'>,
  chat: ChatEntity,
  execution: TurnExecution,
  message: UserMessage,
): Promise<boolean> {
  return execution.steer(message).catch((error: unknown) => isKept(threads, chat, message, error));
}

/** One that dies, or is too late to say so, may have taken it. */
async function isKept(
  threads: Pick<ChatThreads, 'lastTurn'>,
  chat: ChatEntity,
  { id }: UserMessage,
  error: unknown,
): Promise<boolean> {
  if (error instanceof AgentRefusedError) return false;
  if (!(error instanceof InstanceLostError || error instanceof AgentUnansweredError)) throw error;
  const last = await threads.lastTurn(chat).catch(() => null);
  if (last?.userMessages.some((message) => message.id === id)) return true;
  const detail = 'The agent has not confirmed the message, and its record does not show it. Send it again.';
  throw new DomainError(503, 'message_unconfirmed', detail, { cause: error, retryAfterSeconds: 1 });
}
