import type { SharedV4ProviderMetadata } from '@ai-sdk/provider';
import { ItemStatus, ReasoningItem, SummaryText } from '../../wire/output-item';
import { Emit } from '../../wire/response-event';
import { uniqueId } from '../../wire/unique-id';
import { ReasoningEnvelope, sealEnvelope } from '../../providers/translation/reasoning-envelope';

const summaryText = (text: string): SummaryText => ({ type: 'summary_text', text });

/** Reasoning in the making, shown as a summary; what the provider wants back goes into the item's envelope. */
export class ReasoningStream {
  private readonly id = uniqueId('rs');
  private text = '';
  private metadata: SharedV4ProviderMetadata | undefined;

  constructor(
    readonly outputIndex: number,
    private readonly backendId: string,
    private readonly emit: Emit,
  ) {
    emit({ type: 'response.output_item.added', output_index: outputIndex, item: this.item('in_progress', []) });
  }

  delta(delta: string): void {
    if (delta === '') return;
    if (this.text === '')
      this.emit({ type: 'response.reasoning_summary_part.added', ...this.place, part: summaryText('') });
    this.text += delta;
    this.emit({ type: 'response.reasoning_summary_text.delta', ...this.place, delta });
  }

  /** Signatures come with any part of the reasoning; the last word of a key counts. */
  addMetadata(metadata: SharedV4ProviderMetadata | undefined): void {
    for (const [provider, values] of Object.entries(metadata ?? {})) {
      this.metadata = { ...this.metadata, [provider]: { ...this.metadata?.[provider], ...values } };
    }
  }

  end(carried: Pick<ReasoningEnvelope, 'calls' | 'text'> = {}, status: ItemStatus = 'completed'): ReasoningItem {
    const part = summaryText(this.text);
    if (this.text !== '') {
      this.emit({ type: 'response.reasoning_summary_text.done', ...this.place, text: this.text });
      this.emit({ type: 'response.reasoning_summary_part.done', ...this.place, part });
    }
    const envelope = sealEnvelope({ backendId: this.backendId, metadata: this.metadata, ...carried });
    const item = this.item(status, this.text === '' ? [] : [part], envelope);
    this.emit({ type: 'response.output_item.done', output_index: this.outputIndex, item });
    return item;
  }

  private item(status: ItemStatus, summary: SummaryText[], envelope?: string): ReasoningItem {
    return { type: 'reasoning', id: this.id, status, summary, encrypted_content: envelope };
  }

  private get place(): { item_id: string; output_index: number; summary_index: number } {
    return { item_id: this.id, output_index: this.outputIndex, summary_index: 0 };
  }
}
