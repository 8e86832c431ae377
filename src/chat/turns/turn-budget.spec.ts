import { TurnConfig } from '../../config/turn.config';
import { TurnBudget } from './turn-budget';

describe('the budget of a turn', () => {
  let isWaiting: boolean;
  let exhausted: string[];

  const budgetOf = (limits: Partial<TurnConfig>): TurnBudget => {
    const budget = new TurnBudget(Object.assign(new TurnConfig(), limits));
    budget.start({ isWaiting: () => isWaiting, onExhausted: (message) => exhausted.push(message) });
    return budget;
  };

  beforeEach(() => {
    [isWaiting, exhausted] = [false, []];
  });

  it('lets as many calls of the model be made as it says, and tells once that the next one was refused', () => {
    const budget = budgetOf({ maxModelCalls: 2 });
    expect([budget.refuseCall(), budget.refuseCall()]).toEqual([undefined, undefined]);
    expect(exhausted).toEqual([]);
    expect(budget.refuseCall()).toContain('limit of 2 calls of the model');
    expect(budget.refuseCall()).toContain('limit of 2 calls of the model');
    expect(exhausted).toEqual([expect.stringContaining('TURN_MAX_MODEL_CALLS')]);
  });

  it('is not exceeded by a call that uses up the tokens, but by the one after it', () => {
    const budget = budgetOf({ maxTokens: 100 });
    expect(budget.refuseCall()).toBeUndefined();
    budget.spend(99, null);
    expect(budget.refuseCall()).toBeUndefined();
    budget.spend(1, null);
    expect(exhausted).toEqual([]);
    expect(budget.refuseCall()).toContain('limit of 100 tokens (it has used 100)');
    expect(exhausted).toHaveLength(1);
  });

  it('counts what calls cost, and nothing for a model without a price', () => {
    const budget = budgetOf({ maxCostUsd: 0.25 });
    budget.spend(1_000_000, null);
    budget.spend(1, 200_000);
    expect(budget.refuseCall()).toBeUndefined();
    budget.spend(1, 100_000);
    expect(budget.refuseCall()).toContain('limit of a cost of 0.25 (it has cost 0.3)');
  });

  it('has no limit where that is 0', () => {
    const budget = budgetOf({ maxModelCalls: 0, maxTokens: 0, maxCostUsd: 0, maxSeconds: 0 });
    for (let call = 0; call < 2_000; call += 1) {
      expect(budget.refuseCall()).toBeUndefined();
      budget.spend(1_000_000, 1_000_000);
    }
    expect(exhausted).toEqual([]);
  });

  describe('in seconds', () => {
    beforeEach(() => void jest.useFakeTimers());
    afterEach(() => void jest.useRealTimers());

    it('is used up by the time that the turn runs', () => {
      budgetOf({ maxSeconds: 10 });
      jest.advanceTimersByTime(9_900);
      expect(exhausted).toEqual([]);
      jest.advanceTimersByTime(200);
      expect(exhausted).toEqual([expect.stringContaining('limit of 10 seconds')]);
    });

    it('is not used up while a person has to answer', () => {
      budgetOf({ maxSeconds: 10 });
      jest.advanceTimersByTime(5_000);
      isWaiting = true;
      jest.advanceTimersByTime(3_600_000);
      isWaiting = false;
      expect(exhausted).toEqual([]);
      jest.advanceTimersByTime(3_000);
      expect(exhausted).toEqual([]);
      jest.advanceTimersByTime(4_000);
      expect(exhausted).toHaveLength(1);
    });

    it('says nothing of a turn that has ended', () => {
      budgetOf({ maxSeconds: 10 }).stop();
      jest.advanceTimersByTime(60_000);
      expect(exhausted).toEqual([]);
    });
  });
});
