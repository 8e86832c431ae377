import { costMicrosOf, microsOf, moneyOf } from './call-cost';

const tokens = (input: number, cached: number, output: number) => ({ input, cached, output, reasoning: 0 });

describe('the cost of a call', () => {
  const price = { input: 1.25, cached: 0.125, output: 10 };

  it('counts cached tokens as part of the input, at their own price', () => {
    expect(costMicrosOf(tokens(1_000_000, 0, 0), price)).toBe(1_250_000);
    expect(costMicrosOf(tokens(1_000_000, 1_000_000, 0), price)).toBe(125_000);
    expect(costMicrosOf(tokens(1000, 400, 50), price)).toBe(750 + 50 + 500);
  });

  it('is exact where binary fractions are not', () => {
    expect(costMicrosOf(tokens(3, 0, 0), { input: 0.1, cached: 0, output: 0 })).toBe(0);
    expect(costMicrosOf(tokens(5, 0, 0), { input: 0.1, cached: 0, output: 0 })).toBe(1);
    expect(costMicrosOf(tokens(3_000_000, 0, 0), { input: 0.1, cached: 0, output: 0 })).toBe(300_000);
    expect(costMicrosOf(tokens(7, 0, 11), { input: 0.07, cached: 0, output: 0.29 })).toBe(4);
  });

  it('adds up without drift over many calls', () => {
    const one = costMicrosOf(tokens(10, 0, 0), { input: 0.1, cached: 0, output: 0 }) ?? 0;
    const sum = Array.from({ length: 1_000_000 }, () => one).reduce((total, cost) => total + cost, 0);
    expect(moneyOf(sum)).toBe(1);
  });

  it('keeps large sums whole', () => {
    expect(costMicrosOf(tokens(2_000_000_000, 0, 2_000_000_000), price)).toBe(22_500_000_000);
  });

  it('is unknown without a price, and nothing without tokens', () => {
    expect(costMicrosOf(tokens(5, 0, 5), null)).toBeNull();
    expect(costMicrosOf(tokens(0, 0, 0), price)).toBe(0);
  });

  it('takes no more cached tokens than there was input', () => {
    expect(costMicrosOf(tokens(10, 50, 0), { input: 1, cached: 1, output: 1 })).toBe(10);
  });

  it('turns money into millionths and back', () => {
    for (const money of [0, 0.1, 0.29, 1.1, 12.34, 99_999.999999]) expect(moneyOf(microsOf(money))).toBe(money);
  });
});
