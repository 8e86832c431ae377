import { ansiRuns, plainText } from './ansi';
import { formatDuration } from './quantities';
import { parseFileChange, parseTurnDiff, sideBySide } from './unified-diff';

describe('terminal output', () => {
  it('loses its colours, titles and overwritten lines', () => {
    expect(plainText('\x1b[1;32mok\x1b[0m \x1b]0;title\x07done')).toBe('ok done');
    expect(plainText('10%\r50%\r100%\nend\r\n')).toBe('100%\nend\n');
  });

  it('has its colours as those of the page', () => {
    expect(ansiRuns('\x1b[1;31mFAIL\x1b[0m a.ts \x1b[38;5;46mok\x1b[39m\x1b[48;2;0;0;250m!')).toEqual([
      { text: 'FAIL', className: 'ansi-bold ansi-red' },
      { text: ' a.ts ', className: '' },
      { text: 'ok', className: 'ansi-green' },
      { text: '!', className: 'ansi-on-blue' },
    ]);
    expect(ansiRuns('plain')).toEqual([{ text: 'plain', className: '' }]);
  });

  it.each([
    ['concealed', '\x1b[8mseen\x1b[0m', ''],
    ['white on white', '\x1b[38;2;255;255;255;48;2;255;255;255mseen', ''],
    ['behind a title', '\x1b]0;title\x07seen', ''],
    ['overwritten in a colour', '\x1b[32mone\rseen', 'ansi-green'],
  ])('that is %s is read all the same', (_, output, className) => {
    expect(ansiRuns(output)).toEqual([{ text: 'seen', className }]);
  });
});

describe('a diff', () => {
  it('of a new file is its content, all added', () => {
    const file = parseFileChange({ path: 'a.txt', kind: 'add', movePath: null, diff: 'one\ntwo\n' });
    expect(file).toMatchObject({ added: 2, removed: 0, lines: [{ kind: 'add', text: 'one' }, { text: 'two' }] });
  });

  it.each(['add', 'delete'] as const)('of a file to %s shows every line, also those that look like a diff', (kind) => {
    const diff = 'hidden\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n+shown\n';
    const { lines } = parseFileChange({ path: 'a.txt', kind, movePath: null, diff });
    expect(lines.map(({ text }) => text)).toEqual(['hidden', '--- a/x', '+++ b/x', '@@ -1 +1 @@', '+shown']);
    expect(new Set(lines.map((line) => line.kind))).toEqual(new Set([kind === 'add' ? 'add' : 'remove']));
  });

  it('of a change hides nothing that stands before its first hunk', () => {
    const diff = 'first\n@@ -1 +1 @@\n-old\n+new\n';
    const { lines } = parseFileChange({ path: 'a.txt', kind: 'update', movePath: null, diff });
    expect(lines[0]).toEqual({ kind: 'context', text: 'first', before: null, after: null });
  });

  it('of a change is its hunks', () => {
    const diff = '@@ -1,2 +1,2 @@\n same\n-old\n+new\n\\ No newline at end of file\n';
    const file = parseFileChange({ path: 'a.txt', kind: 'update', movePath: null, diff });
    expect(file.lines.map(({ kind }) => kind)).toEqual(['hunk', 'context', 'remove', 'add']);
  });

  it('has the numbers of its lines before and after', () => {
    const diff = '@@ -7,3 +9,3 @@ class A\n same\n-old\n+new\n+newer\n';
    const { lines } = parseFileChange({ path: 'a.txt', kind: 'update', movePath: null, diff });
    expect(lines.map(({ before, after }) => [before, after])).toEqual([
      [null, null],
      [7, 9],
      [8, null],
      [null, 10],
      [null, 11],
    ]);
  });

  it('stands side by side with what came in the place of a line', () => {
    const diff = '@@ -1,4 +1,4 @@\n-a\n-b\n+A\n same\n+c\n-d\n';
    const { lines } = parseFileChange({ path: 'a.txt', kind: 'update', movePath: null, diff });
    expect(sideBySide(lines).map(({ before, after }) => [before?.text, after?.text])).toEqual([
      ['@@ -1,4 +1,4 @@', '@@ -1,4 +1,4 @@'],
      ['a', 'A'],
      ['b', undefined],
      ['same', 'same'],
      [undefined, 'c'],
      ['d', undefined],
    ]);
  });

  it('of a turn is split by file', () => {
    const files = parseTurnDiff(
      'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-1\n+2\n' +
        'diff --git a/y b/y\nnew file mode 100644\n--- /dev/null\n+++ b/y\n@@ -0,0 +1 @@\n+y\n',
    );
    expect(files).toMatchObject([
      { path: 'x', kind: 'update', added: 1, removed: 1 },
      { path: 'y', kind: 'add', added: 1, removed: 0 },
    ]);
  });
});

describe('a file of a turn', () => {
  it('is named by the header alone, whatever its lines say', () => {
    const [file] = parseTurnDiff(
      'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n--- /dev/null\n-b\n+++ b/other\n',
    );
    expect(file).toMatchObject({ path: 'x', kind: 'update', removed: 2, added: 1 });
  });
});

describe('a duration', () => {
  it.each([
    [340, '340 ms'],
    [4_210, '4.2 s'],
    [65_000, '1 m 05 s'],
  ])('of %d ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
});
