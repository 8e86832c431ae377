/** An event as far as it says whether a later one takes its place. */
export interface EventHead {
  readonly seq: number;
  readonly turnId: string | null;
  readonly type: string;
  /** The beginning of its data as JSON; the whole data of `usage.updated`. */
  readonly head: string;
}

/** Deltas, by the event that has all that they say. */
const WHOLE_OF: Readonly<Record<string, string>> = {
  'message.delta': 'message.completed',
  'reasoning.delta': 'reasoning.completed',
  'command.output': 'item.completed',
  'item.updated': 'item.completed',
};
const WHOLES: ReadonlySet<string> = new Set(Object.values(WHOLE_OF));
/** Of these the last says how it is. */
const STATES: ReadonlySet<string> = new Set(['diff.updated', 'plan.updated', 'usage.updated']);
/** The id of what an event is about comes first in its data. */
const ID = /^\{"(?:messageId|itemId)":"([^"]+)"|^\{"(?:message|item)":\{"id":"([^"]+)"/;
const UNKNOWN_WINDOW = '"contextWindow":null';

/**
 * Which events of a turn that has ended say nothing any more that a later one of it does not say. To be shown all of the
 * turn's events first, in order, and asked about them then.
 */
export class SupersededEvents {
  /** Number of the last event that has the whole of something, by its type and id. */
  private readonly wholes = new Map<string, number>();
  /** Number of the last event of a state. */
  private readonly states = new Map<string, number>();
  /** The first plan shows where in the turn the plan stands. */
  private firstPlan: number | undefined;
  private isEnded = false;

  constructor(private readonly turnId: string) {}

  /** The end of the turn was seen: there are no more events of it. */
  get isComplete(): boolean {
    return this.isEnded;
  }

  see({ seq, turnId, type, head }: EventHead): void {
    if (turnId !== this.turnId) return;
    if (WHOLES.has(type)) this.wholes.set(`${type} ${idIn(head)}`, seq);
    if (STATES.has(type)) this.states.set(stateOf(type, head), seq);
    if (type === 'plan.updated') this.firstPlan ??= seq;
    if (type === 'turn.completed') this.isEnded = true;
  }

  has({ seq, turnId, type, head }: EventHead): boolean {
    if (turnId !== this.turnId || !this.isEnded) return false;
    const whole = WHOLE_OF[type];
    if (whole !== undefined) {
      const id = idIn(head);
      return id !== undefined && (this.wholes.get(`${whole} ${id}`) ?? 0) > seq;
    }
    if (!STATES.has(type) || seq === this.firstPlan) return false;
    const later = [...this.states].filter(([state]) => state.startsWith(type)).map(([, last]) => last);
    // The last window that is known counts on although a later event does not know it.
    return Math.max(...later) > seq && this.states.get(stateOf(type, head)) !== seq;
  }
}

/** Undefined for an id that is longer than the beginning that was read. */
const idIn = (head: string): string | undefined => {
  const [, ofDelta, ofWhole] = ID.exec(head) ?? [];
  return ofDelta ?? ofWhole;
};

const stateOf = (type: string, head: string): string =>
  type === 'usage.updated' && !head.includes(UNKNOWN_WINDOW) ? `${type} with its window` : type;
