import type { AgentEvent } from '../../app-server/agent/agent-event';
import { confinedQuestion } from '../../app-server/agent/agent-question';
import type { AgentThread } from '../../app-server/agent/agent-thread';
import { heedsRules } from '../approvals/approval-rules';
import { commandGrant } from '../approvals/command-grant';
import { shownRequest } from '../approvals/shown-request';
import type { ChatEntity } from '../entities/chat.entity';
import type { TurnEntity } from '../entities/turn.entity';
import { warning } from '../event-log/chat-event';
import type { LogEntry } from '../event-log/log-entry';
import type { TurnProjection } from '../projection/turn-projection';
import type { TurnServices } from './turn-services';

/** A question of the agent, and what takes the answer. */
export type Asked = Pick<Extract<AgentEvent, { type: 'question' }>, 'question' | 'respond'>;

export interface TurnQuestionsTerms {
  readonly services: TurnServices;
  readonly chat: ChatEntity;
  readonly turn: TurnEntity;
  readonly thread: AgentThread;
  readonly projection: TurnProjection;
}

/** Puts the questions of the agent in one turn before people, with all that they must know to decide. */
export class TurnQuestions {
  constructor(private readonly terms: TurnQuestionsTerms) {}

  /** @returns what is to be recorded: that it was asked, or that it was declined at once where the service does not allow it */
  ask({ question: asked, respond }: Asked): LogEntry {
    const { services, chat, turn } = this.terms;
    const question = services.ceiling.confines ? confinedQuestion(asked) : asked;
    if (!question) {
      // The agent was configured not to ask for it.
      respond(asked.responseTo('decline'));
      const message = 'What the agent wanted to do outside of its sandbox was declined: the service does not allow it.';
      return { events: [warning(turn.id, message)] };
    }
    const { actions } = this.terms.projection;
    const itemId = question.itemId === null ? null : actions.idOf(question.itemId);
    const heeds = !services.ceiling.confines && heedsRules(chat);
    const request = this.shown(question);
    return services.approvals.request(turn, { question: { ...question, request }, itemId, heedsRules: heeds, respond });
  }

  private shown(question: Asked['question']): ReturnType<typeof shownRequest> {
    const { services, chat, thread, projection } = this.terms;
    const changes = question.itemId === null ? [] : projection.actions.changesOf(question.itemId);
    const grants = commandGrant({
      ...services.ceiling.permissionsFor(chat).effective,
      isConfined: services.ceiling.confines,
      asksToLeave: projection.calls.asksToLeave(question.itemId),
      asksForNetwork: 'network' in question.request,
    });
    return shownRequest(question, { workspace: thread.workspace, changes, grants });
  }
}
