import { pullRequestUrl, repositoryAddress } from './repository-address';

describe('the address of a repository', () => {
  it.each([
    ['https://GitHub.com/owner/name.git', 'https', 'https://github.com/owner/name.git'],
    ['https://git.example.org:8443/name', 'https', 'https://git.example.org:8443/name'],
    ['git@github.com:owner/name.git', 'ssh', 'ssh://git@github.com/owner/name.git'],
    ['ssh://git@example.org:2222/name', 'ssh', 'ssh://git@example.org:2222/name'],
    ['/srv/git/name.git', 'file', 'file:///srv/git/name.git'],
    ['file:///srv/git/a%20b.git', 'file', 'file:///srv/git/a b.git'],
  ])('%s is taken', (text, kind, url) => {
    expect(repositoryAddress(text)).toMatchObject({ kind, url });
  });

  it.each([
    'ext::sh -c id',
    'ext::sh',
    'git://example.org/name',
    'ftp://example.org/name',
    'https://ada:secret@example.org/name',
    'https://example.org',
    'https://example.org/name?x=y',
    'ssh://-oProxyCommand=id/name',
    'ssh://git@-x/name',
    'ssh://git@example.org/-x',
    '-oProxyCommand=id:name',
    '--upload-pack=id',
    'file://other/srv/name',
    'https://example.org/na me',
    'https://example.org/na\nme',
    'name',
    '',
  ])('%j is refused', (text) => {
    expect(() => repositoryAddress(text)).toThrow(
      expect.objectContaining({ status: 400, code: 'invalid_repository_url' }) as Error,
    );
  });

  it.each([
    ['git@github.com:o/n.git', 'https://github.com/o/n/compare/main...codex%2F1?expand=1'],
    [
      'https://gitlab.example.org/o/n',
      'https://gitlab.example.org/o/n/-/merge_requests/new?merge_request%5Bsource_branch%5D=codex%2F1&merge_request%5Btarget_branch%5D=main',
    ],
    ['https://bitbucket.org/o/n.git', 'https://bitbucket.org/o/n/pull-requests/new?source=codex%2F1&dest=main'],
    ['https://codeberg.org/o/n', 'https://codeberg.org/o/n/compare/main...codex%2F1'],
    ['https://example.org/o/n', null],
    ['/srv/git/n.git', null],
  ])('%s has a page for pull requests where its host is known', (url, page) => {
    expect(pullRequestUrl(url, 'codex/1', 'main')).toBe(page);
  });
});
