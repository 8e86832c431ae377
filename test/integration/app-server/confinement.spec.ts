import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ThreadSpec } from '../../../src/app-server/pool/pool';
import type { SandboxMode } from '../../../src/config/agent-policy';
import type { Isolation } from '../../../src/config/pool.config';
import type { WorkaroundMode } from '../../../src/config/workaround.config';
import { PoolFixture, runTurn } from './support/pool-fixture';

const ADA = { userId: 'ada', chatId: 'hers' };

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

interface AgentOptions {
  readonly isolation?: Isolation;
  readonly mountIsolation?: WorkaroundMode;
  /** Data root of an earlier one. */
  readonly root?: string;
}

/** A chat whose person approves of everything, and a file of another chat. */
class ConfinedAgent {
  readonly workspace: string;
  readonly others: string;
  readonly note: string;
  readonly image: string;
  /** What codex has asked the person. */
  readonly asked: string[] = [];
  /** All notifications that came. */
  received = '';

  private constructor(readonly fixture: PoolFixture) {
    this.workspace = join(fixture.root, 'sessions', ADA.userId, ADA.chatId, 'workspace');
    this.others = join(fixture.root, 'sessions', 'ben', 'his', 'workspace');
    this.note = join(this.others, 'note');
    this.image = join(this.others, 'image.png');
    for (const folder of [this.workspace, this.others]) mkdirSync(folder, { recursive: true });
    writeFileSync(this.note, 'secret\n');
    writeFileSync(this.image, Buffer.from(PIXEL, 'base64'));
  }

  static async start(sandboxModeMax: SandboxMode, options: AgentOptions = {}): Promise<ConfinedAgent> {
    const { root, mountIsolation, isolation } = options;
    const config = { size: 1, sandboxModeMax, ...(isolation && { isolation }) };
    const workarounds = mountIsolation && { mountIsolation };
    return new ConfinedAgent(await PoolFixture.start({ config, workarounds, root }));
  }

  /** What the model is told of what it has done. */
  async do(text: string, spec: Partial<ThreadSpec> = {}): Promise<string> {
    const request = { cwd: this.workspace, approvalPolicy: 'on-request', ...spec } as const;
    const lease = await this.fixture.lease(null, request, undefined, { tenant: ADA });
    try {
      await runTurn(lease, text, (signal) => {
        if (signal.kind === 'notification') this.received += JSON.stringify(signal.notification);
        else {
          this.asked.push(signal.request.method);
          signal.respond({ decision: 'accept' });
        }
      });
    } finally {
      lease.release();
    }
    return this.fixture.model.requests.at(-1)?.output ?? '';
  }
}

const patch = (...lines: string[]): string => ['patch *** Begin Patch', ...lines, '*** End Patch'].join('\n');

describe('an agent below CODEX_SANDBOX_MODE_MAX=workspace-write', () => {
  let agent: ConfinedAgent;
  beforeAll(async () => {
    agent = await ConfinedAgent.start('workspace-write');
  });
  afterAll(() => agent.fixture.stop());

  it.each(['on-request', 'untrusted', 'never'] as const)(
    'has no way out of its sandbox, with nobody asked (%s)',
    async (approvalPolicy) => {
      const outside = join(agent.others, 'made');
      expect(await agent.do(`escalate cat ${agent.note}`, { approvalPolicy })).toMatch(/cannot ask for escalated/);
      const denied = `sh -c 'cat ${agent.note}; echo permission denied >&2; exit 1'`;
      expect(await agent.do(`run ${denied}`, { approvalPolicy })).not.toContain('secret');
      const changes = [
        ...[patch(`*** Add File: ${outside}`, '+x'), patch('*** Add File: ../../../ben/his/workspace/made', '+x')],
        patch(`*** Update File: ${agent.note}`, '*** Move to: mine', '@@', '+x'),
        patch(`*** Delete File: ${agent.note}`),
        `in ${agent.others} apply_patch <<'EOF'\n${patch('*** Delete File: note').slice('patch '.length)}\nEOF`,
      ];
      for (const change of changes) {
        expect(await agent.do(change, { approvalPolicy })).toMatch(/rejected: writing outside of the project/);
      }
      expect(existsSync(outside)).toBe(false);
      expect(readFileSync(agent.note, 'utf8')).toBe('secret\n');
      expect(agent.asked).toEqual([]);
      expect(agent.received).not.toContain('secret');
    },
  );

  it('works in its workspace as ever, and gets no more when it asks for it', async () => {
    expect(await agent.do(patch('*** Add File: made', '+by a patch'))).toMatch(/Success/);
    const sandbox = 'danger-full-access';
    expect(await agent.do(`run cat made; cat ${agent.note}`, { sandbox })).toMatch(/by a patch\n(?![^]*secret)/);
    writeFileSync(join(agent.workspace, 'AGENTS.md'), 'instructions of the chat');
    await agent.do('leave sleep 30');
    expect(existsSync(join(agent.workspace, '.codex'))).toBe(true);
    await agent.do('hello');
    expect(JSON.stringify(agent.fixture.model.requests.at(-1)?.history)).toContain('instructions of the chat');
  });

  it('may destroy with a person in the sandbox alone', async () => {
    await agent.do(`escalate rm -rf ${agent.note}`);
    expect(agent.asked).toEqual([]);
    const output = await agent.do(`run rm -rf ${agent.note}; cat ${agent.note}; echo permission denied >&2; exit 1`);
    expect(agent.asked).toEqual(['item/commandExecution/requestApproval']);
    expect(output).toMatch(/permission denied/);
    expect(output).not.toContain('secret');
    expect(readFileSync(agent.note, 'utf8')).toBe('secret\n');
  });

  it('takes no commands from .codex in its workspace', async () => {
    const settings = join(agent.workspace, '.codex');
    mkdirSync(join(settings, 'rules'), { recursive: true });
    const made = join(agent.workspace, 'from-a-server');
    const server = `[mcp_servers.x]\ncommand = "/bin/sh"\nargs = ["-c", "cat ${agent.note} > ${made}"]\n`;
    writeFileSync(join(settings, 'config.toml'), server);
    writeFileSync(join(settings, 'rules', 'default.rules'), 'prefix_rule(pattern=["cat"], decision="allow")\n');
    expect(await agent.do(`run cat ${agent.note}`)).not.toContain('secret');
    expect(existsSync(made)).toBe(false);
    expect(await agent.do(patch('*** Add File: .codex/more', '+x'))).toMatch(/rejected/);
  });
});

describe('what codex was told to allow for good', () => {
  it('is forgotten at the next start, with and without a ceiling', async () => {
    const before = await ConfinedAgent.start('danger-full-access');
    const { root } = before.fixture;
    const rules = join(root, 'codex_home', 'rules');
    mkdirSync(rules);
    writeFileSync(join(rules, 'default.rules'), 'prefix_rule(pattern=["cat"], decision="allow")\n');
    expect(await before.do(`run cat ${before.note}`)).toContain('secret');
    await before.fixture.pool.stop({ graceMs: 0 });
    const again = await ConfinedAgent.start('danger-full-access', { root });
    expect(existsSync(join(rules, 'default.rules'))).toBe(false);
    await again.fixture.pool.stop({ graceMs: 0 });
    writeFileSync(join(rules, 'default.rules'), 'prefix_rule(pattern=["cat"], decision="allow")\n');
    const after = await ConfinedAgent.start('read-only', { root });
    expect(await after.do(`run cat ${after.note}`)).not.toContain('secret');
    expect(await after.do('run touch here')).toMatch(/Read-only file system/);
    await after.fixture.stop();
    await again.fixture.stop();
    await before.fixture.stop();
  });
});

describe('an image file of another chat', () => {
  const sees = async (options: AgentOptions, sandboxModeMax: SandboxMode = 'workspace-write') => {
    const agent = await ConfinedAgent.start(sandboxModeMax, options);
    const output = await agent.do(`view ${agent.image}`);
    const isOffered = agent.fixture.model.requests.at(-1)?.tools.includes('view_image');
    await agent.fixture.stop();
    return { isOffered, isSeen: output.includes(PIXEL) };
  };

  it('is not shown to a model below a ceiling, which keeps the tool where others are out of sight', async () => {
    expect(await sees({})).toEqual({ isOffered: false, isSeen: false });
    expect(await sees({ isolation: 'user', mountIsolation: 'off' })).toEqual({ isOffered: false, isSeen: false });
    if (process.platform !== 'linux') return;
    expect(await sees({ isolation: 'user', mountIsolation: 'required' })).toEqual({ isOffered: true, isSeen: false });
  });

  it('can be seen where there is none', async () => {
    expect(await sees({}, 'danger-full-access')).toEqual({ isOffered: true, isSeen: true });
  });
});

/** Other systems have no namespaces; there the service warns. */
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('a link to another chat', () => {
  let agent: ConfinedAgent;
  afterEach(() => agent.fixture.stop());

  /** What a patch brings into the workspace from behind a link. */
  const fetched = async (link: string): Promise<string> => {
    const move = [`*** Update File: ${link}`, '*** Move to: mine', '@@', '+x'];
    const output = await agent.do(patch(...move), { approvalPolicy: 'never' });
    const mine = join(agent.workspace, 'mine');
    return existsSync(mine) ? readFileSync(mine, 'utf8') : output;
  };

  it('leads codex nowhere below a ceiling, wherever it is', async () => {
    agent = await ConfinedAgent.start('workspace-write', { mountIsolation: 'required' });
    await agent.do(`run ln -s ${agent.others} there; mkdir in; ln -s ../../../../ben/his/workspace in/there`);
    await agent.do(`run ln -s ${agent.note} note; ln -s ${agent.note} AGENTS.md`);
    for (const link of ['there/note', 'in/there/note', 'note', `${agent.workspace}/there/note`]) {
      expect(await fetched(link)).toMatch(/Failed to read/);
    }
    await agent.do(patch('*** Update File: there/note', '@@', '+x'));
    await agent.do(patch('*** Add File: there/made', '+x'));
    expect([readFileSync(agent.note, 'utf8'), existsSync(join(agent.others, 'made'))]).toEqual(['secret\n', false]);
    expect(JSON.stringify(agent.fixture.model.requests) + agent.received).not.toContain('secret');
  });

  it('cannot be a hard one', async () => {
    agent = await ConfinedAgent.start('workspace-write', { mountIsolation: 'required' });
    expect(await agent.do(`run ln ${agent.note} mine || ln ../../../ben/his/workspace/note mine`)).toMatch(
      /No such file/,
    );
  });

  it('is no reason to keep links from the commands of a chat', async () => {
    agent = await ConfinedAgent.start('workspace-write', { mountIsolation: 'required' });
    const tool = "mkdir -p node_modules/.bin; printf '#!/bin/sh\\necho it ran' > tool; chmod +x tool";
    await agent.do(`run ${tool}; ln -s ../../tool node_modules/.bin/tool; ln -s /usr usr`);
    expect(await agent.do('run node_modules/.bin/tool; ls usr; cat there/note')).toMatch(/it ran\n[^]*bin/);
    const commit = 'git -c user.name=a -c user.email=a@b commit --quiet -m made';
    const git = `mkdir repo; cd repo; git init --quiet; ln -s ../tool tool; git add tool; ${commit}; git ls-files -s`;
    expect(await agent.do(`run ${git}`)).toMatch(/^120000 .*tool$/m);
    expect(await agent.do(patch('*** Update File: tool', '@@', '-echo it ran', '+echo it was patched'))).toMatch(
      /Success/,
    );
    expect(await agent.do('run node_modules/.bin/tool')).toContain('it was patched');
  });

  it('is followed by codex where there is no ceiling', async () => {
    agent = await ConfinedAgent.start('danger-full-access');
    await agent.do(`run ln -s ${agent.others} there`);
    expect(await fetched('there/note')).toContain('secret');
  });
});
