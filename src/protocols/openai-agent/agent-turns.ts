import { Injectable } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import type { Principal } from '../../auth/principal';
import { ChatHistory } from '../../chat/chat-history';
import { asTitle } from '../../chat/chat-title';
import type { ChatDto } from '../../chat/dto/chat.dto';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import type { AcceptedMessage } from '../../chat/message-intake';
import { messageOf } from '../../common/domain.error';
import { ComponentLogger, Logger } from '../../common/logger';
import { Conversations, type Watch } from '../../contracts/conversations';
import { firstMessageId, laterMessageId } from './agent-ids';
import type { AgentModelName } from './agent-model-name';
import type { AgentRequest } from './agent-request';
import { AnswerParts, type AnswerPart } from './answer-part';
import { answerInWords } from './approval-words';
import { textOfParts } from './input-parts';
import { KnownConversations } from './known-conversations';
import { toldHistory } from './told-history';

/** How long a turn that waits behind others is waited for, when its caller has left. */
const STOP_DEADLINE_MS = 3_600_000;

export interface Asked {
  readonly model: AgentModelName;
  readonly request: AgentRequest;
  /** The chat that goes on; undefined: the one that the history is of, or a new one. */
  readonly chatId: string | undefined;
  /** Whether a question of the agent ends the answer. */
  readonly waits: boolean;
}

/** An answer that is on its way. */
export interface BegunAnswer {
  readonly chatId: string;
  readonly turnId: string;
  /** Number of the event behind which it begins, where it is not the first of its turn. */
  readonly from?: number;
  /** To its end, or until nobody listens. */
  readonly parts: AsyncIterable<readonly AnswerPart[]>;
  readonly watch: Watch;
  /** Stops the turn. Never throws. */
  readonly stop: () => Promise<void>;
}

/** Lets the agent answer in the chat that a request belongs to. */
@Injectable()
export class AgentTurns {
  private readonly logger: ComponentLogger;

  constructor(
    private readonly conversations: Conversations,
    private readonly known: KnownConversations,
    private readonly history: ChatHistory,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'agent-model' });
  }

  /** @throws DomainError as Conversations.create and send do, before anything is answered */
  async begin(user: Principal, asked: Asked, response: ServerResponse): Promise<BegunAnswer> {
    const { request } = asked;
    const chatId = asked.chatId ?? (await this.known.behindHistory(user, request.earlier));
    if (chatId === undefined) return this.inNewChat(user, asked, response);
    const chat = await this.conversations.find(user, chatId);
    const answered = chat.status === 'waiting_for_approval' && (await this.answerQuestion(user, chat, asked, response));
    return answered || this.send(user, chatId, { ...asked, clientMessageId: laterMessageId() }, response);
  }

  private async inNewChat(user: Principal, asked: Asked, response: ServerResponse): Promise<BegunAnswer> {
    const { earlier, content, instructions } = asked.request;
    const text = textOfParts(content);
    const first = earlier.find(({ role }) => role === 'user')?.text ?? text;
    const told = earlier.length === 0 ? [] : [{ type: 'text' as const, text: `${toldHistory(earlier)}\n\n` }];
    const title = asTitle(text);
    const { id } = await this.conversations.create(user, {
      ...asked.model,
      instructions,
      ...(title !== '' && { title }),
    });
    const request = { ...asked.request, content: [...told, ...content] };
    try {
      return await this.send(user, id, { ...asked, request, clientMessageId: firstMessageId(first) }, response);
    } catch (error) {
      // A chat without the message that it was made for is of no use to anybody.
      await this.conversations.remove(user, id);
      throw error;
    }
  }

  private async send(
    user: Principal,
    chatId: string,
    { model, request, waits, clientMessageId }: Asked & { readonly clientMessageId: string },
    response: ServerResponse,
  ): Promise<BegunAnswer> {
    const { content, outputSchema, effort } = request;
    const route = { backend: model.backend, model: model.model, effort };
    const accepted = await this.conversations.send(user, chatId, { content, clientMessageId, outputSchema, ...route });
    const watch = this.conversations.watchFor(user, chatId, response);
    return {
      ...{ chatId, turnId: accepted.turnId, watch },
      parts: mapped(this.conversations.follow(accepted, watch.signal), accepted.turnId, new AnswerParts(waits)),
      stop: () => this.quietly(this.stopTurn(user, accepted)),
    };
  }

  /** @returns undefined where nothing is asked any more */
  private async answerQuestion(
    user: Principal,
    chat: ChatDto,
    { request, waits }: Asked,
    response: ServerResponse,
  ): Promise<BegunAnswer | undefined> {
    const open = await this.history.pendingApprovals(user, chat.id, { limit: 2 });
    const [approval, next] = open.data;
    if (approval === undefined) return undefined;
    const { id: chatId, lastSeq: from } = chat;
    const begun = (): Omit<BegunAnswer, 'parts'> => ({
      ...{ chatId, turnId: approval.turnId, from },
      watch: this.conversations.watchFor(user, chatId, response),
      stop: () => this.quietly(this.conversations.interrupt(user, chatId)),
    });
    const answer = answerInWords(approval, textOfParts(request.content));
    if (answer === undefined) return { ...begun(), parts: once(new AnswerParts(true).question(approval)) };
    await this.conversations.answer(user, approval.id, answer);
    if (next !== undefined) return { ...begun(), parts: once(new AnswerParts(true).question(next)) };
    const answered = begun();
    const log = this.conversations.log(user, chatId, from, answered.watch.signal);
    return { ...answered, parts: mapped(log, approval.turnId, new AnswerParts(waits), approval.id) };
  }

  /** One that waits behind others is stopped as soon as it begins: those are not the caller's to stop. */
  private async stopTurn(user: Principal, accepted: AcceptedMessage): Promise<void> {
    const { chat, waitsFor, turnId } = accepted;
    if (waitsFor !== null) {
      const deadline = AbortSignal.timeout(STOP_DEADLINE_MS);
      for await (const batch of this.conversations.follow(accepted, deadline)) {
        if (batch.some(({ type }) => type === 'turn.completed')) return;
        if (batch.some((event) => event.type === 'turn.started' && event.turnId === turnId)) break;
      }
    }
    await this.conversations.interrupt(user, chat.chatId);
  }

  private async quietly(work: Promise<unknown>): Promise<void> {
    await work.catch((error: unknown) => {
      this.logger.warn({ reason: messageOf(error) }, 'a turn could not be stopped whose caller has left');
    });
  }
}

async function* once(parts: readonly AnswerPart[]): AsyncGenerator<readonly AnswerPart[]> {
  yield await Promise.resolve(parts);
}

/** @param answeredId of the question whose answer this goes on behind */
async function* mapped(
  batches: AsyncIterable<readonly ChatEvent[]>,
  turnId: string,
  mapper: AnswerParts,
  answeredId?: string,
): AsyncGenerator<readonly AnswerPart[]> {
  for await (const batch of batches) {
    const parts = batch
      .filter((event) => event.turnId === turnId && !isQuestion(event, answeredId))
      .flatMap((event) => mapper.of(event));
    const end = parts.findIndex(({ type }) => type === 'end');
    if (parts.length > 0) yield end < 0 ? parts : parts.slice(0, end + 1);
    if (end >= 0) return;
  }
}

const isQuestion = (event: ChatEvent, id: string | undefined): boolean =>
  event.type === 'approval.requested' && event.data.approval.id === id;
