import { PromptWalk, withPrompt } from './prompt-history';

describe('what was sent before', () => {
  it('is walked through from the newest back, and forward to nothing', () => {
    const walk = new PromptWalk(['newest', 'older']);
    expect([walk.step(-1), walk.step(1), walk.step(1), walk.step(1), walk.step(-1), walk.step(-1)]).toEqual([
      ...[null, 'newest', 'older', null, 'newest', ''],
    ]);
  });

  it('has each text once, and is bounded', () => {
    expect(withPrompt(['a', 'b'], 'b')).toEqual(['b', 'a']);
    const many = Array.from({ length: 50 }, (_, index) => `prompt ${index}`);
    expect(withPrompt(many, 'new')).toHaveLength(50);
  });
});
