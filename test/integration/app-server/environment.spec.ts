import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { StorageConfig } from '../../../src/config/storage.config';
import { DataDirectories } from '../../../src/runtime/data-directories';
import { TemporaryFolder } from '../../support/temporary-folder';
import { PoolFixture } from './support/pool-fixture';

/** Every folder that holds this one, up to the machine's root. */
function foldersAbove(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [above, ...foldersAbove(above)];
}

describe('the environment of the agent', () => {
  const operator = {
    PATH: `/opt/operator/bin:${process.env.PATH}`,
    OPENAI_API_KEY: 'sk-operator-secret',
    AWS_SECRET_ACCESS_KEY: 'aws-operator-secret',
    SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt',
    TZ: 'Europe/Berlin',
  };
  let fixture: PoolFixture;

  beforeAll(async () => {
    fixture = await PoolFixture.start({ config: { size: 1 }, environment: operator });
  });
  afterAll(() => fixture.stop());

  const outputOf = async (command: string): Promise<string> => {
    const { threadId } = await fixture.run(null, `run ${command}`);
    return fixture.model.requests.filter((made) => made.threadId === threadId).at(-1)?.output ?? '';
  };

  it("shows no secret: neither the operator's nor the key for the gateway", async () => {
    const variables = await outputOf('env');
    expect(variables).toMatch(/CODEX_RELAY_RUN=/);
    expect(variables).not.toMatch(/secret|GATEWAY_KEY|crk-/);
    expect(variables).not.toMatch(/CODEX_HOME=/);
  });

  it("keeps the operator's PATH and certificates, and a home of ours", async () => {
    const variables = await outputOf('env');
    expect(variables).toMatch(/^PATH=.*\/opt\/operator\/bin:/m);
    expect(variables).toMatch(/^SSL_CERT_FILE=\/etc\/ssl\/certs\/ca-certificates.crt$/m);
    expect(variables).not.toMatch(/SSL_CERT_DIR/);
    expect(variables).toMatch(/^TZ=Europe\/Berlin$/m);
    expect(variables).toContain(`HOME=${fixture.root}/agent_home`);
  });

  it('gives the model no tool that goes on by itself when the turn has ended', async () => {
    const { threadId } = await fixture.run(null, 'hello');
    const tools = fixture.model.requests.find((made) => made.threadId === threadId)?.tools;
    expect(tools).toContain('exec_command');
    expect(tools?.filter((name) => /goal|agent/.test(name))).toEqual([]);
  });

  it('has the sandbox: nothing outside of the workspace can be written', async () => {
    const output = await outputOf('touch inside && touch ../outside; ls');
    expect(output).toMatch(/Read-only file system/);
    expect(output).toMatch(/inside/);
  });

  it('hides the processes of the service from a sandboxed command', async () => {
    expect(await outputOf('cat /proc/[0-9]*/environ | tr "\\0" "\\n" | grep -c GATEWAY_KEY')).toMatch(/Output:\n0/);
  });

  it('writes the .git of the folder that its thread goes on in, and not that of the one before', async () => {
    const [one, two] = ['one', 'two'].map((chat) => `${fixture.root}/sessions/moved/${chat}/workspace`) as [
      string,
      string,
    ];
    for (const cwd of [one, two]) mkdirSync(`${cwd}/.git`, { recursive: true });
    const { threadId } = await fixture.run(null, 'run touch .git/first; ls .git', { cwd: one });
    expect(fixture.model.requests.at(-1)?.output).toMatch(/Output:\nfirst/);
    // As after a restore into another folder: what the thread had is not there any more.
    rmSync(dirname(one), { recursive: true });
    await fixture.run(threadId, `run touch .git/second ${one}/.git/third; ls .git`, { cwd: two });
    expect(fixture.model.requests.at(-1)?.output).toMatch(/third[^]*\nsecond\n/);
    expect(existsSync(one)).toBe(false);
  });

  it('ends at the workspace, whatever lies above it: neither a repository nor instructions of others', async () => {
    const cwd = `${fixture.root}/sessions/ada/alone/workspace`;
    mkdirSync(cwd, { recursive: true });
    execFileSync('git', ['init', '--quiet', fixture.root]);
    writeFileSync(`${fixture.root}/AGENTS.md`, 'instructions from above');
    writeFileSync(`${cwd}/AGENTS.md`, 'instructions of the chat');

    const command = 'run git status; git init --quiet . && git status --short';
    const { threadId } = await fixture.run(null, command, { cwd, sandbox: 'danger-full-access' });

    const requests = fixture.model.requests.filter((made) => made.threadId === threadId);
    expect(requests.at(-1)?.output).toMatch(/not a git repository[^]*\?\? AGENTS.md/);
    expect(JSON.stringify(requests)).toContain('instructions of the chat');
    expect(JSON.stringify(requests)).not.toContain('instructions from above');
  });

  it('lets a patch be applied in the workspace', async () => {
    const cwd = `${fixture.root}/sessions/ada/patched/workspace`;
    const patch = ['*** Begin Patch', '*** Add File: made', '+by a patch', '*** End Patch'].join('\n');
    const { threadId } = await fixture.run(null, `run apply_patch <<'EOF'\n${patch}\nEOF`, { cwd });
    await fixture.run(threadId, 'run cat made', { cwd });
    const outputs = fixture.model.requests.filter((made) => made.threadId === threadId).map(({ output }) => output);
    expect(outputs.at(-1)).toMatch(/by a patch/);
  });
});

describe.each(['workspace-write', 'read-only'] as const)('a command in the sandbox %s', (sandbox) => {
  let fixture: PoolFixture;
  beforeAll(async () => {
    fixture = await PoolFixture.start({ config: { size: 1 } });
  });
  afterAll(() => fixture.stop());

  it('reads what is its own and the machine, and nothing of other chats, codex or the database', async () => {
    const folder = (name: string) => `${fixture.root}/sessions/ada/${name}/workspace`;
    for (const name of ['own', 'other']) {
      mkdirSync(folder(name), { recursive: true });
      writeFileSync(`${folder(name)}/note`, `secret of ${name}`);
    }
    writeFileSync(`${fixture.root}/db/chat.sqlite`, 'secret rows');
    const secrets = `${folder('other')}/note ../../other/workspace/note ../../../../db/* ${fixture.root}/codex_home/*`;
    const command = `run cat note; cat ${secrets} 2>&1 | grep -c "secret\\|models"; ls /usr >/dev/null && echo usr`;
    const { threadId } = await fixture.run(null, command, { sandbox, cwd: folder('own') });

    const { output } = fixture.model.requests.filter((made) => made.threadId === threadId).at(-1) ?? {};
    expect(output).toMatch(/secret of own0\nusr/);
  });

  it('does so in whatever folder of the machine it is started', async () => {
    const other = `${fixture.root}/sessions/ben/other/workspace`;
    mkdirSync(other, { recursive: true });
    writeFileSync(`${other}/note`, 'secret of ben');
    const folders = [
      `${fixture.root}/sandbox`,
      ...foldersAbove(fixture.root),
      '/var/tmp',
      '/tmp',
      '/dev/shm',
      homedir(),
    ];
    for (const folder of [...folders, fixture.root, `${fixture.root}/agent_home`]) {
      const look = `cat ${other}/note ${fixture.root}/codex_home/*; ls ${fixture.root}/sessions/ben; echo looked`;
      const { threadId } = await fixture.run(null, `in ${folder} ${look}`, { sandbox });
      const { output } = fixture.model.requests.filter((made) => made.threadId === threadId).at(-1) ?? {};
      expect(`${folder}: ${output}`).not.toMatch(/secret of|models|^other/m);
      expect(`${folder}: ${output}`).toMatch(/looked/);
    }
  });

  it("shares no /tmp: neither with other chats nor with the machine's, and keeps its own where it may write", async () => {
    const machines = new TemporaryFolder();
    writeFileSync(`${machines.path}/note`, 'secret of the machine');
    const outputOf = async (name: string, command: string): Promise<string> => {
      const cwd = `${fixture.root}/sessions/ada/tmp-of-${name}/workspace`;
      mkdirSync(cwd, { recursive: true });
      const { threadId } = await fixture.run(null, `run ${command}`, { sandbox, cwd });
      return fixture.model.requests.filter((made) => made.threadId === threadId).at(-1)?.output ?? '';
    };
    expect(await outputOf('one', 'echo secret of one > /tmp/note; cat /tmp/note')).toMatch(/secret of one/);
    const look = `cat /tmp/note ${machines.path}/note; true`;
    expect(await outputOf('two', look)).not.toMatch(/secret of/);
    const later = await outputOf('one', look);
    expect(/secret of one/.test(later)).toBe(sandbox === 'workspace-write');
    expect(later).not.toMatch(/secret of the machine/);
    machines.remove();
  });

  it("hides the operator's .env", async () => {
    writeFileSync(fixture.environmentFile, 'OPENAI_API_KEY=sk-operator-secret');
    const { threadId } = await fixture.run(null, `run cat ${fixture.environmentFile}; echo done`, { sandbox });
    const { output } = fixture.model.requests.filter((made) => made.threadId === threadId).at(-1) ?? {};
    expect(output).toMatch(/done/);
    expect(output).not.toMatch(/secret/);
  });
});

describe('a command in the sandbox where data root and .env are links', () => {
  it('runs, and what they lead to is hidden', async () => {
    const [folder, elsewhere] = [new TemporaryFolder(), new TemporaryFolder()];
    const root = `${folder.path}/data`;
    symlinkSync(elsewhere.path, root);
    mkdirSync(`${elsewhere.path}/secrets`);
    writeFileSync(`${elsewhere.path}/secrets/env`, 'OPENAI_API_KEY=sk-operator-secret');
    symlinkSync(`${elsewhere.path}/secrets/env`, `${root}/.env`);
    const fixture = await PoolFixture.start({ config: { size: 1 }, root });
    const directories = new DataDirectories(Object.assign(new StorageConfig(), { dataRoot: root }));
    const [own, other] = ['own', 'other'].map((chat) => directories.workspaceOf('ada', chat));
    mkdirSync(`${other}`, { recursive: true });
    writeFileSync(`${other}/note`, 'secret of the other');

    const secrets = [root, elsewhere.path].map((path) => `${path}/sessions/ada/other/workspace/note ${path}/.env`);
    const command = `run touch here; ls; cat ${secrets.join(' ')} ${elsewhere.path}/secrets/env`;
    await fixture.run(null, command, { cwd: own });
    const output = fixture.model.requests.at(-1)?.output;
    expect(output).toMatch(/^here$/m);
    expect(output).not.toMatch(/secret of|sk-operator/);
    await fixture.stop();
    [folder, elsewhere].forEach((one) => one.remove());
  });
});
