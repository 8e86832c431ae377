import { ApiProblem, describeError, NetworkProblem } from '../api/problem';
import { relayApi } from '../api/relay-api';
import type { ChatView } from '../log/chat-view';
import { contentOf, type OutgoingMessage, undelivered, type Written } from '../log/outgoing-message';
import { loadOutgoing, newOutgoing, saveOutgoing, sentByThisPage } from './outgoing-storage';

/**
 * The messages on their way to one chat. They are kept in the browser's storage until the log shows them, and each
 * keeps its `clientMessageId` over retries and reloads, so none is lost and none is sent twice.
 */
export class Outbox {
  private messages: readonly OutgoingMessage[];
  /** Ids of the messages that this view of the chat has or had. */
  private readonly known: Set<string>;
  private sending: Promise<void> = Promise.resolve();

  constructor(
    private readonly chatId: string,
    private readonly onChange: () => void,
  ) {
    this.messages = loadOutgoing(chatId);
    this.known = new Set(this.messages.map(({ clientMessageId }) => clientMessageId));
  }

  get pending(): readonly OutgoingMessage[] {
    return this.messages;
  }

  /** Ids of the messages that the server has. */
  get accepted(): string[] {
    return this.messages.filter(({ state }) => state === 'accepted').map(({ clientMessageId }) => clientMessageId);
  }

  send(written: Written, afterSeq: number): void {
    this.add(newOutgoing(written, afterSeq));
  }

  /** Offers a message to the running turn; it becomes the next turn's where none runs any more. */
  steer(written: Written, afterSeq: number): void {
    this.add({ ...newOutgoing(written, afterSeq), state: 'steering' });
  }

  retry(clientMessageId: string): void {
    const message = this.messages.find((candidate) => candidate.clientMessageId === clientMessageId);
    if (message?.state !== 'failed') return;
    this.change(clientMessageId, { state: 'sending', error: null, unreached: false });
    this.post({ ...message, state: 'sending' });
  }

  discard(clientMessageId: string): void {
    this.replace(this.messages.filter((message) => message.clientMessageId !== clientMessageId));
  }

  /** Sends what an earlier page began to send: before a reload, or for the chat it had just made. */
  resume(): void {
    for (const message of this.messages) if (message.state === 'sending') this.post(message);
    this.resend();
  }

  /** Sends what did not reach the service, now that it can be reached again: under its id it is taken once. */
  resend(): void {
    for (const { clientMessageId, unreached } of this.messages) if (unreached) this.retry(clientMessageId);
  }

  /** Forgets the messages that the log shows. One still being sent is kept until the server has answered for it. */
  prune(view: ChatView): void {
    const missing = new Set(undelivered(this.messages, view));
    const rest = this.messages.filter((message) => isOnItsWay(message) || missing.has(message));
    if (rest.length < this.messages.length) this.replace(rest);
  }

  private add(message: OutgoingMessage): void {
    this.known.add(message.clientMessageId);
    this.replace([...this.messages, message]);
    this.post(message);
  }

  /** One after the other, so that they arrive in the order in which they were written. */
  private post(message: OutgoingMessage): void {
    const { clientMessageId } = message;
    this.sending = this.sending.then(async () => {
      try {
        if (message.state !== 'steering' || !(await this.postSteering(message))) await this.postMessage(message);
      } catch (error) {
        // What was offered to a turn has no id by which the service would know it again.
        const isKnown = this.messages.find((one) => one.clientMessageId === clientMessageId)?.state === 'sending';
        const unreached = error instanceof NetworkProblem && isKnown;
        this.change(clientMessageId, { state: 'failed', error: describeError(error), unreached });
      }
    });
  }

  private async postMessage(message: OutgoingMessage): Promise<void> {
    const { clientMessageId } = message;
    await relayApi.postMessage(this.chatId, contentOf(message), message);
    this.change(clientMessageId, { state: 'accepted' });
  }

  /** False: no turn runs that could take it. Its event is in the log by the time the server answers. */
  private async postSteering(message: OutgoingMessage): Promise<boolean> {
    try {
      await relayApi.steer(this.chatId, contentOf(message));
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.code !== 'no_running_turn') throw error;
      this.change(message.clientMessageId, { state: 'sending' });
      return false;
    }
    this.discard(message.clientMessageId);
    return true;
  }

  private change(clientMessageId: string, changes: Partial<OutgoingMessage>): void {
    this.replace(
      this.messages.map((message) =>
        message.clientMessageId === clientMessageId ? { ...message, ...changes } : message,
      ),
    );
  }

  private replace(messages: readonly OutgoingMessage[]): void {
    this.messages = messages;
    // An answer may come after the chat was left and opened again, and more was written there.
    const others = sentByThisPage(this.chatId).filter(({ clientMessageId }) => !this.known.has(clientMessageId));
    saveOutgoing(this.chatId, [...messages, ...others]);
    this.onChange();
  }
}

function isOnItsWay({ state }: OutgoingMessage): boolean {
  return state === 'sending' || state === 'steering';
}
