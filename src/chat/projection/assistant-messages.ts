import { update } from '../../database/rows';
import { now } from '../../common/clock';
import { newId } from '../../common/ids';
import { isPlan, MessageEntity, MessageStatus, NewMessage, textContent } from '../entities/message.entity';
import { TurnEntity } from '../entities/turn.entity';
import { concat, insertAt, LogEntry } from '../event-log/log-entry';
import { toMessageDto } from '../dto/message.dto';
import { wholeTexts } from './whole-texts';

interface OpenMessage {
  readonly row: NewMessage;
  /** Pieces of the text so far; joined once, at the end. */
  readonly pieces: string[];
}

/** The agent's messages of one turn, by the agent's id of the item. */
export class AssistantMessages {
  private readonly open = new Map<string, OpenMessage>();
  /** The whole texts of all that have begun, in this order; null while they are open. */
  private readonly begun = new Map<string, string | null>();

  constructor(private readonly turn: TurnEntity) {}

  /** The message begins; nothing when it already has. @param plans whether it is a plan, which is marked from here on */
  begin(itemId: string, plans = false): LogEntry {
    if (this.open.has(itemId)) return { events: [] };
    const { id: turnId, chatId, userId } = this.turn;
    const row: NewMessage = {
      ...{ id: newId(), userId, authorId: null, chatId, turnId, role: 'assistant', status: 'streaming' },
      ...{ content: plans ? textContent('', true) : [], clientMessageId: null, fingerprint: null, createdAt: now() },
    };
    this.open.set(itemId, { row, pieces: [] });
    // The agent's record has plans beside its messages.
    if (!plans) this.begun.set(itemId, null);
    const event = { type: 'message.created', turnId, data: { message: toMessageDto(row) } } as const;
    return { events: [event], writes: [insertAt(MessageEntity, row, event)] };
  }

  append(itemId: string, delta: string): LogEntry {
    const begun = this.begin(itemId);
    const message = this.open.get(itemId);
    if (!message) return begun;
    message.pieces.push(delta);
    const data = { messageId: message.row.id, delta };
    return { ...begun, events: [...begun.events, { type: 'message.delta', turnId: this.turn.id, data }] };
  }

  /** The message has its whole text. */
  complete(itemId: string, text: string, plans = false): LogEntry {
    const begun = this.begin(itemId, plans);
    const message = this.open.get(itemId);
    return message ? concat(begun, this.close(itemId, message, text, 'final')) : begun;
  }

  /**
   * Ends what is open in a turn that the agent has completed.
   *
   * @param texts of all messages, in order, which the agent's record has under other ids; null: what was published is whole.
   */
  completeAll(texts: readonly string[] | null): LogEntry {
    if (texts === null) return this.closeOpen('final');
    const begun = [...this.begun];
    const published = begun.map(([itemId, text]) => ({
      text: text ?? this.publishedOf(itemId),
      isWhole: text !== null,
    }));
    const { ofMessages, others } = wholeTexts(published, texts);
    const known = begun.map(([itemId], index) => {
      const text = ofMessages[index];
      return text !== undefined && this.open.has(itemId) ? this.complete(itemId, text) : { events: [] };
    });
    const missed = others.map((text, index) => this.complete(`missed-${index}`, text));
    // Of plans what was published is whole, as far as anybody knows.
    return concat(
      ...known,
      ...missed,
      this.closeOpen('final', ({ row }) => isPlan(row)),
    );
  }

  /** Whatever is unfinished stays as far as it was published. */
  closeAll(): LogEntry {
    return this.closeOpen('partial');
  }

  /** What is open broke off, and the model is asked again: none of it belongs to the answer. */
  supersedeOpen(): LogEntry {
    const broken = [...this.open.keys()];
    const entry = this.closeOpen('superseded');
    for (const itemId of broken) this.begun.delete(itemId);
    return entry;
  }

  private closeOpen(status: MessageStatus, isMeant: (message: OpenMessage) => boolean = () => true): LogEntry {
    const meant = [...this.open].filter(([, message]) => isMeant(message));
    return concat(...meant.map(([id, message]) => this.close(id, message, this.publishedOf(id), status)));
  }

  private publishedOf(itemId: string): string {
    return this.open.get(itemId)?.pieces.join('') ?? '';
  }

  private close(itemId: string, { row }: OpenMessage, text: string, status: MessageStatus): LogEntry {
    this.open.delete(itemId);
    if (this.begun.has(itemId)) this.begun.set(itemId, text);
    const content = textContent(text, isPlan(row));
    const message = { ...toMessageDto(row), content, status };
    return {
      events: [{ type: 'message.completed', turnId: this.turn.id, data: { message } }],
      writes: [update(MessageEntity, { id: row.id }, { content, status })],
    };
  }
}
