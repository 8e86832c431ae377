import { firstBefore, firstShown, wordsOfSteps } from './folded-steps';

describe('the steps of a long turn', () => {
  it('are all shown up to a number, then the last ones, from a first that seldom changes', () => {
    expect([1, 60, 61, 79, 90, 109, 110].map(firstShown)).toEqual([0, 0, 20, 40, 60, 60, 80]);
    expect(firstShown(3_000)).toBe(2_960);
    expect([firstBefore(2_960), firstBefore(60)]).toEqual([2_860, 0]);
  });

  it('that are not shown are counted, with what is said among them', () => {
    const step = { kind: 'action' };
    const steps = [...Array<typeof step>(150).fill(step), { kind: 'notice' }, { kind: 'text' }, { kind: 'text' }];
    expect(wordsOfSteps(steps)).toBe('Show 100 of 153 earlier steps (texts: 2, notices: 1)');
    expect(wordsOfSteps([step, step])).toBe('Show 2 of 2 earlier steps (texts: 0, notices: 0)');
  });
});
