import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { diffOf, replaced, replacementOf } from './line-diff';

describe('a diff of replacements', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'line-diff-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What git makes of the text by the diff. */
  const applied = (before: string, diff: string): string => {
    writeFileSync(join(folder, 'file'), before);
    writeFileSync(join(folder, 'patch'), `${diff}\n`);
    const options = { cwd: folder, env: { ...process.env, GIT_DIR: '/dev/null', GIT_CEILING_DIRECTORIES: folder } };
    execFileSync('git', ['apply', '--unidiff-zero', '--whitespace=nowarn', 'patch'], { ...options, stdio: 'pipe' });
    return readFileSync(join(folder, 'file'), 'utf8');
  };

  it('shows several changes of one line as one', () => {
    const diff = diffOf('file', 'a b c\nd\n', [
      { from: 0, to: 1, text: 'x' },
      { from: 4, to: 5, text: 'y' },
    ]);
    expect(diff).toBe('--- a/file\n+++ b/file\n@@ -1,3 +1,3 @@\n-a b c\n+x b y\n d\n ');
  });

  it('is one that git can apply, whatever lines are replaced', () => {
    const line = fc.constantFrom('one', 'two', 'three', '', '{');
    const lines = fc.array(line, { minLength: 12, maxLength: 30 });
    fc.assert(
      fc.property(lines, fc.array(line, { maxLength: 3 }), fc.nat(8), (texts, news, at) => {
        const before = `${texts.join('\n')}\n`;
        const after = `${[...texts.slice(0, at), ...news, 'changed', ...texts.slice(at + 1)].join('\n')}\n`;
        const replacement = replacementOf(before, after);
        expect(replaced(before, [replacement])).toBe(after);
        if (before === after) return;
        // A last line that is empty is how a text ends, and no line of a patch.
        const diff = diffOf('file', before, [replacement]);
        if (diff.endsWith('\n ')) return;
        expect(applied(before, diff)).toBe(after);
      }),
      { numRuns: 60 },
    );
  });
});
