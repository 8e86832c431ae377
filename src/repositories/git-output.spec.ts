import { numbersIn, statusIn } from './git-output';

describe('what git prints', () => {
  it('is a branch, a commit and files, whatever their names hold', () => {
    const output = [
      ...['# branch.oid 1234', '# branch.head codex/x', '# branch.upstream origin/main'],
      ...['1 .M N... 100644 100644 100644 a a a b.txt', '1 A. N... 0 100644 100644 a a ? new 1 .txt'],
      ...['1 .D N... 100644 100644 000000 a a gone', '2 R. N... 100644 100644 100644 a a R100 to here', '? from'],
      ...['u UU N... 100644 100644 100644 100644 a a a both', '? odd\nname', '? bad\xffbyte'],
    ].join('\0');
    expect(statusIn(Buffer.from(`${output}\0`, 'latin1'))).toEqual({
      branch: 'codex/x',
      head: '1234',
      files: [
        { path: 'a b.txt', status: 'modified' },
        { path: '? new 1 .txt', status: 'added' },
        { path: 'gone', status: 'deleted' },
        { path: 'to here', status: 'renamed' },
        { path: 'both', status: 'conflicted' },
        { path: 'odd\nname', status: 'untracked' },
        { path: 'bad\\xffbyte', status: 'untracked' },
      ],
    });
  });

  it('has no branch at a commit, and no commit before the first', () => {
    expect(statusIn(Buffer.from('# branch.oid (initial)\0# branch.head (detached)\0'))).toEqual({
      ...{ branch: null, head: null, files: [] },
    });
  });

  it('counts lines, but for files that are no text', () => {
    expect(numbersIn(Buffer.from('1\t2\ta b\0-\t-\tx\ty\0'))).toEqual([
      { path: 'a b', added: 1, removed: 2 },
      { path: 'x\ty', added: null, removed: null },
    ]);
  });
});
