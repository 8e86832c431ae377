import { Injectable } from '@nestjs/common';
import { User } from '../auth/user';
import { ApprovalAnswers } from '../chat/approval-answers';
import { ChatDirectory } from '../chat/chat-directory';
import type { ChatRef } from '../chat/event-log/log-entry';
import { MessageIntake } from '../chat/message-intake';
import { ChatStop } from '../chat/chat-stop';
import type { WaitsForDto } from '../chat/dto/queue.dto';
import { TurnControl } from '../chat/turn-control';
import { parse } from '../common/validation';
import { ChatCall, InterruptCall, JoinCall, RespondCall, SendCall, SteerCall } from './client-messages';

/** What a client can ask for over a socket. Every method throws DomainError as the REST call of the same purpose does. */
@Injectable()
export class ChatCalls {
  constructor(
    private readonly directory: ChatDirectory,
    private readonly intake: MessageIntake,
    private readonly control: TurnControl,
    private readonly stop: ChatStop,
    private readonly approvals: ApprovalAnswers,
  ) {}

  async join(user: User, call: unknown): Promise<{ chat: ChatRef; after: number | undefined }> {
    const { chatId, after } = await parse(JoinCall, call);
    const { id, userId } = await this.directory.find(user, chatId, 'read');
    return { chat: { chatId: id, userId }, after };
  }

  async leave(call: unknown): Promise<string> {
    return (await parse(ChatCall, call)).chatId;
  }

  async send(user: User, call: unknown): Promise<{ messageId: string; turnId: string; waitsFor: WaitsForDto | null }> {
    const { chatId, ...input } = await parse(SendCall, call);
    const { messageId, turnId, waitsFor } = await this.intake.accept(user, chatId, input);
    return { messageId, turnId, waitsFor };
  }

  async interrupt(user: User, call: unknown): Promise<{ turnId: string | null }> {
    const { chatId, queue } = await parse(InterruptCall, call);
    return { turnId: await this.stop.interrupt(user, chatId, queue) };
  }

  async steer(user: User, call: unknown): Promise<{ messageId: string; turnId: string }> {
    const { chatId, content } = await parse(SteerCall, call);
    return this.control.steer(user, chatId, content);
  }

  async respond(user: User, call: unknown): Promise<Record<string, unknown>> {
    const { approvalId, ...input } = await parse(RespondCall, call);
    return { approval: await this.approvals.answer(user, approvalId, input) };
  }
}
