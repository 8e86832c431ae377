import { MessageStream, ReasoningStream } from '../../gateway/responses-api/encoder/item-streams';
import type { ItemStatus, OutputItem, ResponseFrame } from '../../gateway/wire/response-object';
import { responseUsageOf } from '../../gateway/wire/usage';
import type { AnswerEnd, AnswerPart } from './answer-part';
import { nativeItems } from './native-items';
import type { ItemForm, ReadableAnswer, ReadablePiece } from './readable-answer';
import { tokensOf } from './tokens-of';

/** An event of a response, without its number. */
interface OwnEvent {
  readonly type: string;
}
type NumberedOwnEvent = OwnEvent & { readonly sequence_number: number };
type Item = OutputItem | ReturnType<typeof nativeItems>[number];

interface Open {
  readonly kind: ReadablePiece['kind'];
  readonly stream: MessageStream | ReasoningStream;
}

/** Whose the reasoning is; nothing of it goes back to a provider. */
const MAKER = 'agent';

/** An answer of the agent as the events of one response, and as the response that they end with. */
export class ResponseAnswer {
  private sequence = 0;
  private nextIndex = 0;
  private readonly output: Item[] = [];
  private open: Open | undefined;

  constructor(
    private readonly frame: ResponseFrame,
    private readonly form: { readonly items: ItemForm; readonly words: ReadableAnswer },
    private readonly send: (event: NumberedOwnEvent) => void,
  ) {}

  begin(): void {
    this.emit({ type: 'response.created', response: this.snapshot('in_progress') });
    this.emit({ type: 'response.in_progress', response: this.snapshot('in_progress') });
  }

  write(part: AnswerPart): void {
    if (part.type === 'item' && this.form.items === 'native') nativeItems(part.item).forEach((item) => this.add(item));
    const piece = this.form.words.of(part);
    if (piece !== undefined) this.streamOf(piece.kind).delta(piece.text);
  }

  /** The last event. @returns the response as it has become */
  end({ status, usage, error }: AnswerEnd): object {
    const isCut = status === 'interrupted';
    this.close(isCut ? 'incomplete' : 'completed');
    const tokens = tokensOf(usage);
    const more = { usage: tokens === undefined ? null : responseUsageOf(tokens) };
    // A question of the agent ends what can be said for now.
    const state = status === 'failed' ? 'failed' : isCut ? 'incomplete' : 'completed';
    const response = this.snapshot(state, {
      ...more,
      error: status === 'failed' ? (error ?? { code: 'turn_failed', message: 'The turn has failed.' }) : null,
      incomplete_details: isCut ? { reason: 'interrupted' } : null,
    });
    this.emit({ type: `response.${state}`, response });
    return response;
  }

  private snapshot(status: 'in_progress' | 'completed' | 'incomplete' | 'failed', more: object = {}): object {
    return {
      ...this.frame,
      ...{ status, output: [...this.output], usage: null, error: null, incomplete_details: null },
      completed_at: status === 'completed' ? Math.floor(Date.now() / 1000) : null,
      ...more,
    };
  }

  private streamOf(kind: ReadablePiece['kind']): MessageStream | ReasoningStream {
    if (this.open?.kind === kind) return this.open.stream;
    this.close();
    const index = this.nextIndex++;
    const emit = (event: OwnEvent): void => this.emit(event);
    const stream = kind === 'text' ? new MessageStream(index, emit) : new ReasoningStream(index, MAKER, emit);
    this.open = { kind, stream };
    return stream;
  }

  private close(status: ItemStatus = 'completed'): void {
    const { open } = this;
    this.open = undefined;
    if (open === undefined) return;
    this.output.push(open.stream instanceof MessageStream ? open.stream.end(status) : open.stream.end({}, status));
  }

  private add(item: Item): void {
    this.close();
    const output_index = this.nextIndex++;
    this.emit({ type: 'response.output_item.added', output_index, item });
    this.emit({ type: 'response.output_item.done', output_index, item });
    this.output.push(item);
  }

  private emit(event: (OwnEvent & Record<string, unknown>) | OwnEvent): void {
    this.send({ ...event, sequence_number: this.sequence++ });
  }
}
