import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProjectDto } from '../../src/projects/project.dto';
import type { PushedDto } from '../../src/repositories/chat-git.dto';
import type { RepositoryDto } from '../../src/repositories/repository.dto';
import { GitHost, gitIn } from '../support/git-host';
import type { RelayClient } from '../support/relay-client';
import { RelayService } from '../support/service';
import { hasSshServer, SshHost } from '../support/ssh-host';

const onLinux = process.platform === 'linux' ? describe : describe.skip;
const withSsh = hasSshServer ? it : it.skip;

onLinux('a repository that is not behind http', () => {
  const host = new GitHost({ username: 'git', password: 'unused' });
  const ssh = new SshHost();
  let service: RelayService;
  let client: RelayClient;

  const ask = <T = { code?: string }>(method: string, path: string, body?: object) =>
    client.request<T>(method, `/api/v1${path}`, body);
  const newProject = async (): Promise<string> =>
    (await ask<ProjectDto>('POST', '/projects', { name: 'Code' })).body.id;

  /** Has the agent of a new chat commit, and pushes that. */
  async function pushFrom(project: string): Promise<string> {
    const { id } = await client.createChat({ backend: 'demo', approvalPolicy: 'never', projectId: project });
    const { turn } = await client.ask(id, 'run: sleep 0.3; echo mine > mine.txt; git add .; git commit -qm mine');
    expect(turn.status).toBe('completed');
    const pushed = await ask<PushedDto>('POST', `/chats/${id}/git/push`);
    expect(pushed.status).toBe(200);
    return pushed.body.branch;
  }

  beforeAll(async () => {
    await host.start((folder) => writeFileSync(join(folder, 'README.md'), 'one\n'));
    if (hasSshServer) await ssh.start();
    service = await RelayService.start({
      environment: {
        ...{ CODEX_POOL_SIZE: '1', ENCRYPTION_KEY: '5f'.repeat(32), REPOSITORY_HOSTS: ssh.host },
        REPOSITORY_FOLDERS: dirname(host.bare),
      },
    });
    client = service.client;
  });
  afterAll(async () => {
    await service?.dispose();
    await ssh.stop();
    await host.stop();
  });

  withSsh(
    'is reached over ssh with a key that was made for it, and only while the host is the one that was met',
    async () => {
      const path = `/projects/${await newProject()}/repository`;
      const url = ssh.urlOf(host.bare);
      expect(await ask('PUT', path, { url, password: 'x' })).toMatchObject({
        status: 400,
        body: { code: 'invalid_credential' },
      });
      expect(await ask('PUT', path, { url, privateKey: 'x' })).toMatchObject({
        status: 400,
        body: { code: 'invalid_private_key' },
      });
      const made = await ask<RepositoryDto>('PUT', path, { url, generateKey: true });
      expect(made).toMatchObject({ status: 200, body: { auth: 'ssh', knownHosts: null } });
      expect(made.body.publicKey).toMatch(/^ssh-ed25519 /);
      expect(JSON.stringify(made.body)).not.toContain('PRIVATE');
      expect(await ask('POST', `${path}/fetch`)).toMatchObject({
        status: 409,
        body: { code: 'repository_auth_failed' },
      });
      ssh.letIn(made.body.publicKey ?? '');
      const fetched = await ask<RepositoryDto>('POST', `${path}/fetch`);
      expect(fetched).toMatchObject({ status: 200, body: { baseBranch: 'main' } });
      expect(fetched.body.knownHosts).toMatch(/^127\.0\.0\.1 ssh-ed25519 /);
      expect(host.fileOf(await pushFrom(made.body.projectId), 'mine.txt')).toBe('mine');

      await ssh.halt();
      await ssh.start();
      expect(await ask('POST', `${path}/fetch`)).toMatchObject({ status: 409, body: { code: 'host_key_changed' } });
      await ask('PUT', path, { url, knownHosts: fetched.body.knownHosts });
      expect(await ask('POST', `${path}/fetch`)).toMatchObject({ status: 409, body: { code: 'host_key_changed' } });
    },
  );

  it('is a folder of this machine that the operator allows, and no other by way of it', async () => {
    const project = await newProject();
    const path = `/projects/${project}/repository`;
    expect(await ask('PUT', path, { url: host.bare })).toMatchObject({
      status: 200,
      body: { url: `file://${host.bare}` },
    });
    expect(host.fileOf(await pushFrom(project), 'mine.txt')).toBe('mine');

    const outside = join(service.dataRoot, 'outside.git');
    mkdirSync(outside);
    gitIn(outside, 'init', '-q', '--bare');
    symlinkSync(outside, join(dirname(host.bare), 'link.git'));
    for (const url of [join(dirname(host.bare), 'link.git'), outside, `${dirname(host.bare)}/../x.git`, '/etc']) {
      await ask('PUT', path, { url });
      expect(await ask('POST', `${path}/fetch`)).toMatchObject({
        status: 403,
        body: { code: 'repository_not_allowed' },
      });
    }
  });
});
