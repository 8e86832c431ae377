import type { ChatEvent } from '../../../src/chat/event-log/chat-event';
import { digestOf } from './event-digest';

/** How what a client received differs from what was stored. */
export interface LogFaults {
  /** Numbers that were left out when a later one came. */
  gaps: number;
  /** Numbers that came more than once. */
  repeats: number;
  /** Numbers that came first after a larger one. */
  reorderings: number;
  /** Events that say something else than the stored ones. */
  differing: number;
  /** Stored events that never came. */
  missing: number;
}

export const NO_FAULTS: Readonly<LogFaults> = { gaps: 0, repeats: 0, reorderings: 0, differing: 0, missing: 0 };

/** What one client has received of one chat, over all its connections, in the order of arrival. */
export class ReceivedLog {
  private readonly seqs: number[] = [];
  private readonly previous: number[] = [];
  private readonly digests: string[] = [];
  /** The number that a reconnecting client names: the largest it has. */
  lastSeq = 0;

  add(event: ChatEvent): void {
    this.seqs.push(event.seq);
    this.previous.push(event.previousSeq);
    this.digests.push(digestOf(event));
    this.lastSeq = Math.max(this.lastSeq, event.seq);
  }

  get size(): number {
    return this.seqs.length;
  }

  /** @param stored digests of the chat's events in the database, by number; what was taken out since is not among them. */
  compare(stored: ReadonlyMap<number, string>): LogFaults {
    const faults = { ...NO_FAULTS };
    const seen = new Set<number>();
    let largest = 0;
    this.seqs.forEach((seq, index) => {
      if (seen.has(seq)) faults.repeats += 1;
      else if (seq < largest) faults.reorderings += 1;
      else faults.gaps += Math.max(0, (this.previous[index] ?? 0) - largest);
      const kept = stored.get(seq);
      if (kept !== undefined && kept !== this.digests[index]) faults.differing += 1;
      seen.add(seq);
      largest = Math.max(largest, seq);
    });
    faults.missing = [...stored.keys()].filter((seq) => !seen.has(seq)).length;
    return faults;
  }
}

export function sumOf(all: readonly LogFaults[]): LogFaults {
  const sum = { ...NO_FAULTS };
  const names = Object.keys(sum) as (keyof LogFaults)[];
  for (const faults of all) for (const name of names) sum[name] += faults[name];
  return sum;
}
