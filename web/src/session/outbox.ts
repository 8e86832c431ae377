import { describeError } from '../api/problem';
import { relayApi } from '../api/relay-api';
import type { ChatView } from '../log/chat-view';
import { type OutgoingMessage, undelivered } from '../log/outgoing-message';
import { loadOutgoing, newOutgoing, saveOutgoing } from './outgoing-storage';

/**
 * The messages on their way to one chat. They are kept in the browser's storage until the log shows them, and each
 * keeps its `clientMessageId` over retries and reloads, so none is lost and none is sent twice.
 */
export class Outbox {
  private messages: readonly OutgoingMessage[];
  private sending: Promise<void> = Promise.resolve();

  constructor(
    private readonly chatId: string,
    private readonly onChange: () => void,
  ) {
    this.messages = loadOutgoing(chatId);
  }

  get pending(): readonly OutgoingMessage[] {
    return this.messages;
  }

  send(text: string, afterSeq: number): void {
    const message = newOutgoing(text, afterSeq);
    this.replace([...this.messages, message]);
    this.post(message.clientMessageId, text);
  }

  retry(clientMessageId: string): void {
    const message = this.messages.find((candidate) => candidate.clientMessageId === clientMessageId);
    if (message?.state !== 'failed') return;
    this.change(clientMessageId, { state: 'sending', error: null });
    this.post(clientMessageId, message.text);
  }

  discard(clientMessageId: string): void {
    this.replace(this.messages.filter((message) => message.clientMessageId !== clientMessageId));
  }

  /** Sends what an earlier page began to send: before a reload, or for the chat it had just made. */
  resume(): void {
    for (const { state, clientMessageId, text } of this.messages)
      if (state === 'sending') this.post(clientMessageId, text);
  }

  /** Forgets the messages that the log shows. One still being sent is kept until the server has answered for it. */
  prune(view: ChatView): void {
    const missing = new Set(undelivered(this.messages, view));
    const rest = this.messages.filter((message) => message.state === 'sending' || missing.has(message));
    if (rest.length < this.messages.length) this.replace(rest);
  }

  /** One after the other, so that they arrive in the order in which they were written. */
  private post(clientMessageId: string, text: string): void {
    this.sending = this.sending.then(async () => {
      try {
        const { messageId } = await relayApi.postMessage(this.chatId, text, clientMessageId);
        this.change(clientMessageId, { state: 'accepted', messageId });
      } catch (error) {
        this.change(clientMessageId, { state: 'failed', error: describeError(error) });
      }
    });
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
    saveOutgoing(this.chatId, messages);
    this.onChange();
  }
}
