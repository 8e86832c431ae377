import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatDto } from '../../../src/chat/dto/chat.dto';
import type { MessageAcceptedDto } from '../../../src/chat/dto/send-message.dto';
import type { ChatEvent } from '../../../src/chat/event-log/chat-event';
import type { EndedTurnStatus } from '../../../src/chat/entities/turn.entity';
import type { ClientEntry } from '../evidence/entries';
import type { Journal } from '../evidence/journal';
import { contentOf, newToken, ReplyRequest } from '../evidence/token';
import type { Random } from '../seeded-random';
import type { KnownIds } from '../users/known-ids';
import type { User } from '../users/users';
import { Approver } from './approver';
import { Caller } from './caller';
import { overSocket, overSse } from './connections';
import { Follower } from './follower';
import { AccessProbe } from './access-probe';

const RETRY_MS = 100;
/** Longer than the service is down at a time. */
const OPENING_MS = 60_000;
/** Share of the accepted messages that the client sends again, as if the answer had got lost. */
const REPEATED = 0.1;

export interface TurnEnd {
  readonly status: EndedTurnStatus;
  readonly code: string | null;
}

export interface ClientOptions {
  readonly name: string;
  readonly caller: Caller;
  readonly journal: Journal<ClientEntry>;
  readonly random: Random;
  readonly known: KnownIds;
}

/** A person with one chat: repeats a message until it is accepted, follows the chat over SSE and Socket.IO. */
export class ChatClient {
  private readonly ends = new Map<string, PromiseWithResolvers<TurnEnd>>();
  private readonly texts = new Map<string, PromiseWithResolvers<void>>();
  private readonly followers: Follower[];
  private readonly approver: Approver;
  private readonly accessProbe: AccessProbe;
  private messages = 0;
  private isRemoved = false;

  private constructor(
    readonly chatId: string,
    private readonly options: ClientOptions,
  ) {
    const { name, caller, journal, random, known } = options;
    this.approver = new Approver(caller, journal, random.fork());
    this.accessProbe = new AccessProbe(caller, journal, known, random.fork());
    this.followers = [overSse, overSocket].map(
      (over) => new Follower(chatId, `${name} ${over.name}`, () => caller.place, over, journal),
    );
    for (const follower of this.followers) {
      follower.onEvent((event) => this.saw(event));
    }
  }

  /** @throws Error when no chat can be had in time */
  static async open(options: ClientOptions): Promise<ChatClient> {
    const endsAt = performance.now() + OPENING_MS;
    for (;;) {
      const answer = await options.caller.call<ChatDto>('POST', '/api/v1/chats', {});
      if (!(answer instanceof Error) && answer.status === 201) {
        options.known.add(options.caller.user, 'chat', answer.body.id);
        return new ChatClient(answer.body.id, options);
      }
      if (performance.now() > endsAt) throw new Error(`no chat could be opened: ${JSON.stringify(answer)}`);
      await sleep(RETRY_MS);
    }
  }

  get user(): User {
    return this.options.caller.user;
  }

  /** Its chat is deleted. */
  get isGone(): boolean {
    return this.isRemoved;
  }

  /** Sends a message, the same one again and again until the service has it; resolves with its turn. */
  async say(requested: Omit<ReplyRequest, 'token'>): Promise<string> {
    const { random } = this.options;
    const token = newToken(random);
    const clientMessageId = `${this.options.name}-${(this.messages += 1)}`;
    const isRepeated = random.chance(REPEATED);
    const content = contentOf({ ...requested, token });
    this.options.journal.add({ kind: 'sent', chatId: this.chatId, clientMessageId, token, content });
    const turnId = await this.sendUntilAccepted(clientMessageId, content);
    if (isRepeated) await this.send(clientMessageId, content);
    return turnId;
  }

  /** Steers the running turn, if one runs. */
  async steer(requested: Omit<ReplyRequest, 'token'>): Promise<void> {
    const { chatId } = this;
    const { journal, random, caller } = this.options;
    const token = newToken(random);
    const content = contentOf({ ...requested, token });
    journal.add({ kind: 'steering', chatId, token, content });
    const answer = await caller.call<MessageAcceptedDto>('POST', `/api/v1/chats/${chatId}/steer`, { content });
    if (answer instanceof Error || answer.status >= 500) return;
    const { messageId, turnId } = answer.body;
    if (answer.status === 202) journal.add({ kind: 'steered', chatId, token, messageId, turnId });
    else journal.add({ kind: 'steer_refused', chatId, token });
  }

  /** Stops the turn that runs; resolves with its id, or null when the service has not said that it stops one. */
  async interrupt(): Promise<string | null> {
    const { chatId } = this;
    const { journal, caller } = this.options;
    const answer = await caller.call<{ turnId: string | null }>('POST', `/api/v1/chats/${chatId}/interrupt`);
    if (answer instanceof Error || answer.status !== 202) return null;
    const { turnId } = answer.body;
    journal.add({ kind: 'interrupted', chatId, turnId });
    return turnId;
  }

  /** Deletes the chat, whatever goes on in it, and hangs up. */
  async remove(): Promise<void> {
    const { chatId } = this;
    const { journal, caller } = this.options;
    journal.add({ kind: 'deleting', chatId });
    for (;;) {
      const answer = await caller.call('DELETE', `/api/v1/chats/${chatId}`);
      if (!(answer instanceof Error) && [204, 404].includes(answer.status)) break;
      await sleep(RETRY_MS);
    }
    journal.add({ kind: 'deleted', chatId });
    this.isRemoved = true;
    await this.close();
  }

  /** Tries to reach something of another user. */
  callForeign(): Promise<void> {
    return this.accessProbe.tryOne();
  }

  /** How the turn ended, as the client receives it; undefined when it does not in time. */
  async end(turnId: string, patienceMs: number): Promise<TurnEnd | undefined> {
    const patience = new AbortController();
    const over = sleep(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined);
    const end = await Promise.race([madeFor(this.ends, turnId).promise, over]);
    patience.abort();
    if (end === undefined) this.options.journal.add({ kind: 'gave_up', chatId: this.chatId, turnId });
    return end ?? undefined;
  }

  /** Resolves when the first of the turn's answer is received. */
  shows(turnId: string): Promise<void> {
    return madeFor(this.texts, turnId).promise;
  }

  /** All of its readers have seen the event of this number. */
  hasSeen(seq: number): boolean {
    return this.followers.every(({ lastSeq }) => lastSeq >= seq);
  }

  /** The chat as the service has it. */
  chat(): Promise<ChatDto> {
    return this.options.caller.api.chat(this.chatId);
  }

  /** Hangs up once both readers have seen the same; for a chat in which nothing happens any more. */
  async retire(): Promise<void> {
    const last = (): number => Math.max(...this.followers.map(({ lastSeq }) => lastSeq));
    while (!this.hasSeen(last())) await sleep(RETRY_MS);
    await this.close();
  }

  async close(): Promise<void> {
    this.approver.stop();
    await Promise.all(this.followers.map((follower) => follower.close()));
  }

  private async sendUntilAccepted(clientMessageId: string, content: string): Promise<string> {
    for (;;) {
      const turnId = await this.send(clientMessageId, content);
      if (turnId !== undefined) return turnId;
      await sleep(RETRY_MS);
    }
  }

  private async send(clientMessageId: string, content: string): Promise<string | undefined> {
    const { chatId, options } = this;
    const of = { chatId, clientMessageId };
    const path = `/api/v1/chats/${chatId}/messages`;
    const answer = await options.caller.call<MessageAcceptedDto>('POST', path, { content, clientMessageId });
    if (answer instanceof Error) {
      options.journal.add({ kind: 'unanswered', ...of, reason: answer.message });
      return undefined;
    }
    const { status, body } = answer;
    if (status !== 202) {
      options.journal.add({ kind: 'refused', ...of, status, code: body.code });
      return undefined;
    }
    options.journal.add({ kind: 'accepted', ...of, messageId: body.messageId, turnId: body.turnId });
    return body.turnId;
  }

  private saw(event: ChatEvent): void {
    const turnId = event.turnId ?? '';
    const { caller, known } = this.options;
    if (event.type === 'message.delta') madeFor(this.texts, turnId).resolve();
    if (event.type === 'item.started') known.add(caller.user, 'action', event.data.item.id);
    if (event.type === 'approval.requested') {
      known.add(caller.user, 'approval', event.data.approval.id);
      void this.approver.ask(event.data.approval);
    }
    if (event.type !== 'turn.completed') return;
    madeFor(this.ends, turnId).resolve({ status: event.data.status, code: event.data.error?.code ?? null });
  }
}

function madeFor<T>(promises: Map<string, PromiseWithResolvers<T>>, turnId: string): PromiseWithResolvers<T> {
  const made = promises.get(turnId) ?? Promise.withResolvers<T>();
  promises.set(turnId, made);
  return made;
}
