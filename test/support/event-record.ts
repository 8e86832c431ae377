import type { ChatEvent, ChatEventType } from '../../src/chat/event-log/chat-event';
import { PATIENCE_MS } from './eventually';

export type EventOf<T extends ChatEventType> = Extract<ChatEvent, { type: T }>;

/** The events that a client has received, in the order of their arrival. */
export class EventRecord {
  readonly events: ChatEvent[] = [];
  private readonly arrivals = new EventTarget();

  add(event: ChatEvent): void {
    this.events.push(event);
    this.arrivals.dispatchEvent(new Event('arrival'));
  }

  get seqs(): number[] {
    return this.events.map(({ seq }) => seq);
  }

  ofType<T extends ChatEventType>(type: T): EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }

  /** What a person has seen of the agent's answers: every delta so far. */
  get publishedText(): string {
    return this.ofType('message.delta')
      .map(({ data }) => data.delta)
      .join('');
  }

  /** The first event of a type, of those received and to come. */
  first<T extends ChatEventType>(type: T, matches: (event: EventOf<T>) => boolean = () => true): Promise<EventOf<T>> {
    return this.until(`event ${type}`, () => this.ofType(type).find(matches));
  }

  turnEnd(turnId: string): Promise<EventOf<'turn.completed'>> {
    return this.first('turn.completed', (event) => event.turnId === turnId);
  }

  /** Resolves once `look` finds something in the events, at once or after a later one. */
  until<T>(what: string, look: () => T | undefined | false): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const found = look();
        if (found === undefined || found === false) return;
        clearTimeout(timer);
        this.arrivals.removeEventListener('arrival', check);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.arrivals.removeEventListener('arrival', check);
        const types = this.events.map(({ seq, type }) => `${seq} ${type}`).join(', ');
        reject(new Error(`${what} did not come within ${PATIENCE_MS} ms; received: ${types || 'nothing'}`));
      }, PATIENCE_MS);
      this.arrivals.addEventListener('arrival', check);
      check();
    });
  }
}

/** 1, 2, 3 ... n. */
export const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
