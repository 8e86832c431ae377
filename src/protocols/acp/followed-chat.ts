import { type AgentContext, methods, type SessionUpdate } from '@agentclientprotocol/sdk';
import { allows } from '../../auth/permission';
import type { Principal } from '../../auth/principal';
import { BoundedMap } from '../../common/bounded-map';
import { DomainError, notFound } from '../../common/domain.error';
import type { ApprovalDto } from '../../chat/dto/approval.dto';
import type { TurnDto } from '../../chat/dto/turn.dto';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import type { Conversations } from '../../contracts/conversations';
import { answerIn, permissionQuestion } from './permission-request';
import { chunk, SessionUpdates } from './session-updates';

/** Ends of turns that are remembered for whoever asks a moment later. */
const REMEMBERED = 50;

interface Waiter {
  readonly resolve: (turn: TurnDto) => void;
  readonly reject: (error: unknown) => void;
}

export interface FollowedBy {
  readonly user: Principal;
  readonly client: AgentContext;
  readonly conversations: Conversations;
  /** Of the connection. */
  readonly closed: AbortSignal;
}

/** A chat that a client has open: it is told all that happens there, whoever began it, and asked what the agent asks. */
export class FollowedChat {
  /** The sender's ids of messages that this client has sent. */
  readonly own = new Set<string>();
  readonly updates = new SessionUpdates(this.own);
  private readonly end = new AbortController();
  private readonly waiters = new Map<string, Waiter>();
  private readonly ended = new BoundedMap<string, TurnDto>(REMEMBERED);
  private readonly questions = new Map<string, AbortController>();
  private fault: unknown;

  constructor(
    readonly chatId: string,
    private readonly by: FollowedBy,
  ) {}

  get isOver(): boolean {
    return this.end.signal.aborted;
  }

  /** @param after number of the last event that the client knows. @param open the questions that wait */
  start(after: number, open: readonly ApprovalDto[]): void {
    for (const approval of open) this.ask(approval);
    this.follow(after).then(
      () => this.stop(notFound('chat', this.chatId)),
      (error: unknown) => this.stop(error),
    );
  }

  /** The end of a turn, once the client was told all of it. @throws DomainError when the chat cannot be followed any more */
  turnEnd(turnId: string): Promise<TurnDto> {
    const turn = this.ended.get(turnId);
    if (turn !== undefined) return Promise.resolve(turn);
    if (this.isOver) return Promise.reject(this.fault instanceof Error ? this.fault : notFound('chat', this.chatId));
    return new Promise((resolve, reject) => this.waiters.set(turnId, { resolve, reject }));
  }

  async tell(updates: readonly SessionUpdate[]): Promise<void> {
    for (const update of updates) {
      await this.by.client.notify(methods.client.session.update, { sessionId: this.chatId, update });
    }
  }

  /** Nothing more is told; what runs in the chat goes on. */
  stop(fault: unknown = notFound('chat', this.chatId)): void {
    if (this.isOver) return;
    this.fault = fault;
    this.end.abort();
    for (const question of this.questions.values()) question.abort();
    for (const { reject } of this.waiters.values()) reject(fault);
    this.waiters.clear();
  }

  private async follow(after: number): Promise<void> {
    const { conversations, user, closed } = this.by;
    const watch = conversations.watch(user, this.chatId, AbortSignal.any([closed, this.end.signal]));
    try {
      for await (const batch of conversations.log(user, this.chatId, after, watch.signal)) {
        await this.tell(this.updates.ofBatch(batch));
        for (const event of batch) await this.note(event);
      }
      if (watch.signal.reason instanceof DomainError) throw watch.signal.reason;
    } finally {
      watch.stop();
    }
  }

  private async note(event: ChatEvent): Promise<void> {
    if (event.type === 'approval.requested') this.ask(event.data.approval);
    if (event.type === 'approval.resolved') this.questions.get(event.data.approval.id)?.abort();
    if (event.type === 'turn.completed') await this.complete(event.data.turn);
  }

  private async complete(turn: TurnDto): Promise<void> {
    const waiter = this.waiters.get(turn.id);
    this.waiters.delete(turn.id);
    this.ended.set(turn.id, turn);
    // Whoever has asked for the turn is told with its answer.
    if (waiter === undefined && turn.error !== null) {
      await this.tell([chunk('agent_thought_chunk', `The turn has failed: ${turn.error.message}\n`)]);
    }
    waiter?.resolve(turn);
  }

  private ask(approval: ApprovalDto): void {
    if (this.questions.has(approval.id) || !allows(this.by.user, 'chat:write')) return;
    const end = new AbortController();
    this.questions.set(approval.id, end);
    this.answered(approval, end.signal)
      // It was answered elsewhere, the client does not know the question, or is gone: it stays open for others.
      .catch(() => undefined)
      .finally(() => this.questions.delete(approval.id));
  }

  private async answered(approval: ApprovalDto, signal: AbortSignal): Promise<void> {
    const { client, conversations, user } = this.by;
    const question = permissionQuestion(approval);
    if (question === undefined) return;
    const { outcome } = await client.request(
      methods.client.session.requestPermission,
      { sessionId: this.chatId, ...question },
      { cancellationSignal: signal, stopWaitingOnCancel: true },
    );
    const answer = answerIn(approval, outcome);
    if (answer !== undefined) await conversations.answer(user, approval.id, answer);
  }
}
