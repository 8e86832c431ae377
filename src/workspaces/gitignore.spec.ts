import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TemporaryFolder } from '../../test/support/temporary-folder';
import { Gitignore } from './gitignore';

const RULES = `
# comment
*.log
!keep.log
/only-top
build/
docs/*.md
a/**/z
**/deep/file
logs/**
\\#hash
\\!bang
spaces\\ \\ 
[ab]?c
[!x-z]q
foo[
*.sw[a-p]
trail   
*a*b*c
**
!**
/dir/*/name
`;
const PATHS = [
  ...['x.log', 'keep.log', 'd/x.log', 'd/keep.log', 'only-top', 'd/only-top', 'build/o', 'd/build/o', 'docs/a.md'],
  ...['docs/d/a.md', 'a/z', 'a/b/c/z', 'a/b/zz', 'deep/file', 'x/deep/file', 'logs/a', 'logs/b/c', '#hash', '!bang'],
  ...['a1c', 'cxc', 'xq', 'aq', 'foo[', 'f.swp', 'f.swz', 'trail', 'trail  x', 'xaxbxc', 'cba', 'dir/a/name'],
  ...['dir/a/b/name', 'ü.log', 'plain'],
];

describe('the rules of a .gitignore', () => {
  it.each(RULES.split('\n').filter((line) => line !== '' && !line.startsWith('#')))(
    'say of %j what git says',
    (rule) => {
      const folder = new TemporaryFolder();
      const git = (args: string[], input = '') =>
        execFileSync('git', ['-c', 'core.excludesFile=/dev/null', ...args], {
          ...{ cwd: folder.path, input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] },
        });
      git(['init', '-q']);
      writeFileSync(join(folder.path, '.gitignore'), `${rule}\n`);
      for (const path of PATHS) {
        mkdirSync(join(folder.path, dirname(path)), { recursive: true });
        writeFileSync(join(folder.path, path), '');
      }
      const said = git(['-c', 'core.quotePath=false', 'ls-files', '-zoi', '--exclude-standard']).split('\0');
      const rules = new Gitignore(rule);
      const isIgnored = (path: string): boolean => {
        const names = path.split('/');
        return names.some((_, index) => rules.decide(names.slice(0, index + 1), index + 1 < names.length) === true);
      };
      folder.remove();
      expect(PATHS.filter(isIgnored).sort()).toEqual(PATHS.filter((path) => said.includes(path)).sort());
    },
  );

  it('are matched at once, however many stars they have', () => {
    const rules = new Gitignore(`${'*a'.repeat(60)}b\n${'**/a/'.repeat(100)}b`);
    const startedAt = performance.now();
    expect(rules.decide(['a'.repeat(255)], false)).toBeUndefined();
    expect(
      rules.decide(
        Array.from({ length: 500 }, () => 'a'),
        false,
      ),
    ).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('say nothing where there are none', () => {
    expect(new Gitignore('').decide(['a'], false)).toBeUndefined();
  });
});
