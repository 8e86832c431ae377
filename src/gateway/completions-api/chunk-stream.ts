import { CallTokens, completionUsageOf } from '../wire/usage';
import { CompletionDelta, CompletionFrame, CompletionOutput, FinishReason } from './completion-chunk';
import { CompletionWriter } from './completion-writer';

/** Sends an answer as chunks; what they share is made once. */
export class ChunkStream implements CompletionOutput {
  private readonly head: string;
  private readonly usageField: string;
  private begun = false;

  /** @param includeUsage whether a last chunk tells the usage */
  constructor(
    { id, created, model }: CompletionFrame,
    private readonly includeUsage: boolean,
    private readonly client: CompletionWriter,
  ) {
    this.head = `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created, model }).slice(0, -1)},"choices":[`;
    this.usageField = includeUsage ? ',"usage":null' : '';
  }

  delta(delta: CompletionDelta): void {
    if (!this.begun) {
      this.begun = true;
      this.choice({ role: 'assistant', content: '' }, null);
    }
    this.choice(delta, null);
  }

  finish(reason: FinishReason, tokens: CallTokens | undefined): void {
    if (!this.begun) this.delta({ content: '' });
    this.choice({}, reason);
    const usage = tokens === undefined ? null : completionUsageOf(tokens);
    if (this.includeUsage) this.client.write(`${this.head}],"usage":${JSON.stringify(usage)}}\n\n`);
    this.client.write('data: [DONE]\n\n');
  }

  private choice(delta: CompletionDelta, reason: FinishReason | null): void {
    const choice = { index: 0, delta, logprobs: null, finish_reason: reason };
    this.client.write(`${this.head}${JSON.stringify(choice)}]${this.usageField}}\n\n`);
  }
}
