import { SelectionStrategyName } from '../../config/pool.config';

/** What a strategy sees of an instance. */
export interface Candidate {
  readonly id: string;
  /** Turns that it runs. */
  readonly turns: number;
  /** Threads that it has loaded. */
  readonly threads: number;
}

/** Decides which instance takes a thread that none has loaded. */
export interface SelectionStrategy {
  /** @param candidates instances with room, in the pool's order; at least one */
  choose<C extends Candidate>(candidates: readonly [C, ...C[]]): C;
}

/** One after the other, whatever they are doing. */
class RoundRobin implements SelectionStrategy {
  private last = '';

  choose<C extends Candidate>(candidates: readonly [C, ...C[]]): C {
    const order = [...candidates].sort(byId);
    const next = order.find(({ id }) => compareIds(id, this.last) > 0) ?? order[0] ?? candidates[0];
    this.last = next.id;
    return next;
  }
}

/** The one with the fewest turns, then with the fewest threads. */
class LeastBusy implements SelectionStrategy {
  choose<C extends Candidate>(candidates: readonly [C, ...C[]]): C {
    return candidates.reduce((best, next) => {
      const difference = next.turns - best.turns || next.threads - best.threads;
      return difference < 0 ? next : best;
    });
  }
}

export function selectionStrategy(name: SelectionStrategyName): SelectionStrategy {
  const strategies = { round_robin: RoundRobin, least_busy: LeastBusy };
  return new strategies[name]();
}

const compareIds = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
const byId = (a: Candidate, b: Candidate): number => compareIds(a.id, b.id);
