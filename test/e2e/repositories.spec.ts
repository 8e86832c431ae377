import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LimitsDto } from '../../src/access/limits/limit.dto';
import type { BranchDto } from '../../src/branches/branch.dto';
import type { ChatDto } from '../../src/chat/dto/chat.dto';
import type { ProjectDto } from '../../src/projects/project.dto';
import type { GitDiffDto, GitStatusDto, PushedDto, RebasedDto } from '../../src/repositories/chat-git.dto';
import type { RepositoryDto } from '../../src/repositories/repository.dto';
import { shellOutputOf } from '../support/agent-command';
import { eventually } from '../support/eventually';
import { GitHost, gitIn } from '../support/git-host';
import type { RelayClient } from '../support/relay-client';
import { RelayService } from '../support/service';

const onLinux = process.platform === 'linux' ? describe : describe.skip;
const PASSWORD = 'ghp-kolibri-4711';
const FILES = 300;

onLinux('the repository of a project', () => {
  const host = new GitHost({ username: 'git', password: PASSWORD });
  let service: RelayService;
  let client: RelayClient;
  let project: string;

  const ask = <T = { code?: string }>(method: string, path: string, body?: object) =>
    client.request<T>(method, `/api/v1${path}`, body);
  const newChat = (): Promise<ChatDto> =>
    client.createChat({ backend: 'demo', approvalPolicy: 'never', projectId: project });
  const git = <T = { code?: string }>(chat: string, what: string, body?: object) =>
    ask<T>(body === undefined && /^(?:status|diff)/.test(what) ? 'GET' : 'POST', `/chats/${chat}/git/${what}`, body);
  const statusOf = async (chat: string): Promise<GitStatusDto> => (await git<GitStatusDto>(chat, 'status')).body;
  const sessionOf = (chat: string): string => join(service.dataRoot, 'sessions', 'default', chat);
  const outputOf = (chat: string, command: string): Promise<string> => shellOutputOf(client, chat, command);

  beforeAll(async () => {
    await host.start((folder) => {
      mkdirSync(join(folder, 'src'));
      for (let number = 0; number < FILES; number += 1)
        writeFileSync(join(folder, 'src', `${number}.txt`), `${number}\n`.repeat(50));
      writeFileSync(join(folder, 'README.md'), 'one\ntwo\nthree\n');
      // So that the objects weigh something.
      writeFileSync(join(folder, 'large.bin'), randomBytes(3_100_000));
    });
    const key = '5f'.repeat(32);
    service = await RelayService.start({
      environment: { CODEX_POOL_SIZE: '1', ENCRYPTION_KEY: key, REPOSITORY_HOSTS: `${host.host},github.example.org` },
    });
    client = service.client;
    project = (await ask<ProjectDto>('POST', '/projects', { name: 'Code' })).body.id;
  });
  afterAll(async () => {
    await service?.dispose();
    await host.stop();
  });

  it('is set with its credential, which is shown to nobody, and says why it cannot be reached', async () => {
    const path = `/projects/${project}/repository`;
    expect(await ask('GET', path)).toMatchObject({ status: 404, body: { code: 'repository_not_found' } });
    for (const [url, status, code] of [
      ['ext::sh -c id', 400, 'invalid_repository_url'],
      ['https://10.0.0.1/name.git', 403, 'repository_not_allowed'],
      ['/etc', 403, 'repository_not_allowed'],
    ] as const)
      expect(await ask('PUT', path, { url })).toMatchObject({ status, body: { code } });
    const branch = { url: host.url, baseBranch: '--upload-pack=id' };
    expect(await ask('PUT', path, branch)).toMatchObject({ status: 400, body: { code: 'invalid_branch' } });

    const wrong = await ask<RepositoryDto>('PUT', path, { url: host.url, password: 'wrong' });
    expect(wrong).toMatchObject({ status: 200, body: { url: host.url, auth: 'password', baseBranch: null } });
    expect(await ask('POST', `${path}/fetch`)).toMatchObject({ status: 409, body: { code: 'repository_auth_failed' } });
    expect((await ask<RepositoryDto>('GET', path)).body.fault).toMatch(/does not let the service in/);
    const { id } = await newChat();
    const { turn } = await client.ask(id, 'run: ls');
    expect(turn).toMatchObject({ status: 'failed', error: { code: 'repository_unavailable' } });
    expect(turn.error?.message).toMatch(/does not let the service in.*send it again/);

    const right = await ask<RepositoryDto>('PUT', path, { url: host.url, password: PASSWORD });
    expect(JSON.stringify(right.body)).not.toContain(PASSWORD);
    expect((await ask<ProjectDto>('GET', `/projects/${project}`)).body.hasRepository).toBe(true);
    const fetched = await ask<RepositoryDto>('POST', `${path}/fetch`);
    expect(fetched).toMatchObject({ status: 200, body: { baseBranch: 'main', fault: null } });
    expect(fetched.body.sizeBytes).toBeGreaterThan(3_000_000);
    const { limits } = (await ask<LimitsDto>('GET', `/projects/${project}/limits`)).body;
    expect(limits.find(({ limit }) => limit === 'storage')?.used).toBeGreaterThan(3_000_000);
    expect(await outputOf(id, 'git log --format=%s && cat README.md')).toBe('first\none\ntwo\nthree\nended with 0\n');
  });

  it('is checked out for ten chats at once, whose copies share its objects, each on a branch of its own', async () => {
    const chats = await Promise.all(Array.from({ length: 10 }, newChat));
    const statuses = await Promise.all(chats.map(({ id }) => git<GitStatusDto>(id, 'checkout')));
    expect(statuses.map(({ status }) => status)).toEqual(chats.map(() => 200));
    expect(new Set(statuses.map(({ body }) => body.checkedOut)).size).toBe(10);
    for (const { id } of chats) {
      const objects = join(sessionOf(id), 'workspace', '.git', 'objects');
      expect(Number(execFileSync('du', ['-sk', objects], { encoding: 'utf8' }).split('\t')[0])).toBeLessThan(200);
      const packs = join(sessionOf(id), 'repository', 'pack');
      for (const name of readdirSync(packs)) expect(statSync(join(packs, name)).nlink).toBeGreaterThan(10);
      expect(readdirSync(join(sessionOf(id), 'workspace', 'src'))).toHaveLength(FILES);
    }
  });

  it('shows a change that is as long as what was there, and of the same second as the checkout', async () => {
    const { id } = await newChat();
    await git(id, 'checkout');
    const workspace = join(sessionOf(id), 'workspace');
    const [readme, index] = ['README.md', '.git/index'].map((name) => join(workspace, name)) as [string, string];
    const at = new Date(Math.floor(Date.now() / 1000) * 1000 - 10_000);
    gitIn(workspace, 'config', 'core.trustctime', 'false');
    utimesSync(readme, at, at);
    gitIn(workspace, 'update-index', '--refresh');
    utimesSync(index, at, at);
    writeFileSync(readme, 'ONE\ntwo\nthree\n');
    utimesSync(readme, at, at);
    expect((await git<GitDiffDto>(id, 'diff')).body.diff).toContain('+ONE');
  });

  it('goes on in a branch of a chat as it was at that turn, on a branch of its own', async () => {
    const { id } = await newChat();
    const { turn } = await client.ask(
      id,
      'run: echo early > early.txt; git add -A; git commit -qm early; echo loose > loose.txt',
    );
    expect(await outputOf(id, 'echo late > late.txt; git add -A; git commit -qm late')).toBe('ended with 0\n');
    const forked = await ask<BranchDto>('POST', `/chats/${id}/fork`, { afterTurnId: turn.id });
    const other = forked.body.chat.id;
    expect(
      await outputOf(
        other,
        'git log --format=%s; cat loose.txt; ls late.txt; echo more > more.txt; git add more.txt; git commit -qm more',
      ),
    ).toMatch(/^early\nfirst\nloose\n[^]*ended with 0\n$/u);
    const { branch, ...status } = await statusOf(other);
    expect(status).toMatchObject({ checkedOut: branch, ahead: 2, files: [{ path: 'loose.txt', status: 'untracked' }] });
    expect(branch).not.toBe((await statusOf(id)).branch);
    expect(await git<PushedDto>(other, 'push')).toMatchObject({ status: 200, body: { branch } });
    expect(gitIn(host.bare, 'log', '--format=%s', `main..${branch}`)).toBe('more\nearly');
  });

  it('has what the agent and its user commit pushed to the branch of the chat, and to no other', async () => {
    const { id } = await newChat();
    expect(await git(id, 'status')).toMatchObject({ status: 409, body: { code: 'no_working_copy' } });
    expect(await outputOf(id, 'echo four >> README.md; git commit -qam "by the agent"; echo x > new.txt')).toBe(
      'ended with 0\n',
    );
    const { branch, ...status } = await statusOf(id);
    expect(status).toMatchObject({ checkedOut: branch, ahead: 1, files: [{ path: 'new.txt', status: 'untracked' }] });
    const diff = await git<GitDiffDto>(id, 'diff');
    expect(diff.body.files).toEqual([
      { path: 'README.md', added: 1, removed: 0 },
      { path: 'new.txt', added: 1, removed: 0 },
    ]);
    expect(diff.body.diff).toMatch(/\+four[^]*\+x/);
    expect((await git<GitDiffDto>(id, 'diff?against=head')).body.files).toEqual([
      { path: 'new.txt', added: 1, removed: 0 },
    ]);
    expect((await git<GitDiffDto>(id, 'diff?path=README.md')).body.diff).not.toContain('new.txt');
    const ofTurn = await git<GitDiffDto>(id, 'diff?against=turn');
    expect(ofTurn.body.files.map(({ path, added }) => [path, added])).toEqual([
      ...[
        ['README.md', 1],
        ['new.txt', 1],
      ],
    ]);
    expect(ofTurn.body.diff).toMatch(/\+four[^]*\+x/);
    expect((await git<GitDiffDto>(id, 'diff?against=turn&path=new.txt')).body.diff).not.toContain('four');

    expect(await git(id, 'commit', { message: 'by a person\n\nfor a reason' })).toMatchObject({
      status: 200,
      body: { branch },
    });
    expect(await git(id, 'commit', { message: 'again' })).toMatchObject({
      status: 409,
      body: { code: 'nothing_to_commit' },
    });
    const main = gitIn(host.bare, 'rev-parse', 'main');
    const pushed = await git<PushedDto>(id, 'push');
    expect(pushed).toMatchObject({ status: 200, body: { branch } });
    expect(gitIn(host.bare, 'log', '--format=%an: %s', `main..${branch}`).split('\n')).toEqual([
      ...['Default user: by a person', 'Codex: by the agent'],
    ]);
    expect(gitIn(host.bare, 'rev-parse', 'main')).toBe(main);

    // Amended by the agent: a push of this service is replaced, one of somebody else is not.
    expect(await outputOf(id, 'git commit -q --amend -m amended')).toBe('ended with 0\n');
    expect(await git(id, 'push')).toMatchObject({ status: 200 });
    host.commit('theirs.txt', 'theirs\n', branch);
    expect(await outputOf(id, 'git commit -q --amend -m again')).toBe('ended with 0\n');
    expect(await git(id, 'push')).toMatchObject({ status: 409, body: { code: 'push_rejected' } });
    expect(host.fileOf(branch, 'theirs.txt')).toBe('theirs');
  });

  it('is the base of a chat again after a rebase, or all stays as it was', async () => {
    const [{ id }, { id: other }] = [await newChat(), await newChat()];
    await outputOf(id, 'echo mine > mine.txt; git add .; git commit -qm mine');
    await outputOf(other, 'sed -i s/two/TWO/ README.md; git commit -qam conflicting');
    host.commit('README.md', 'one\n2\nthree\n');
    await outputOf(id, 'echo more >> mine.txt');
    expect(await git(id, 'rebase')).toMatchObject({ status: 409, body: { code: 'uncommitted_changes' } });
    await git(id, 'commit', { message: 'more' });
    const rebased = await git<RebasedDto>(id, 'rebase');
    expect(rebased).toMatchObject({ status: 200, body: { baseCommit: gitIn(host.bare, 'rev-parse', 'main') } });
    expect(await outputOf(id, 'git status --short; git log --format=%s; sed -n 2p README.md')).toBe(
      'more\nmine\nchange README.md\nfirst\n2\nended with 0\n',
    );
    expect((await git(id, 'push')).status).toBe(200);

    const before = await statusOf(other);
    const refused = await git<{ code: string; detail: string }>(other, 'rebase');
    expect(refused).toMatchObject({ status: 409, body: { code: 'rebase_conflict' } });
    expect(refused.body.detail).toContain('README.md');
    expect(await statusOf(other)).toEqual(before);
    expect(await outputOf(other, 'git status --short; sed -n 2p README.md')).toBe('TWO\nended with 0\n');
  });

  it('is checked out anew where that was cut off, and not over files that are in the way', async () => {
    const [{ id: cut }, { id: taken }] = [await newChat(), await newChat()];
    const begun = join(sessionOf(cut), 'workspace', '.git');
    mkdirSync(begun, { recursive: true });
    for (const [name, content] of [
      ['relay-checkout', ''],
      ['config', 'no configuration [['],
      ['index.lock', ''],
    ] as const)
      writeFileSync(join(begun, name), content);
    expect(await git<GitStatusDto>(cut, 'checkout')).toMatchObject({ status: 200, body: { files: [] } });

    const file = join(sessionOf(taken), 'workspace', 'README.md');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'mine\n');
    const refused = await git<{ code: string; detail: string }>(taken, 'checkout');
    expect(refused).toMatchObject({ status: 409, body: { code: 'checkout_failed' } });
    expect(refused.body.detail).toContain('README.md');
    expect(readFileSync(file, 'utf8')).toBe('mine\n');
    rmSync(file);
    expect((await git(taken, 'checkout')).status).toBe(200);
  });

  it('holds a turn up that it has to be checked out for, until its user interrupts it', async () => {
    // Not "main": the host says where chats begin.
    gitIn(host.bare, 'branch', 'trunk', 'main');
    gitIn(host.bare, 'symbolic-ref', 'HEAD', 'refs/heads/trunk');
    const other = (await ask<ProjectDto>('POST', '/projects', { name: 'Slow' })).body.id;
    await ask('PUT', `/projects/${other}/repository`, { url: host.url, password: PASSWORD });
    host.isSilent = true;
    const { id } = await client.createChat({ backend: 'demo', projectId: other });
    const { turnId } = await client.send(id, 'hello');
    await eventually('the host is asked', () => host.unanswered > 0);
    const interrupted = await client.interrupt(id).finally(() => (host.isSilent = false));
    expect(interrupted).toEqual({ turnId });
    const more = await Promise.all([1, 2].map(() => client.createChat({ backend: 'demo', projectId: other })));
    const copies = await Promise.all(
      [id, ...more.map((chat) => chat.id)].map((each) => git<GitStatusDto>(each, 'checkout')),
    );
    expect(copies.map(({ body }) => body.baseBranch)).toEqual(['trunk', 'trunk', 'trunk']);
    expect((await client.ask(id, 'run: ls')).turn.status).toBe('completed');
  });

  it('keeps what chats are on, whatever the host drops, and gives a chat its objects again where they were lost', async () => {
    const { id } = await newChat();
    await outputOf(id, 'echo mine > mine.txt; git add .; git commit -qm mine');
    gitIn(host.clone, 'checkout', '-q', '--orphan', 'anew');
    gitIn(host.clone, 'commit', '-qm', 'anew');
    gitIn(host.clone, 'push', '-qf', host.bare, 'anew:main');
    await ask('POST', `/projects/${project}/repository/fetch`);
    const [mirror = ''] = readdirSync(join(service.dataRoot, 'repositories'));
    gitIn(join(service.dataRoot, 'repositories', mirror), 'gc', '-q', '--prune=now');
    rmSync(join(sessionOf(id), 'repository'), { recursive: true });
    expect(await outputOf(id, 'git fsck --connectivity-only; git log --format=%s | tail -n 1')).toMatch(
      /first\nended with 0\n$/,
    );
    expect((await git(id, 'push')).status).toBe(200);
  });

  it('gives its credential to nobody: not to a workspace, a log, an event, or a process of an agent', async () => {
    const { id } = await newChat();
    const secrets = [PASSWORD, Buffer.from(`git:${PASSWORD}`).toString('base64')];
    const seen = await outputOf(
      id,
      'env; cat .git/config; cat /proc/*/environ | tr "\\0" "\\n" | sort -u; git remote -v',
    );
    const { body } = await ask<object>('GET', `/chats/${id}/state`);
    const search = ['-rlaF', ...secrets.flatMap((secret) => ['-e', secret]), service.dataRoot];
    // What it finds nothing with: the database has it encrypted.
    expect(spawnSync('grep', search, { encoding: 'utf8' })).toMatchObject({ status: 1, stdout: '' });
    for (const secret of secrets) {
      for (const text of [seen, JSON.stringify(body), service.log]) expect(text).not.toContain(secret);
    }
  });
});
