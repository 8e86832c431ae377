import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import type { ChatDto } from '../../src/chat/dto/chat.dto';
import type { ChatStateDto } from '../../src/chat/dto/chat-state.dto';
import { shellOutputOf } from '../support/agent-command';
import { eventually } from '../support/eventually';
import type { RelayClient } from '../support/relay-client';
import { RelayService } from '../support/service';

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('git and the network in the default sandbox', () => {
  let service: RelayService;
  let client: RelayClient;
  /** What a command of a sandbox can reach of this machine when it has the network. */
  let listener: Server;

  beforeAll(async () => {
    listener = createServer((socket) => socket.end('reached\n')).listen(0, '127.0.0.1');
    service = await RelayService.start({ environment: { CODEX_POOL_SIZE: '1' } });
    client = service.client;
  });
  afterAll(async () => {
    listener?.close();
    await service?.dispose();
  });

  const workspaceOf = (id: string): string => join(service.dataRoot, 'sessions', 'default', id, 'workspace');
  const listed = async (id: string): Promise<string[]> => {
    const { body } = await client.request<{ data: { name: string }[] }>('GET', `/api/v1/chats/${id}/workspace`);
    return body.data.map(({ name }) => name);
  };
  const outputOf = (id: string, command: string): Promise<string> => shellOutputOf(client, id, command);
  const newChat = (more: object = {}): Promise<ChatDto> =>
    client.createChat({ backend: 'demo', approvalPolicy: 'never', ...more });

  it('an agent works with a repository that it makes, also after a restart and when the folder was lost or replaced', async () => {
    const { id } = await newChat();
    expect(await outputOf(id, 'git status')).toContain('not a git repository');
    expect(await listed(id)).toEqual([]);
    const first = 'git init -q . && echo a > a.txt && git add . && git commit -qm one && git log --format="%an: %s"';
    expect(await outputOf(id, first)).toBe('Codex: one\nended with 0\n');
    const work = 'git switch -qc other && echo b >> a.txt && git stash -q && git stash pop -q && git diff --stat';
    expect(await outputOf(id, `${work} && git commit -qam two && git rev-list --count HEAD`)).toMatch(
      /1 file changed[^]*2\nended with 0/,
    );
    await service.stop();
    await service.restart();
    ({ client } = service);
    expect(await outputOf(id, 'git commit -q --allow-empty -m three && git rev-list --count HEAD')).toBe(
      '3\nended with 0\n',
    );

    const made = 'git init -q . && git add . && git commit -qm anew && git log --format=%s';
    await outputOf(id, 'find .git -mindepth 1 -delete');
    expect(await outputOf(id, made)).toBe('anew\nended with 0\n');
    const git = join(workspaceOf(id), '.git');
    // As it was in chats that are older than this.
    rmSync(git, { recursive: true });
    expect(await outputOf(id, made)).toBe('anew\nended with 0\n');
    for (const [replace, words] of [
      [() => writeFileSync(git, 'gitdir: /etc\n'), /".git" is no folder.*it is called ".git.set-aside" now/],
      [() => symlinkSync('/tmp', git), /".git" is a link.*it is called ".git.set-aside-2" now/],
    ] as const) {
      const record = await client.follow(id);
      rmSync(git, { recursive: true });
      replace();
      expect(await outputOf(id, made)).toBe('anew\nended with 0\n');
      await eventually('the chat says so', () =>
        record.events.some((event) => event.type === 'warning' && words.test(event.data.message)),
      );
      await record.close();
    }
  });

  it('what an agent writes into its repository runs nowhere but in its sandbox', async () => {
    const { id } = await newChat();
    const [outside, workspace] = [join(service.dataRoot, 'ran-outside'), workspaceOf(id)];
    const trap = join(workspace, 'trap');
    mkdirSync(workspace, { recursive: true });
    writeFileSync(trap, `#!/bin/sh\necho "$0 $*" >> ${workspace}/ran; echo "$0 $*" >> ${outside}\ncat\n`);
    chmodSync(trap, 0o755);
    const settings = {
      ...{ 'core.fsmonitor': trap, 'core.hooksPath': workspace, 'core.sshCommand': trap, 'core.pager': trap },
      ...{ 'filter.trap.clean': trap, 'filter.trap.smudge': trap, 'filter.trap.process': trap },
      ...{ 'diff.external': trap, 'diff.trap.textconv': trap, 'alias.status': `!${trap}`, 'include.path': '../more' },
      ...{ 'remote.origin.url': `ext::${trap}`, 'protocol.ext.allow': 'always', 'credential.helper': `!${trap}` },
    };
    writeFileSync(join(workspace, 'more'), `[core]\n\tfsmonitor = ${trap}\n\teditor = ${trap}\n`);
    const configured = Object.entries(settings).map(([key, value]) => `git config ${key} '${value}'`);
    const attributes = 'echo "* filter=trap diff=trap" > .gitattributes';
    const begun = `git init -q . && echo a > a.txt && git add . && git commit -qm one && git init -q sub && ${attributes}`;
    expect(await outputOf(id, [begun, ...configured].join(' && '))).toBe('ended with 0\n');
    // It is alive: the agent's own git runs it, where it reaches no more than the agent.
    await outputOf(id, 'echo b > a.txt; git diff > /dev/null');
    expect(readdirSync(workspace)).toContain('ran');
    for (const change of ['echo c > a.txt', 'ln -sf /etc/passwd linked', 'echo "gitdir: ../.git" > sub/.git']) {
      await outputOf(id, change);
      writeFileSync(join(workspace, 'a.txt'), change);
    }
    await client.request('GET', `/api/v1/chats/${id}/workspace?limit=10`);
    expect(existsSync(outside)).toBe(false);
  });

  it('a chat has the network once it asks for it, from its next turn on', async () => {
    const { port } = listener.address() as AddressInfo;
    const { id } = await newChat();
    const reach = `timeout 5 bash -c 'cat < /dev/tcp/127.0.0.1/${port}'`;
    expect(await outputOf(id, reach)).not.toContain('reached');
    const set = (networkAccess: boolean) => client.request('PATCH', `/api/v1/chats/${id}`, { networkAccess });
    expect((await set(true)).body).toMatchObject({ networkAccess: true });
    expect(await outputOf(id, reach)).toBe('reached\nended with 0\n');
    const state = await client.request<ChatStateDto>('GET', `/api/v1/chats/${id}/state`);
    expect(state.body.chat.networkAccess).toBe(true);
    await service.stop();
    await service.restart();
    ({ client } = service);
    expect(await outputOf(id, reach)).toBe('reached\nended with 0\n');
    await set(false);
    expect(await outputOf(id, reach)).not.toContain('reached');

    await set(true);
    await service.stop();
    await service.restart({ CODEX_NETWORK_ACCESS: 'forbidden' });
    ({ client } = service);
    expect(await outputOf(id, reach)).not.toContain('reached');
    expect(await client.chat(id)).toMatchObject({ networkAccess: false });
    const code = 'network_access_not_allowed';
    expect(await set(true)).toMatchObject({ status: 403, body: { code } });
    expect(await client.request('POST', '/api/v1/chats', { networkAccess: true })).toMatchObject({
      status: 403,
      body: { code },
    });
  });
});
