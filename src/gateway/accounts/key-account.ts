import { GatewayCaller } from '../wire/gateway-caller';
import { OpenAiError } from '../wire/openai.error';
import { GatewayKeyEntity } from './gateway-key.entity';
import { KeyBudget } from './key-budget';
import { KeyLimits } from './key-limits';

/** A gateway key at work: its row, and in memory what it has done in this minute and spent in this period. */
export class KeyAccount {
  readonly caller: GatewayCaller;
  private limits: KeyLimits;
  private budget: KeyBudget;
  private lastUsedAt: string | null;

  constructor(private row: GatewayKeyEntity) {
    this.limits = new KeyLimits(row);
    this.budget = budgetOf(row);
    this.lastUsedAt = row.lastUsedAt;
    const { id, userId } = row;
    const allows = (backendId: string, model?: string): boolean => isListed(this.row.models, backendId, model);
    this.caller = { kind: 'key', userId, keyId: id, instanceId: null, allows };
  }

  get id(): string {
    return this.row.id;
  }

  get userId(): string {
    return this.row.userId;
  }

  /** The row with what has been spent until now. */
  get key(): GatewayKeyEntity {
    const { micros, periodStart } = this.budget.spent;
    return { ...this.row, spentMicros: micros, periodStart, lastUsedAt: this.lastUsedAt };
  }

  /** @throws OpenAiError 401 for a disabled or expired key, 429 when the budget is spent. */
  requireUsable(): void {
    const { enabled, expiresAt } = this.row;
    if (!enabled) throw new OpenAiError(401, 'api_key_disabled', 'This key has been disabled.');
    if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) {
      throw new OpenAiError(401, 'api_key_expired', `This key expired at ${expiresAt}.`);
    }
    if (this.budget.isExhausted) throw new OpenAiError(429, 'insufficient_quota', 'The budget of this key is spent.');
  }

  /** Counts a request. @throws OpenAiError as `requireUsable`, and 429 over a limit. */
  async admit(): Promise<void> {
    this.requireUsable();
    await this.limits.admit();
    this.lastUsedAt = new Date().toISOString();
  }

  /** Books a call that has ended. */
  spend(tokens: number, costMicros: number): void {
    void this.limits.spend(tokens);
    this.budget.spend(costMicros);
  }

  /** Takes over a changed row; what was counted goes on counting where its limit is the same. */
  change(row: GatewayKeyEntity): void {
    const { micros, periodStart } = this.budget.spent;
    this.row = row;
    this.budget = budgetOf({ ...row, spentMicros: micros, periodStart });
    if (!this.limits.isFor(row)) this.limits = new KeyLimits(row);
  }
}

const budgetOf = ({ budgetMicros, budgetPeriod, spentMicros, periodStart }: GatewayKeyEntity): KeyBudget =>
  new KeyBudget({ limitMicros: budgetMicros, period: budgetPeriod }, { micros: spentMicros, periodStart });

/** @param models `backend` for all of its models, `backend/model` for one. */
function isListed(models: readonly string[] | null, backendId: string, model: string | undefined): boolean {
  if (models === null || models.includes(backendId)) return true;
  if (model !== undefined) return models.includes(`${backendId}/${model}`);
  return models.some((entry) => entry.startsWith(`${backendId}/`));
}
