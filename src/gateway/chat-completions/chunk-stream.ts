import { ChatClient } from './chat-client';
import { CallTokens } from '../usage/metered-call';
import { ChatDelta, ChatFrame, ChatOutput, chatUsageOf, FinishReason } from './chat-chunk';

/** Sends an answer as chunks; what they share is made once. */
export class ChunkStream implements ChatOutput {
  private readonly head: string;
  private readonly usageField: string;
  private begun = false;

  /** @param includeUsage whether a last chunk tells the usage */
  constructor(
    { id, created, model }: ChatFrame,
    private readonly includeUsage: boolean,
    private readonly client: ChatClient,
  ) {
    this.head = `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created, model }).slice(0, -1)},"choices":[`;
    this.usageField = includeUsage ? ',"usage":null' : '';
  }

  delta(delta: ChatDelta): void {
    if (!this.begun) {
      this.begun = true;
      this.choice({ role: 'assistant', content: '' }, null);
    }
    this.choice(delta, null);
  }

  finish(reason: FinishReason, tokens: CallTokens | undefined): void {
    if (!this.begun) this.delta({ content: '' });
    this.choice({}, reason);
    const usage = tokens === undefined ? null : chatUsageOf(tokens);
    if (this.includeUsage) this.client.write(`${this.head}],"usage":${JSON.stringify(usage)}}\n\n`);
    this.client.write('data: [DONE]\n\n');
  }

  private choice(delta: ChatDelta, reason: FinishReason | null): void {
    const choice = { index: 0, delta, logprobs: null, finish_reason: reason };
    this.client.write(`${this.head}${JSON.stringify(choice)}]${this.usageField}}\n\n`);
  }
}
