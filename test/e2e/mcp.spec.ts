import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BranchDto } from '../../src/branches/branch.dto';
import type { ApprovalDto } from '../../src/chat/dto/approval.dto';
import { eventually } from '../support/eventually';
import type { LocalPerson } from '../support/local-person';
import type { McpTestServer } from '../support/mcp-server';
import { McpCall, McpWorld, OPERATORS_TOKEN, SERVERS_SECRET } from '../support/mcp-world';
import type { ScriptedModel } from '../support/scripted-model';
import type { RelayService } from '../support/service';

const onLinux = process.platform === 'linux' ? it : it.skip;

describe('MCP servers', () => {
  let world: McpWorld;
  let model: ScriptedModel;
  let http: McpTestServer;
  let service: RelayService;
  let ada: LocalPerson;
  let eve: LocalPerson;

  beforeAll(async () => {
    world = await McpWorld.start();
    ({ model, service, ada, eve } = world);
    ({ http } = world.servers);
  }, 120_000);
  afterAll(() => world?.dispose());

  it('of the operator are called over HTTP with a token that neither the agent nor its chat ever has', async () => {
    const chat = await world.chatWith(ada.client, 'open');
    const action = await world.call(ada.client, chat, 'open', 'echo', 'hello');
    expect(action).toMatchObject({
      ...{ kind: 'mcp_tool_call', status: 'completed', title: 'open.echo' },
      data: { server: 'open', tool: 'echo', result: { content: [{ type: 'text', text: 'echo hello' }] } },
    });
    expect(http.calls('echo').at(-1)).toMatchObject({ authorization: `Bearer ${OPERATORS_TOKEN}` });
    // Nor does the server learn where the workspace lies.
    expect(JSON.stringify(http.seen)).not.toMatch(/workspace|turn-metadata|threadId|sessionId|callId|itemId/);
    expect(JSON.stringify([await ada.client.events(chat), model.requests, service.log])).not.toContain(OPERATORS_TOKEN);
    // Nor does codex keep the token by which it reaches the service.
    expect(world.ofCodex).toContain('mcp__open');
    expect(world.ofCodex).not.toMatch(/Bearer [\w-]{40}|token-of-the-operator/);
  });

  it('are those of a branch, too', async () => {
    const chat = await world.chatWith(ada.client, 'open');
    const { turn } = await ada.client.ask(chat, 'hello');
    const path = `/api/v1/chats/${chat}/fork`;
    const { body } = await ada.client.request<BranchDto>('POST', path, { afterTurnId: turn.id });
    expect(body.memory).toBe('thread');
    expect(await world.call(ada.client, body.chat.id, 'open', 'echo', 'from a branch')).toMatchObject({
      ...{ status: 'completed', data: { result: { content: [{ type: 'text', text: 'echo from a branch' }] } } },
    });
  });

  it('tell in the log of the chat how they do, with the tools that make sense', async () => {
    const chat = await world.chatWith(ada.client, 'open', 'wary');
    await ada.client.ask(chat, 'hello');
    const told = await world.updates(ada.client, chat);
    const leftOut = [
      expect.stringContaining('"liar"'),
      expect.stringContaining('"bad name!"'),
      expect.stringContaining('unknown type'),
    ];
    expect(told).toContainEqual(expect.objectContaining({ id: 'open', status: 'ready', leftOut, failure: null }));
    const failure = 'The MCP server "wary" is not asked, as the variable NOT_SET is not set.';
    expect(told).toContainEqual(expect.objectContaining({ id: 'wary', status: 'failed', failure }));
    expect(await world.stateOf(ada.client, chat, 'open')).toMatchObject({
      ...{ isOn: true, mode: 'opt_in', status: 'ready' },
      tools: expect.arrayContaining([{ name: 'echo', description: 'The tool echo.' }]) as unknown,
    });
    expect(await world.stateOf(ada.client, chat, 'asking')).toMatchObject({ isOn: false, status: 'not_started' });
    const offered = world.offered;
    expect(offered).toContain('"mcp__open"');
    expect(offered).not.toMatch(/liar|wat|mcp__asking/);
  });

  it('are those that the chat has chosen, from its next turn on', async () => {
    const unknown = await ada.client.request('POST', '/api/v1/chats', { mcpServers: ['nothing'] });
    expect([unknown.status, unknown.body.code]).toEqual([400, 'unknown_mcp_server']);
    const chat = await world.chatWith(ada.client);
    await ada.client.ask(chat, 'hello');
    expect(world.offered).not.toContain('mcp__');
    await ada.client.request('PATCH', `/api/v1/chats/${chat}`, { mcpServers: ['open'] });
    expect(await world.call(ada.client, chat, 'open', 'echo', 'now')).toMatchObject({ status: 'completed' });
    await ada.client.request('PATCH', `/api/v1/chats/${chat}`, { mcpServers: null });
    expect((await ada.client.chat(chat)).mcpServers).toBeNull();
    expect((await world.states(ada.client, chat)).filter(({ isOn }) => isOn).map(({ id }) => id)).toEqual(['silent']);
  });

  it('that hang, flood, break off or send too much cost the calls that they were asked for', async () => {
    const chat = await world.chatWith(ada.client, 'open', 'silent');
    for (const [tool, reason] of [
      ['hang', /has said nothing for 3 seconds/],
      ['stray', /sent what is no message of MCP/],
      ['deep', /sent what is nested too deeply/],
      ['mumble', /has said nothing for 3 seconds/],
      ['flood', /sent more than a call may bring/],
      ['huge', /sent more than 1024 KiB in one message/],
      ['die', /broke off in the middle of an answer/],
    ] as const) {
      expect(await world.call(ada.client, chat, 'open', tool)).toMatchObject({
        ...{ status: 'failed', data: { error: expect.stringMatching(reason) as unknown } },
      });
    }
    // Half of a character does not cost the answer.
    expect(await world.call(ada.client, chat, 'open', 'half')).toMatchObject({
      data: { result: { content: [{ text: 'half of \ufffd' }] } },
    });
    // And are asked again.
    expect(await world.call(ada.client, chat, 'open', 'echo', 'still')).toMatchObject({ status: 'completed' });
    const failure = 'The MCP server "silent" has said nothing for 2 seconds.';
    await eventually(
      'the silent one is told of',
      async () => (await world.stateOf(ada.client, chat, 'silent'))?.failure === failure,
    );
    expect(service.errorLines).toEqual([]);
  });

  it('ask people by the chat: before a tool runs, and for what they want to know', async () => {
    const chat = await world.chatWith(ada.client, 'asking');
    const turn = ada.client.ask(chat, 'call asking ask');
    const answered = async (earlier: string | undefined, answer: object): Promise<ApprovalDto> => {
      const approval = await eventually('the agent asks', async () =>
        (await ada.client.approvals(chat)).find(({ id }) => id !== earlier),
      );
      await ada.client.request('POST', `/api/v1/approvals/${approval.id}`, answer);
      return approval;
    };
    const tool = await answered(undefined, { decision: 'accept' });
    expect(tool).toMatchObject({
      kind: 'elicitation',
      request: { server: 'asking', tool: 'ask', arguments: { text: '' } },
    });
    const question = await answered(tool.id, { decision: 'accept', answers: { name: 'Ada' } });
    expect(question).toMatchObject({ kind: 'elicitation', request: { server: 'asking', message: 'Who?', tool: null } });
    expect((await turn).turn.status).toBe('completed');
    const [action] = await ada.client.agentActions(chat);
    const { result } = (action as unknown as McpCall).data;
    const text = `told ${JSON.stringify({ action: 'accept', content: { name: 'Ada' } })}`;
    expect(result).toMatchObject({ content: [{ type: 'text', text }] });
  });

  onLinux(
    'over stdio run in a sandbox, without the files of any chat, the service’s variables, or the network',
    async () => {
      const victim = await world.chatWith(eve.client);
      const theirs = world.workspaceOf(eve, victim);
      mkdirSync(theirs, { recursive: true });
      writeFileSync(join(theirs, 'secret.txt'), 'kolibri-9');
      const chat = await world.chatWith(ada.client, 'local');
      const own = world.workspaceOf(ada, chat);
      const told = async (tool: string, text = ''): Promise<string> => {
        const { data } = await world.call(ada.client, chat, 'local', tool, text);
        return (data.result as { content: [{ text: string }] }).content[0].text;
      };
      expect(await told('read', join(theirs, 'secret.txt'))).toBe('failed: ENOENT');
      writeFileSync(join(own, 'mine.txt'), 'of-ada');
      expect(await told('read', join(own, 'mine.txt'))).toBe('failed: ENOENT');
      expect(await told('list', service.dataRoot)).not.toMatch(/global_config|codex_home|users/);
      expect([
        await told('list', join(service.dataRoot, 'db')),
        await told('list', join(service.dataRoot, 'storage')),
      ]).toEqual(['', '']);
      expect(await told('list', join(service.dataRoot, 'sessions'))).toBe(ada.id);
      expect(await told('write', join(own, 'made'))).toMatch(/failed: (EROFS|EACCES|ENOENT)/);
      const environment = JSON.parse(await told('environment')) as Record<string, string>;
      expect(environment).toMatchObject({ PLAIN: 'plain-value', MCP_SECRET: SERVERS_SECRET });
      expect(JSON.stringify(environment)).not.toMatch(/ENCRYPTION_KEY|SCRIPTED_KEY|MCP_TOKEN|abababab/);
      expect(await told('processes')).not.toMatch(/app-server|dist\/src\/main/);
      expect(await told('network')).toBe('0');
      const writer = await world.chatWith(ada.client, 'local-writer');
      await world.call(ada.client, writer, 'local-writer', 'write', 'made.txt');
      expect(await world.call(ada.client, writer, 'local-writer', 'read', 'made.txt')).toMatchObject({
        ...{ status: 'completed', data: { result: { content: [{ text: 'written' }] } } },
      });
    },
    60_000,
  );

  onLinux('over stdio write in no workspace of a chat that may only read', async () => {
    const { id: chat } = await ada.client.createChat({ mcpServers: ['local-writer'], sandboxMode: 'read-only' });
    const { data } = await world.call(ada.client, chat, 'local-writer', 'write', 'made.txt');
    expect(data.result).toMatchObject({ content: [{ text: 'failed: EROFS' }] });
  });

  onLinux(
    'over stdio that die, hang or flood are begun anew with the next call',
    async () => {
      const chat = await world.chatWith(ada.client, 'local');
      for (const [tool, reason] of [
        ['die', /has ended \(exit code 3\)/],
        ['flood', /sent more than/],
        ['line', /sent more than anybody may read/],
        ['hang', /has said nothing for 3 seconds/],
      ] as const) {
        expect(await world.call(ada.client, chat, 'local', tool)).toMatchObject({
          ...{ status: 'failed', data: { error: expect.stringMatching(reason) as unknown } },
        });
        expect(await world.call(ada.client, chat, 'local', 'where')).toMatchObject({ status: 'completed' });
      }
    },
    60_000,
  );

  it('that are required are in every chat, whose turns fail clearly without them, and go on in the same thread', async () => {
    const file = join(service.dataRoot, 'global_config', 'mcp.yaml');
    const before = readFileSync(file, 'utf8');
    const { id: chat } = await ada.client.createChat({ mcpServers: [] });
    await ada.client.ask(chat, 'hello');
    const { threadId } = await ada.client.chat(chat);
    let changes = 0;
    const listed = async (url: string) => {
      writeFileSync(
        file,
        `${before}  - {id: needed, url: "${url}", mode: required, bearer_token_env: MCP_TOKEN, approval: never}\n`,
      );
      await eventually('the file is in force', () => service.log.split('mcp.yaml has changed').length > changes + 1);
      changes += 1;
    };
    await listed('http://127.0.0.1:1/mcp');
    const { turn } = await ada.client.ask(chat, 'hello');
    expect(turn).toMatchObject({ status: 'failed', error: { code: 'mcp_server_failed' } });
    expect(turn.error?.message).toMatch(
      /^The MCP server "needed" cannot be reached \(ECONNREFUSED\)\. Chats cannot do without it/,
    );
    writeFileSync(file, 'servers: [{id: needed, url: "nowhere"}]');
    await eventually('it is said to be broken', () => service.log.includes('mcp.yaml is broken'));
    expect(service.log).toMatch(/mcp\.yaml:1: server \\"needed\\": \\"url\\" is \\"nowhere\\", but must be an address/);
    await listed(http.url);
    expect(await world.call(ada.client, chat, 'needed', 'echo', 'there')).toMatchObject({ status: 'completed' });
    expect((await ada.client.chat(chat)).threadId).toBe(threadId);
    writeFileSync(file, before);
  });
});

describe('an MCP server over stdio', () => {
  it('is not started where no sandbox hides anything from it', async () => {
    const world = await McpWorld.start({ CODEX_BWRAP_WRAPPER: 'off' });
    try {
      const { client } = world.ada;
      const chat = await world.chatWith(client, 'local');
      expect((await client.ask(chat, 'hello')).turn.status).toBe('completed');
      const failure = 'The MCP server "local" is not started, as this machine has no sandbox for it (bwrap).';
      expect(await world.stateOf(client, chat, 'local')).toMatchObject({ status: 'failed', failure });
    } finally {
      await world.dispose();
    }
  }, 120_000);
});
