import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectDto } from '../../src/projects/project.dto';
import type { GitDiffDto, GitStatusDto } from '../../src/repositories/chat-git.dto';
import { shellOutputOf } from '../support/agent-command';
import { GitHost, gitIn } from '../support/git-host';
import type { RelayClient } from '../support/relay-client';
import { RelayService } from '../support/service';

const onLinux = process.platform === 'linux' ? describe : describe.skip;
const PASSWORD = 'kolibri';

onLinux('a repository whose content, or whose agent, wants more than it may', () => {
  const host = new GitHost({ username: 'git', password: PASSWORD });
  let service: RelayService;
  let client: RelayClient;
  let project: string;

  const ask = <T = { code?: string }>(method: string, path: string, body?: object) =>
    client.request<T>(method, `/api/v1${path}`, body);
  const git = <T = { code?: string }>(chat: string, what: string, body?: object) =>
    ask<T>(body === undefined && /^(?:status|diff)/.test(what) ? 'GET' : 'POST', `/chats/${chat}/git/${what}`, body);
  const workspaceOf = (id: string): string => join(service.dataRoot, 'sessions', 'default', id, 'workspace');
  const newChat = async (): Promise<string> => {
    const { id } = await client.createChat({ backend: 'demo', approvalPolicy: 'never', projectId: project });
    expect((await git(id, 'checkout')).status).toBe(200);
    return id;
  };
  const run = (chat: string, command: string): Promise<string> => shellOutputOf(client, chat, command);

  beforeAll(async () => {
    await host.start((folder) => {
      writeFileSync(join(folder, '.gitattributes'), '* filter=trap diff=trap merge=trap\n');
      writeFileSync(join(folder, '.gitmodules'), '[submodule "x"]\n\tpath = x\n\turl = https://example.org/x\n');
      writeFileSync(join(folder, '--output=here'), 'an option\n');
      writeFileSync(join(folder, `${'n'.repeat(200)}\n"\x1b.txt`), 'a name\n');
      writeFileSync(join(folder, 'README.md'), 'one\n');
      symlinkSync('/etc/passwd', join(folder, 'out'));
      symlinkSync('.git/config', join(folder, 'config'));
    });
    gitIn(host.bare, 'branch', 'x"$(id)');
    service = await RelayService.start({
      environment: { CODEX_POOL_SIZE: '1', ENCRYPTION_KEY: '5f'.repeat(32), REPOSITORY_HOSTS: host.host },
    });
    client = service.client;
    project = (await ask<ProjectDto>('POST', '/projects', { name: 'Code' })).body.id;
    await ask('PUT', `/projects/${project}/repository`, { url: host.url, password: PASSWORD });
  });
  afterAll(async () => {
    await service?.dispose();
    await host.stop();
  });

  it('runs nothing in the service: neither hooks nor filters, pagers, aliases, or what a configuration includes', async () => {
    const chat = await newChat();
    const [workspace, outside] = [workspaceOf(chat), join(service.dataRoot, 'ran-outside')];
    const trap = join(workspace, 'trap');
    writeFileSync(
      trap,
      `#!/bin/sh\necho "$0 $*" >> ${workspace}/ran; echo "$0 $*" >> ${outside}\n[ "$1" = filter ] && cat\nexit 0\n`,
      { mode: 0o755 },
    );
    const settings = {
      ...{
        'core.fsmonitor': trap,
        'core.sshCommand': trap,
        'core.pager': trap,
        'core.editor': trap,
        'core.askPass': trap,
      },
      ...{ 'filter.trap.clean': `${trap} filter`, 'filter.trap.smudge': `${trap} filter`, 'diff.trap.textconv': trap },
      ...{
        'diff.external': trap,
        'merge.trap.driver': trap,
        'sequence.editor': trap,
        'gpg.program': trap,
        'commit.gpgSign': 'true',
      },
      ...{
        'credential.helper': `!${trap}`,
        'uploadpack.packObjectsHook': trap,
        'alias.status': `!${trap}`,
        'core.hooksPath': `${workspace}/hooks`,
      },
      ...{
        'remote.origin.url': `ext::${trap}`,
        'protocol.ext.allow': 'always',
        'include.path': `${workspace}/more`,
        'core.worktree': '/',
      },
    };
    writeFileSync(join(workspace, 'more'), `[core]\n\tfsmonitor = ${trap}\n`);
    mkdirSync(join(workspace, 'hooks'));
    const hooks = [
      'pre-commit',
      'post-commit',
      'commit-msg',
      'prepare-commit-msg',
      'pre-push',
      'post-checkout',
      'pre-rebase',
      'post-index-change',
      'reference-transaction',
      'post-rewrite',
    ];
    for (const name of hooks)
      writeFileSync(join(workspace, 'hooks', name), `#!/bin/sh\nexec ${trap} ${name}\n`, { mode: 0o755 });
    for (const [key, value] of Object.entries(settings)) gitIn(workspace, 'config', key, value);
    // It changes whenever it is looked at.
    writeFileSync(join(workspace, '.git', 'info', 'exclude'), 'ran\n');
    writeFileSync(join(workspace, 'README.md'), 'two\n');

    expect((await git<GitStatusDto>(chat, 'status')).body.files).toContainEqual({
      path: 'README.md',
      status: 'modified',
    });
    expect((await git<GitDiffDto>(chat, 'diff')).body.diff).toContain('+two');
    expect(await git(chat, 'commit', { message: 'hostile' })).toMatchObject({ status: 200 });
    host.commit('other.txt', 'other\n');
    expect(await git(chat, 'rebase')).toMatchObject({ status: 200 });
    expect(await git(chat, 'push')).toMatchObject({ status: 200 });
    await run(chat, 'true');
    expect(existsSync(outside)).toBe(false);
    // The trap is alive: filters do run, where the agent's commands run.
    expect(existsSync(join(workspace, 'ran'))).toBe(true);
  });

  it('shows and changes nothing outside of the workspace, whatever stands in the place of .git', async () => {
    const [one, other] = [await newChat(), await newChat()];
    writeFileSync(join(workspaceOf(other), 'secret.txt'), 'of the other chat');
    const own = join(workspaceOf(one), '.git');
    const theirs = join(workspaceOf(other), '.git');
    for (const replace of [
      () => symlinkSync(theirs, own),
      () => writeFileSync(own, `gitdir: ${theirs}\n`),
      () => symlinkSync(host.bare, own),
      () => mkdirSync(own),
    ]) {
      rmSync(own, { recursive: true });
      replace();
      for (const what of ['status', 'diff']) {
        const { status, body } = await git(one, what);
        expect({ status, body }).toMatchObject({ status: 409, body: { code: 'git_failed' } });
      }
      expect((await git(one, 'commit', { message: 'x' })).status).toBe(409);
      expect((await git(one, 'push')).status).toBe(409);
    }
    expect((await git<GitStatusDto>(other, 'status')).body.files).toEqual([
      { path: 'secret.txt', status: 'untracked' },
    ]);
    // What is lost is made again, and what is in the workspace stays.
    writeFileSync(join(workspaceOf(one), 'README.md'), 'mine\n');
    expect(await git(one, 'checkout')).toMatchObject({
      status: 200,
      body: { files: [{ path: 'README.md', status: 'modified' }] },
    });
    expect(await run(one, 'git diff --stat; git log --format=%s | tail -n 1')).toMatch(
      /README.md[^]*first\nended with 0/,
    );
  });

  it('brings no object to the host that would be refused there, and is told what was wrong', async () => {
    const chat = await newChat();
    const forged = [
      'tree=$(printf "100644 blob %s\\t.git\\n" $(echo x | git hash-object -w --stdin) | git mktree)',
      'git update-ref HEAD $(echo forged | git commit-tree $tree -p HEAD)',
    ].join('; ');
    expect(await run(chat, forged)).toBe('ended with 0\n');
    const { branch } = (await git<GitStatusDto>(chat, 'status')).body;
    const refused = await git<{ code: string; detail: string }>(chat, 'push');
    expect(refused).toMatchObject({ status: 409, body: { code: 'git_failed' } });
    expect(refused.body.detail).toMatch(/\.git/);
    expect(gitIn(host.bare, 'branch', '--list', branch)).toBe('');
  });
});
