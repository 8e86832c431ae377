import { completed, completionAt, mentionOf } from './completion';

/** The text with a bar where the caret is. */
const at = (marked: string) => completionAt(marked.replace('|', ''), marked.indexOf('|'));

describe('the word that is being written', () => {
  it.each([
    ['look at @src/ma| now', { kind: 'file', query: 'src/ma', start: 8 }],
    ['@a|', { kind: 'file', query: 'a', start: 0 }],
    ['one\n@b|', { kind: 'file', query: 'b', start: 4 }],
    ['/|', { kind: 'command', query: '', start: 0 }],
    ['/com|', { kind: 'command', query: 'com', start: 0 }],
  ])('can be completed: %j', (marked, completion) => {
    expect(at(marked)).toEqual(completion);
  });

  it.each(['@|', 'me@example.com|', 'say /com|', '/compact |', 'a| @b', '|@b', `@${'x'.repeat(201)}|`])(
    'is no file and no command: %j',
    (marked) => {
      expect(at(marked)).toBeNull();
    },
  );

  it('is replaced up to the caret, with one blank behind it', () => {
    const completion = { kind: 'file' as const, query: 'ma', start: 5 };
    expect(completed('look @ma', 8, completion, '`main.ts`')).toEqual({ text: 'look `main.ts` ', caret: 15 });
    expect(completed('look @ma now', 8, completion, '`main.ts`')).toEqual({ text: 'look `main.ts` now', caret: 15 });
  });

  it('mentions a path so that its end is seen', () => {
    expect(mentionOf('a b/c.ts')).toBe('`a b/c.ts`');
    expect(mentionOf('odd`name')).toBe('"odd`name"');
  });
});
