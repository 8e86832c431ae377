import { OpenAiError } from '../wire/openai.error';
import { KeyBudget, periodStartOf } from './key-budget';
import { KeyLimits } from './key-limits';

const refusalOf = (attempt: Promise<void>): Promise<unknown> => attempt.catch((error: unknown) => error);

describe('KeyLimits', () => {
  beforeEach(() => jest.useFakeTimers({ now: new Date('2026-11-20T10:00:00Z') }));
  afterEach(() => jest.useRealTimers());

  it('lets in so many requests a minute, and says when there is room again', async () => {
    const limits = new KeyLimits({ requestsPerMinute: 2, tokensPerMinute: null });
    await limits.admit();
    await limits.admit();
    jest.advanceTimersByTime(15_500);
    const refusal = await refusalOf(limits.admit());
    expect(refusal).toBeInstanceOf(OpenAiError);
    expect(refusal).toMatchObject({ status: 429, code: 'rate_limit_exceeded', retryAfterSeconds: 45 });
    expect((refusal as OpenAiError).message).toContain('2 requests per minute. Please try again in 45s.');
    jest.advanceTimersByTime(44_500);
    await limits.admit();
  });

  it('refuses once the tokens of the minute are used, also those of the call that went beyond', async () => {
    const limits = new KeyLimits({ requestsPerMinute: null, tokensPerMinute: 1000 });
    await limits.admit();
    await limits.spend(999);
    await limits.admit();
    await limits.spend(5000);
    expect(await refusalOf(limits.admit())).toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
    jest.advanceTimersByTime(60_000);
    await limits.admit();
  });

  it('does not count a request that the tokens forbid', async () => {
    const limits = new KeyLimits({ requestsPerMinute: 1, tokensPerMinute: 10 });
    await limits.spend(10);
    for (let attempt = 0; attempt < 5; attempt++) expect(await refusalOf(limits.admit())).toBeInstanceOf(OpenAiError);
    jest.advanceTimersByTime(60_000);
    await limits.admit();
  });

  it('refuses nothing without limits', async () => {
    const limits = new KeyLimits({ requestsPerMinute: null, tokensPerMinute: null });
    for (let attempt = 0; attempt < 100; attempt++) await limits.admit();
    await limits.spend(1e9);
    await limits.admit();
  });
});

describe('KeyBudget', () => {
  beforeEach(() => jest.useFakeTimers({ now: new Date('2026-11-30T23:59:59Z') }));
  afterEach(() => jest.useRealTimers());

  it('is exhausted when its limit is reached, and has room again in the next period', () => {
    const budget = new KeyBudget({ limitMicros: 100, period: 'day' }, { micros: 99, periodStart: '2026-11-30' });
    expect(budget.isExhausted).toBe(false);
    budget.spend(1);
    expect(budget.isExhausted).toBe(true);
    jest.advanceTimersByTime(1000);
    expect(budget.isExhausted).toBe(false);
    expect(budget.spent).toEqual({ micros: 0, periodStart: '2026-12-01' });
  });

  it('without periods never has room again', () => {
    const budget = new KeyBudget({ limitMicros: 100, period: 'total' }, { micros: 0, periodStart: '' });
    budget.spend(150);
    jest.advanceTimersByTime(40 * 86_400_000);
    expect(budget.isExhausted).toBe(true);
    expect(budget.spent.micros).toBe(150);
  });

  it('forgets what a dead process spent in an earlier period', () => {
    const budget = new KeyBudget({ limitMicros: 100, period: 'month' }, { micros: 500, periodStart: '2026-10-01' });
    expect(budget.isExhausted).toBe(false);
  });

  it('knows the first day of each period, in UTC', () => {
    const time = new Date('2026-11-20T23:30:00-05:00');
    expect(periodStartOf('day', time)).toBe('2026-11-21');
    expect(periodStartOf('month', time)).toBe('2026-11-01');
    expect(periodStartOf('total', time)).toBe('');
  });
});
