import { Candidate, selectionStrategy } from './selection-strategy';

const candidate = (id: string, turns = 0, threads = 0): Candidate => ({ id, turns, threads });

describe('round_robin', () => {
  it('takes one after the other, ten after nine, and begins again', () => {
    const strategy = selectionStrategy('round_robin');
    const [a, b, c] = [candidate('codex-1', 9), candidate('codex-2'), candidate('codex-10')];
    const chosen = Array.from({ length: 4 }, () => strategy.choose([a, b, c]).id);
    expect(chosen).toEqual(['codex-1', 'codex-2', 'codex-10', 'codex-1']);
  });

  it('goes on behind the last one when that has no room any more', () => {
    const strategy = selectionStrategy('round_robin');
    const [a, b, c] = [candidate('codex-1'), candidate('codex-2'), candidate('codex-3')];
    strategy.choose([a, b, c]);
    strategy.choose([a, b, c]);
    expect(strategy.choose([a, c]).id).toBe('codex-3');
  });
});

describe('least_busy', () => {
  it('takes the fewest turns, then the fewest threads, then the first', () => {
    const strategy = selectionStrategy('least_busy');
    expect(strategy.choose([candidate('a', 2), candidate('b', 1, 9), candidate('c', 1, 3)]).id).toBe('c');
    expect(strategy.choose([candidate('a'), candidate('b')]).id).toBe('a');
  });
});
