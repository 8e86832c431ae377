import { startProgram } from './tool-program';

describe('a program of a tool', () => {
  it.each([
    ['a\0b', 'A NUL character'],
    ['x'.repeat(130_000), 'too long'],
  ])('is not given what none can be given', (word, reason) => {
    const started = jest.fn<never, []>();
    const thread = { workspace: '/', startProgram: started };
    expect(() => startProgram(thread, ['echo', word], new AbortController().signal)).toThrow(reason);
    expect(started).not.toHaveBeenCalled();
  });
});
