import { targetOfHash, workspaceHash, workspaceTarget } from './workspace-link';

describe('a link of an answer', () => {
  it.each([
    ['src/app.ts', 'src/app.ts', null],
    ['./src/app.ts:12', 'src/app.ts', 12],
    ['src/app.ts:12:5', 'src/app.ts', 12],
    ['src/app.ts#L7-L9', 'src/app.ts', 7],
    ['Makefile:3', 'Makefile', 3],
    ['a%20b.md', 'a b.md', null],
    ['/data/sessions/default/0-1/workspace/src/a.ts', 'src/a.ts', null],
    ['/workspace/a.ts:4', 'a.ts', 4],
  ])('%s leads to a file of the workspace', (href, path, line) => {
    const target = workspaceTarget(href);
    expect(target).toEqual({ path, line });
    expect(target && targetOfHash(workspaceHash(target))).toEqual(target);
  });

  it.each([
    ...[
      '',
      '#top',
      '//evil.example/a',
      'https://example.com/a.ts',
      'javascript:alert(1)',
      'mailto:a@b.c',
      'data:text/html,x',
    ],
    ...['/etc/passwd', '../../etc/passwd', 'a/../../b', 'a%2f..%2f..%2fb', '%E0%A4%A', 'a\\b', '.', 'localhost:8000/x'],
  ])('%s leads to none', (href) => expect(workspaceTarget(href)).toBeNull());

  it('that is another place of the page is no file', () => {
    expect(targetOfHash('#/chats/1')).toBeNull();
    expect(targetOfHash('#/workspace?line=2')).toBeNull();
  });
});
