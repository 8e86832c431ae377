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

/** What a chat's template lets one turn use up; left out: as much as the operator does. */
export interface TurnCeiling {
  readonly maxModelCalls?: number;
  readonly maxSeconds?: number;
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

  private readonly calls: Limit;
  private readonly seconds: Limit;

  constructor(
    private readonly limits: Readonly<TurnConfig>,
    ceiling: TurnCeiling = {},
  ) {
    this.calls = lower(limits.maxModelCalls, 'TURN_MAX_MODEL_CALLS', ceiling.maxModelCalls);
    this.seconds = lower(limits.maxSeconds, 'TURN_MAX_SECONDS', ceiling.maxSeconds);
  }

  /** The turn begins. */
  start(terms: BudgetTerms): void {
    this.terms = terms;
    if (this.seconds.most > 0) this.lookSoon(terms);
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
    const { maxTokens, maxCostUsd } = this.limits;
    if (isReached(this.modelCalls, this.calls.most)) {
      return limitReached(`${this.calls.most} calls of the model`, this.calls.setBy);
    }
    if (isReached(this.tokens, maxTokens)) {
      return limitReached(`${maxTokens} tokens (it has used ${this.tokens})`, byOperator('TURN_MAX_TOKENS'));
    }
    if (!isReached(this.costMicros, maxCostUsd * MICROS)) return undefined;
    const cost = this.costMicros / MICROS;
    return limitReached(`a cost of ${maxCostUsd} (it has cost ${cost})`, byOperator('TURN_MAX_COST_USD'));
  }

  private lookSoon(terms: BudgetTerms): void {
    const leftMs = this.seconds.most * 1000 - this.ranMs;
    const lookedAt = performance.now();
    const wasWaiting = terms.isWaiting();
    const look = (): void => {
      if (!wasWaiting) this.ranMs += performance.now() - lookedAt;
      if (!isReached(this.ranMs, this.seconds.most * 1000)) return this.lookSoon(terms);
      this.exhaust(limitReached(`${this.seconds.most} seconds`, this.seconds.setBy));
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

interface Limit {
  /** 0: none. */
  readonly most: number;
  /** In words. */
  readonly setBy: string;
}

/** The operator's limit, or that of the template where it is lower. */
function lower(most: number, setting: string, ofTemplate: number | undefined): Limit {
  if (ofTemplate === undefined || (most > 0 && most <= ofTemplate)) return { most, setBy: byOperator(setting) };
  return { most: ofTemplate, setBy: "The chat's template sets the limit." };
}

const byOperator = (setting: string): string => `The operator of this service sets the limit with ${setting}.`;

const limitReached = (limit: string, setBy: string): string =>
  `The turn has reached its limit of ${limit} and was stopped. What it has done is kept: send another message to go on. ${setBy}`;
