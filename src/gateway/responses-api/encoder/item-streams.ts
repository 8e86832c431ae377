import { ItemStatus, MessageItem, outputText } from '../../wire/output-item';
import { Emit } from '../../wire/response-event';
import { uniqueId } from '../../wire/unique-id';

/** An assistant message in the making: announces itself, then a delta each, then its end with the whole text. */
export class MessageStream {
  private readonly id = uniqueId('msg');
  private text = '';

  constructor(
    readonly outputIndex: number,
    private readonly emit: Emit,
  ) {
    const item: MessageItem = { type: 'message', id: this.id, status: 'in_progress', role: 'assistant', content: [] };
    emit({ type: 'response.output_item.added', output_index: outputIndex, item });
    emit({ type: 'response.content_part.added', ...this.place, part: outputText('') });
  }

  delta(delta: string): void {
    if (delta === '') return;
    this.text += delta;
    this.emit({ type: 'response.output_text.delta', ...this.place, delta, logprobs: [] });
  }

  end(status: ItemStatus = 'completed'): MessageItem {
    const part = outputText(this.text);
    const item: MessageItem = {
      type: 'message',
      id: this.id,
      status,
      role: 'assistant',
      content: [part],
    };
    this.emit({ type: 'response.output_text.done', ...this.place, text: this.text, logprobs: [] });
    this.emit({ type: 'response.content_part.done', ...this.place, part });
    this.emit({ type: 'response.output_item.done', output_index: this.outputIndex, item });
    return item;
  }

  private get place(): { item_id: string; output_index: number; content_index: number } {
    return { item_id: this.id, output_index: this.outputIndex, content_index: 0 };
  }
}
