import { Injectable } from '@nestjs/common';
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Principal } from '../../auth/principal';
import { ConversationReads } from '../../contracts/conversation-reads';
import { Conversations } from '../../contracts/conversations';
import { nameOf } from '../../contracts/approval-words';
import { resultOf, toldTurn, turnInWords } from './tool-results';
import type { ToolInput, ToolName, ToolOutput } from './tool-schemas';
import type { TurnProgress } from './turn-progress';
import { TurnWaits } from './turn-waits';
import { WorkspaceFiles } from './workspace-files';

/** One call of a tool. */
export interface ToolCall {
  readonly user: Principal;
  /** Aborted when the caller waits no more. */
  readonly signal: AbortSignal;
  readonly tell: (progress: TurnProgress) => void;
}

type Handlers = { readonly [N in ToolName]: (call: ToolCall, input: ToolInput<N>) => Promise<CallToolResult> };

/** What the tools do. Every one throws DomainError as the route of the service's own API for the same purpose does. */
@Injectable()
export class McpTools {
  constructor(
    private readonly conversations: Conversations,
    private readonly reads: ConversationReads,
    private readonly waits: TurnWaits,
    private readonly files: WorkspaceFiles,
  ) {}

  readonly handlers: Handlers = {
    list_chats: ({ user }, input) => this.listChats(user, input),
    start_chat: (call, input) => this.startChat(call, input),
    send_message: (call, input) => this.sendMessage(call, input),
    wait_turn: (call, input) => this.waitTurn(call, input),
    answer_approval: ({ user }, input) => this.answerApproval(user, input),
    list_files: ({ user }, input) => this.files.list(user, input),
    read_file: ({ user }, input) => this.files.read(user, input),
    interrupt: async ({ user }, { chatId }) => {
      const turnId = await this.conversations.interrupt(user, chatId);
      const words = turnId === null ? 'No turn of this chat runs.' : `Turn ${turnId} is being interrupted.`;
      return resultOf({ turnId } satisfies ToolOutput<'interrupt'>, words);
    },
  };

  private async listChats(user: Principal, input: ToolInput<'list_chats'>): Promise<CallToolResult> {
    const { data, nextCursor } = await this.reads.list(user, { ...input, sort: 'activity' });
    const chats = data.map(({ id: chatId, title, status, backend, projectId, updatedAt }) => {
      return { chatId, title, status, backend, projectId, updatedAt };
    });
    const lines = chats.map(({ chatId, title, status }) => `${chatId} ${status}: ${title}`);
    if (chats.length === 0) lines.push('There is no such chat.');
    if (nextCursor !== null) lines.push(`There are more: call it again with cursor ${nextCursor}.`);
    return resultOf({ chats, nextCursor } satisfies ToolOutput<'list_chats'>, lines.join('\n'));
  }

  private async startChat(call: ToolCall, input: ToolInput<'start_chat'>): Promise<CallToolResult> {
    const { message, waitSeconds, ...wanted } = input;
    if (message === undefined) {
      const { id: chatId, title } = await this.conversations.create(call.user, wanted);
      const made: ToolOutput<'start_chat'> = { chatId, title, turn: null };
      return resultOf(made, `Chat ${chatId} is made.`);
    }
    const accepted = await this.conversations.begin(call.user, wanted, { content: message });
    const { chatId } = accepted.chat;
    const turn = toldTurn(await this.waits.ofMessage(call.user, accepted, { ...call, seconds: waitSeconds }));
    const { title } = await this.conversations.find(call.user, chatId);
    const told: ToolOutput<'start_chat'> = { chatId, title, turn };
    return resultOf(told, `Chat ${chatId}, turn ${turn.turnId}:\n\n${turnInWords(turn)}`);
  }

  private async sendMessage(call: ToolCall, input: ToolInput<'send_message'>): Promise<CallToolResult> {
    const { chatId, message: content, waitSeconds, ...options } = input;
    const accepted = await this.conversations.send(call.user, chatId, { content, ...options });
    return turnResult(await this.waits.ofMessage(call.user, accepted, { ...call, seconds: waitSeconds }));
  }

  private async waitTurn(call: ToolCall, input: ToolInput<'wait_turn'>): Promise<CallToolResult> {
    const { chatId, turnId, waitSeconds } = input;
    return turnResult(await this.waits.ofTurn(call.user, chatId, turnId, { ...call, seconds: waitSeconds }));
  }

  private async answerApproval(user: Principal, input: ToolInput<'answer_approval'>): Promise<CallToolResult> {
    const { approvalId, ...answer } = input;
    const { status, decision, chatId, turnId } = await this.conversations.answer(user, approvalId, answer);
    const next = `Call wait_turn with chatId ${chatId} and turnId ${turnId} to see how it goes on.`;
    const told: ToolOutput<'answer_approval'> = {
      ...{ approvalId, status, decision: decision === null ? null : nameOf(decision), chatId, turnId, next },
    };
    return resultOf(told, `The approval is answered. ${next}`);
  }
}

function turnResult(progress: TurnProgress): CallToolResult {
  const turn = toldTurn(progress);
  return resultOf(turn, turnInWords(turn));
}
