import { Injectable } from '@nestjs/common';
import type { UIMessageChunk } from 'ai';
import { In, Not } from 'typeorm';
import type { Principal } from '../../auth/principal';
import { Branches } from '../../branches/branches';
import type { BranchWithMessageDto } from '../../branches/branch.dto';
import { ApprovalEntity } from '../../chat/entities/approval.entity';
import { MessageEntity } from '../../chat/entities/message.entity';
import { TurnEntity } from '../../chat/entities/turn.entity';
import { toApprovalDto } from '../../chat/dto/approval.dto';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import { DomainError, invalid, notFound } from '../../common/domain.error';
import { isId } from '../../common/ids';
import { Conversations } from '../../contracts/conversations';
import { Database } from '../../database/database';
import { decisionOf } from './ui-decision';
import { type UiAnswer, type UiInput, uiInputOf } from './ui-input';
import { type StreamOf, UiChunks } from './ui-chunks';
import type { UiStreamDto } from './ui-stream.dto';

/** A stream that has been begun; its chat is another one where a branch was made. */
export interface UiTurn extends StreamOf {
  /** The events are read behind this one. */
  readonly after: number;
}

/** Begins and follows turns for UI messages. All that it needs to know of a client is in its request and in the chat's log. */
@Injectable()
export class UiTurns {
  constructor(
    private readonly conversations: Conversations,
    private readonly branches: Branches,
    private readonly database: Database,
  ) {}

  /**
   * Sends the last message of a request, begins an answer anew, or gives answers to questions.
   *
   * @throws DomainError as Conversations.send, Branches.retry and edit, and Conversations.answer do; `validation_failed`, `empty_message`
   */
  async begin(user: Principal, chatId: string, input: UiStreamDto): Promise<UiTurn> {
    const message = input.message ?? input.messages?.at(-1);
    if (input.trigger === 'regenerate-message') return this.anew(user, chatId, input, message);
    const asked = uiInputOf(message);
    if (asked.kind === 'answers') return this.answered(user, chatId, asked.answers, asked.calls);
    return this.sent(user, chatId, input, asked);
  }

  /** The turn that runs, or waits to, from its beginning on; undefined for none. @throws DomainError `chat_not_found` */
  async running(user: Principal, chatId: string): Promise<UiTurn | undefined> {
    const chat = await this.conversations.find(user, chatId);
    if (chat.status === 'idle') return undefined;
    const { read } = this.database;
    const where = { chatId, status: In(['running', 'queued'] as const) };
    const turn = await read.findOne(TurnEntity, { where, order: { ordinal: 'ASC' } });
    const first = turn && (await this.beginningOf(chatId, turn.id));
    if (!turn || !first) return undefined;
    const resolved = await read.find(ApprovalEntity, {
      select: { id: true },
      where: { turnId: turn.id, status: Not('pending' as const) },
    });
    return { chatId, turnId: turn.id, after: first.seq - 1, answered: resolved.map(({ id }) => id) };
  }

  /** In batches, until the turn ends or waits for an answer. A reader that leaves leaves the turn alone. */
  async *chunks(user: Principal, turn: UiTurn, signal: AbortSignal): AsyncGenerator<readonly UIMessageChunk[]> {
    const mapper = new UiChunks(turn);
    yield mapper.begin();
    for await (const batch of this.conversations.log(user, turn.chatId, turn.after, signal)) {
      const ofTurn = (event: ChatEvent): boolean => event.turnId === turn.turnId;
      const chunks = batch.filter(ofTurn).flatMap((event) => mapper.of(event));
      if (chunks.length > 0) yield chunks;
      if (mapper.ended) return;
    }
  }

  private async sent(
    user: Principal,
    chatId: string,
    { messageId, backend, model, effort, mode }: UiStreamDto,
    { id, content }: Extract<UiInput, { kind: 'message' }>,
  ): Promise<UiTurn> {
    const options = { backend, model, effort, mode };
    const edited = messageId !== undefined && messageId === id ? await this.messageOf(chatId, id) : null;
    if (edited !== null) {
      const branch = await this.branches.edit(user, chatId, edited.id, { content, ...options });
      return this.inBranch(branch);
    }
    const accepted = await this.conversations.send(user, chatId, { content, clientMessageId: id, ...options });
    return { chatId, turnId: accepted.turnId, after: accepted.seqBefore };
  }

  /** In a branch that begins before the turn: its answer stays where it is. */
  private async anew(user: Principal, chatId: string, input: UiStreamDto, last: unknown): Promise<UiTurn> {
    const turnId = await this.turnToRepeat(user, chatId, input.messageId, last);
    const { model, effort } = input;
    return this.inBranch(await this.branches.retry(user, chatId, turnId, { backend: input.backend, model, effort }));
  }

  private async turnToRepeat(
    user: Principal,
    chatId: string,
    messageId: string | undefined,
    last: unknown,
  ): Promise<string> {
    await this.conversations.find(user, chatId);
    const lastId = typeof last === 'object' && last !== null && 'id' in last ? last.id : undefined;
    for (const id of [messageId, lastId]) {
      if (typeof id !== 'string') continue;
      if (isId(id) && (await this.database.read.existsBy(TurnEntity, { id, chatId }))) return id;
      const message = await this.messageOf(chatId, id);
      if (message !== null) return message.turnId;
    }
    if (messageId !== undefined) throw notFound('message', messageId);
    const where = { chatId };
    const turn = await this.database.read.findOne(TurnEntity, { where, order: { ordinal: 'DESC' } });
    if (turn === null) throw invalid('empty_message', 'The chat has no answer that could be made anew.');
    return turn.id;
  }

  /** By the client's id of it, or ours. */
  private messageOf(chatId: string, id: string | undefined): Promise<MessageEntity | null> {
    if (id === undefined) return Promise.resolve(null);
    const where = [{ chatId, clientMessageId: id }, ...(isId(id) ? [{ chatId, id }] : [])];
    return this.database.read.findOneBy(MessageEntity, where);
  }

  private async inBranch({ chat, turnId, messageId }: BranchWithMessageDto): Promise<UiTurn> {
    const message = await this.database.read.findOneByOrFail(MessageEntity, { id: messageId });
    return { chatId: chat.id, turnId, after: message.seq - 1 };
  }

  private beginningOf(chatId: string, turnId: string): Promise<MessageEntity | null> {
    return this.database.read.findOne(MessageEntity, { where: { chatId, turnId }, order: { seq: 'ASC' } });
  }

  /** The stream goes on where the client's ended: behind the last of the questions, whoever has answered them. */
  private async answered(
    user: Principal,
    chatId: string,
    answers: readonly UiAnswer[],
    knownCalls: readonly string[],
  ): Promise<UiTurn> {
    await this.conversations.find(user, chatId);
    const ids = answers.map(({ approvalId }) => approvalId).filter(isId);
    const rows = await this.database.read.findBy(ApprovalEntity, { id: In(ids), chatId });
    const last = rows.reduce<ApprovalEntity | undefined>((a, b) => (a && a.seq > b.seq ? a : b), undefined);
    if (last === undefined) throw notFound('approval', answers[0]?.approvalId ?? '');
    for (const row of rows) {
      const answer = answers.find(({ approvalId }) => approvalId === row.id);
      if (row.status !== 'pending' || answer === undefined) continue;
      await this.conversations.answer(user, row.id, decisionOf(toApprovalDto(row), answer)).catch(unlessAnswered);
    }
    return { chatId, turnId: last.turnId, after: last.seq, knownCalls, answered: rows.map(({ id }) => id) };
  }
}

/** Somebody else was quicker: the stream says how it was answered. */
function unlessAnswered(error: unknown): void {
  if (!(error instanceof DomainError) || error.code !== 'approval_already_resolved') throw error;
}
