import { CallerCount } from './caller-count';
import type { DomainError } from './domain.error';

const count = (): CallerCount => new CallerCount({ code: 'too_many_things', what: 'things', max: 3, maxPerCaller: 2 });

const refusal = (fields: Partial<DomainError>): Error => expect.objectContaining(fields) as Error;

describe('what callers hold open', () => {
  it('is limited for each, and in all, with a time to wait', () => {
    const things = count();
    things.open('a');
    things.open('a');
    expect(() => things.open('a')).toThrow(refusal({ status: 429, code: 'too_many_things' }));
    things.open('b');
    expect(() => things.open('b')).toThrow(refusal({ status: 503, retryAfterSeconds: 5 }));
  });

  it('can be opened again when it is given back, which counts once', () => {
    const things = count();
    const close = things.open('a');
    things.open('a');
    close();
    close();
    things.open('a');
    expect(() => things.open('a')).toThrow(refusal({ status: 429 }));
  });

  it('counts in all alone for a caller who speaks for others', () => {
    const things = count();
    for (let n = 0; n < 3; n++) things.open(undefined);
    expect(() => things.open(undefined)).toThrow(refusal({ status: 503 }));
  });
});
