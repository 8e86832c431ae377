import type { TurnConfig } from '../../config/turn.config';
import type { TurnAccount } from '../../gateway/routing/session-routes';

const MICROS = 1_000_000;
/** Between two looks at the clock: a wait for a person that begins and ends between two of them counts as running. */
const LOOK_MS = 1_000;

/** Who is told about a turn's budget, and says when its seconds do not count. */
export interface BudgetTerms {
  /** A person has to answer before the turn goes on. */
  isWaiting(): boolean;
  /** Called once, when the turn may not go on; with words for its user. */
  onExhausted(message: string): void;
}

/**
 * What one turn may use up, and has: calls of the model, tokens and money as the gateway counts them, and seconds. A call
 * beyond is refused before it costs anything; one that runs when tokens or money are used up is let end, as it may be the
 * turn's answer. Steered messages belong to their turn.
 */
export class TurnBudget implements TurnAccount {
  private modelCalls = 0;
  private tokens = 0;
  private costMicros = 0;
  private ranMs = 0;
  private terms: BudgetTerms | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isExhausted = false;

  constructor(private readonly limits: Readonly<TurnConfig>) {}

  /** The turn begins. */
  start(terms: BudgetTerms): void {
    this.terms = terms;
    if (this.limits.maxSeconds > 0) this.lookSoon(terms);
  }

  /** The turn has ended. */
  stop(): void {
    clearTimeout(this.timer);
    this.terms = undefined;
  }

  refuseCall(): string | undefined {
    const refusal = this.usedUp();
    if (refusal === undefined) this.modelCalls += 1;
    else this.exhaust(refusal);
    return refusal;
  }

  spend(tokens: number, costMicros: number | null): void {
    this.tokens += tokens;
    this.costMicros += costMicros ?? 0;
  }

  private usedUp(): string | undefined {
    const { maxModelCalls, maxTokens, maxCostUsd } = this.limits;
    if (isReached(this.modelCalls, maxModelCalls)) {
      return limitReached(`${maxModelCalls} calls of the model`, 'TURN_MAX_MODEL_CALLS');
    }
    if (isReached(this.tokens, maxTokens)) {
      return limitReached(`${maxTokens} tokens (it has used ${this.tokens})`, 'TURN_MAX_TOKENS');
    }
    if (!isReached(this.costMicros, maxCostUsd * MICROS)) return undefined;
    const cost = this.costMicros / MICROS;
    return limitReached(`a cost of ${maxCostUsd} (it has cost ${cost})`, 'TURN_MAX_COST_USD');
  }

  private lookSoon(terms: BudgetTerms): void {
    const leftMs = this.limits.maxSeconds * 1000 - this.ranMs;
    const lookedAt = performance.now();
    const wasWaiting = terms.isWaiting();
    const look = (): void => {
      if (!wasWaiting) this.ranMs += performance.now() - lookedAt;
      if (!isReached(this.ranMs, this.limits.maxSeconds * 1000)) return this.lookSoon(terms);
      this.exhaust(limitReached(`${this.limits.maxSeconds} seconds`, 'TURN_MAX_SECONDS'));
    };
    this.timer = setTimeout(look, Math.min(LOOK_MS, Math.ceil(leftMs))).unref();
  }

  private exhaust(message: string): void {
    if (this.isExhausted) return;
    this.isExhausted = true;
    this.terms?.onExhausted(message);
  }
}

const isReached = (used: number, limit: number): boolean => limit > 0 && used >= limit;

const limitReached = (limit: string, setting: string): string =>
  `The turn has reached its limit of ${limit} and was stopped. What it has done is kept: send another message to go on. ` +
  `The operator of this service sets the limit with ${setting}.`;
