import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApprovalDto } from '../../src/chat/dto/approval.dto';
import type { McpServerUpdatedData } from '../../src/chat/dto/mcp-server-state.dto';
import type { ChatMcpServersDto, McpAuthorizationDto, McpServerDto } from '../../src/mcp/mcp-server.dto';
import { eventually } from '../support/eventually';
import { LocalPerson } from '../support/local-person';
import { McpTestServer } from '../support/mcp-server';
import type { RelayClient } from '../support/relay-client';
import { OauthServer } from '../support/oauth-server';
import { type ScriptedModel, startScriptedModel } from '../support/scripted-model';
import { callsReply, textReply } from '../support/scripted-reply';
import { RelayService, writeBackends } from '../support/service';

const TOKEN = 'token-of-the-operator-4711';
const STDIO = 'stdio-mcp-server.mjs';
const onLinux = process.platform === 'linux' ? it : it.skip;

/** The program lies where every sandbox sees it. */
const yaml = ({ http, hung, guarded }: Record<'http' | 'hung' | 'guarded', McpTestServer>, folder: string): string => `
servers:
  - {id: open, url: "${http.url}", bearer_token_env: MCP_TOKEN, approval: never, tool_timeout: 3}
  - {id: asking, url: "${http.url}", bearer_token_env: MCP_TOKEN, enabled_tools: [echo, ask]}
  - {id: silent, url: "${hung.url}", startup_timeout: 2, mode: default_on}
  - {id: wary, url: "${http.url}", bearer_token_env: NOT_SET}
  - {id: account, url: "${guarded.url}", oauth: {}, approval: never}
  - id: local
    command: ${process.execPath}
    args: ["${join(folder, STDIO)}"]
    env: {PLAIN: plain-value}
    env_from: [MCP_SECRET]
    approval: never
    tool_timeout: 3
  - {id: local-writer, command: ${process.execPath}, args: ["${join(folder, STDIO)}"], workspace: write, approval: never}
`;

interface Call {
  readonly status: string;
  readonly data: {
    readonly server: string;
    readonly tool: string;
    readonly result: unknown;
    readonly error: string | null;
  };
}

describe('MCP servers', () => {
  let model: ScriptedModel;
  let http: McpTestServer;
  let hung: McpTestServer;
  /** Each user signs in to it. */
  let guarded: McpTestServer;
  let oauth: OauthServer;
  const tokens = new Map([[TOKEN, 'operator']]);
  let service: RelayService;
  let ada: LocalPerson;
  let eve: LocalPerson;

  beforeAll(async () => {
    model = await startScriptedModel();
    // `call <server> <tool> <text>`, in the user's words.
    model.play(({ lastUserText, answersTool }) => {
      const [verb, server, name = '', ...rest] = lastUserText.split(' ');
      if (verb !== 'call' || answersTool) return textReply('done');
      return callsReply([
        { name, namespace: `mcp__${server?.replaceAll('-', '_')}`, arguments: { text: rest.join(' ') } },
      ]);
    });
    http = await McpTestServer.start();
    http.callerOf = (token) => tokens.get(token);
    oauth = await OauthServer.start();
    guarded = await McpTestServer.start(() => oauth.issuer);
    guarded.callerOf = (token) => oauth.accountOf(token, guarded.url);
    hung = await McpTestServer.start();
    hung.isHung = true;
    const host = `127.0.0.1:${http.port}`;
    const other = `127.0.0.1:${guarded.port}`;
    service = await RelayService.start({
      environment: {
        ...{ SECURITY_METHOD: 'Local', CODEX_POOL_SIZE: '1', API_REQUESTS_PER_MINUTE: '0', SCRIPTED_KEY: 'key' },
        ...{ MCP_TOKEN: TOKEN, MCP_SECRET: 'for-the-server-alone', ENCRYPTION_KEY: 'ab'.repeat(32) },
        ...{
          MCP_ALLOWED_HOSTS: `${host},${other},localhost:${http.port},*.example.com`,
          MCP_PRIVATE_HOSTS: `${host},${other}`,
        },
      },
      prepare: (root) => {
        const corpus = join(root, 'read_dir');
        mkdirSync(corpus);
        copyFileSync(join(__dirname, '../support', STDIO), join(corpus, STDIO));
        const backend = `{id: scripted, type: openai, base_url: "${model.url}", api_key_env: SCRIPTED_KEY, model: m}`;
        writeBackends(root, `backends: [${backend}]\ndefault_backend: scripted\n`);
        writeFileSync(join(root, 'global_config', 'mcp.yaml'), yaml({ http, hung, guarded }, corpus));
      },
    });
    const root = await LocalPerson.first(service);
    ada = await root.invite('ada');
    eve = await root.invite('eve');
  }, 120_000);
  afterAll(async () => {
    await service?.dispose();
    await model?.stop();
    await http?.stop();
    await hung?.stop();
    await guarded?.stop();
    oauth?.stop();
  });

  const chatWith = async (client: RelayClient, ...mcpServers: string[]): Promise<string> =>
    (await client.createChat({ mcpServers })).id;

  /** Has the agent call a tool. @returns its last action */
  async function call(client: RelayClient, chat: string, server: string, tool: string, text = ''): Promise<Call> {
    const { turn } = await client.ask(chat, `call ${server} ${tool} ${text}`);
    expect(turn).toMatchObject({ status: 'completed' });
    const action = (await client.agentActions(chat)).at(-1);
    if (process.env.DBG) console.log(JSON.stringify([action, await states(client, chat)], null, 1).slice(0, 3000));
    return action as unknown as Call;
  }

  const states = async (client: RelayClient, chat: string): Promise<ChatMcpServersDto['data']> =>
    (await client.request<ChatMcpServersDto>('GET', `/api/v1/chats/${chat}/mcp-servers`)).body.data;
  const stateOf = async (client: RelayClient, chat: string, id: string) =>
    (await states(client, chat)).find((server) => server.id === id);
  const updates = async (client: RelayClient, chat: string): Promise<McpServerUpdatedData[]> =>
    (await client.events(chat))
      .filter(({ type }) => type === 'mcp_server.updated')
      .map(({ data }) => data as McpServerUpdatedData);

  it('of the operator are called over HTTP with a token that neither the agent nor its chat ever has', async () => {
    const chat = await chatWith(ada.client, 'open');
    const action = await call(ada.client, chat, 'open', 'echo', 'hello');
    expect(action).toMatchObject({
      ...{ kind: 'mcp_tool_call', status: 'completed', title: 'open.echo' },
      data: { server: 'open', tool: 'echo', result: { content: [{ type: 'text', text: 'echo hello' }] } },
    });
    expect(http.calls('echo').at(-1)).toMatchObject({ authorization: `Bearer ${TOKEN}` });
    // Nor does the server learn where the workspace lies.
    expect(JSON.stringify(http.seen)).not.toMatch(/workspace|turn-metadata/);
    expect(JSON.stringify([await ada.client.events(chat), model.requests, service.log])).not.toContain(TOKEN);
  });

  it('tell in the log of the chat how they do, with the tools that make sense', async () => {
    const chat = await chatWith(ada.client, 'open', 'wary');
    await ada.client.ask(chat, 'hello');
    const told = await updates(ada.client, chat);
    const leftOut = [
      expect.stringContaining('"liar"'),
      expect.stringContaining('"bad name!"'),
      expect.stringContaining('unknown type'),
    ];
    expect(told).toContainEqual(expect.objectContaining({ id: 'open', status: 'ready', leftOut, failure: null }));
    const failure = 'The MCP server "wary" is not asked, as the variable NOT_SET is not set.';
    expect(told).toContainEqual(expect.objectContaining({ id: 'wary', status: 'failed', failure }));
    expect(await stateOf(ada.client, chat, 'open')).toMatchObject({
      ...{ isOn: true, mode: 'opt_in', status: 'ready' },
      tools: expect.arrayContaining([{ name: 'echo', description: 'The tool echo.' }]) as unknown,
    });
    expect(await stateOf(ada.client, chat, 'asking')).toMatchObject({ isOn: false, status: 'not_started' });
    const offered = JSON.stringify(model.requests.at(-1)?.body.tools);
    expect(offered).toContain('"mcp__open"');
    expect(offered).not.toMatch(/liar|wat|mcp__asking/);
  });

  it('are those that the chat has chosen, from its next turn on', async () => {
    const unknown = await ada.client.request('POST', '/api/v1/chats', { mcpServers: ['nothing'] });
    expect([unknown.status, unknown.body.code]).toEqual([400, 'unknown_mcp_server']);
    const chat = await chatWith(ada.client);
    await ada.client.ask(chat, 'hello');
    expect(JSON.stringify(model.requests.at(-1)?.body.tools)).not.toContain('mcp__');
    await ada.client.request('PATCH', `/api/v1/chats/${chat}`, { mcpServers: ['open'] });
    expect(await call(ada.client, chat, 'open', 'echo', 'now')).toMatchObject({ status: 'completed' });
    await ada.client.request('PATCH', `/api/v1/chats/${chat}`, { mcpServers: null });
    expect((await ada.client.chat(chat)).mcpServers).toBeNull();
    expect((await states(ada.client, chat)).filter(({ isOn }) => isOn).map(({ id }) => id)).toEqual(['silent']);
  });

  it('that hang, flood, break off or send too much cost the calls that they were asked for', async () => {
    const chat = await chatWith(ada.client, 'open', 'silent');
    for (const [tool, reason] of [
      ['hang', /has said nothing for 3 seconds/],
      ['flood', /sent more than a call may bring/],
      ['huge', /sent more than 1024 KiB in one message/],
      ['die', /broke off in the middle of an answer/],
    ] as const) {
      expect(await call(ada.client, chat, 'open', tool)).toMatchObject({
        ...{ status: 'failed', data: { error: expect.stringMatching(reason) as unknown } },
      });
    }
    // And are asked again.
    expect(await call(ada.client, chat, 'open', 'echo', 'still')).toMatchObject({ status: 'completed' });
    const failure = 'The MCP server "silent" has said nothing for 2 seconds.';
    await eventually(
      'the silent one is told of',
      async () => (await stateOf(ada.client, chat, 'silent'))?.failure === failure,
    );
    expect(service.errorLines).toEqual([]);
  }, 60_000);

  it('ask people by the chat: before a tool runs, and for what they want to know', async () => {
    const chat = await chatWith(ada.client, 'asking');
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
    const { result } = (action as unknown as Call).data;
    const text = `told ${JSON.stringify({ action: 'accept', content: { name: 'Ada' } })}`;
    expect(result).toMatchObject({ content: [{ type: 'text', text }] });
  });

  onLinux(
    'over stdio run in a sandbox, without the files of any chat, the service’s variables, or the network',
    async () => {
      const victim = await chatWith(eve.client);
      const theirs = join(service.dataRoot, 'sessions', eve.id, victim, 'workspace');
      mkdirSync(theirs, { recursive: true });
      writeFileSync(join(theirs, 'secret.txt'), 'kolibri-9');
      const chat = await chatWith(ada.client, 'local');
      const own = join(service.dataRoot, 'sessions', ada.id, chat, 'workspace');
      const told = async (tool: string, text = ''): Promise<string> => {
        const { data } = await call(ada.client, chat, 'local', tool, text);
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
      expect(environment).toMatchObject({ PLAIN: 'plain-value', MCP_SECRET: 'for-the-server-alone' });
      expect(JSON.stringify(environment)).not.toMatch(/ENCRYPTION_KEY|SCRIPTED_KEY|MCP_TOKEN|abababab/);
      expect(await told('processes')).not.toMatch(/app-server|dist\/src\/main/);
      expect(await told('network')).toBe('0');
      const writer = await chatWith(ada.client, 'local-writer');
      await call(ada.client, writer, 'local-writer', 'write', 'made.txt');
      expect(await call(ada.client, writer, 'local-writer', 'read', 'made.txt')).toMatchObject({
        ...{ status: 'completed', data: { result: { content: [{ text: 'written' }] } } },
      });
    },
    60_000,
  );

  onLinux(
    'over stdio that die, hang or flood are begun anew with the next call',
    async () => {
      const chat = await chatWith(ada.client, 'local');
      for (const [tool, reason] of [
        ['die', /has ended \(exit code 3\)/],
        ['flood', /sent more than/],
        ['line', /sent more than anybody may read/],
        ['hang', /has said nothing for 3 seconds/],
      ] as const) {
        expect(await call(ada.client, chat, 'local', tool)).toMatchObject({
          ...{ status: 'failed', data: { error: expect.stringMatching(reason) as unknown } },
        });
        expect(await call(ada.client, chat, 'local', 'where')).toMatchObject({ status: 'completed' });
      }
    },
    60_000,
  );

  describe('with OAuth', () => {
    const begin = async (person: LocalPerson) =>
      (await person.client.request<McpAuthorizationDto>('POST', '/api/v1/mcp-servers/account/authorize')).body.url;
    /** The path on the service that the browser comes back to. */
    const back = (address: string): string => address.slice(service.url.length);
    const signIn = async (person: LocalPerson) => {
      const answer = await person.inBrowser('GET', back(await oauth.signIn(await begin(person), person.login)));
      expect([answer.status, String(answer.body)]).toEqual([
        200,
        'You are signed in to account. You can close this page.\n',
      ]);
    };

    it('are called for each user as whom that user has signed in, with tokens that are renewed', async () => {
      const chat = await chatWith(ada.client, 'account');
      // Without it the turn goes on.
      await ada.client.ask(chat, 'hello');
      expect(await stateOf(ada.client, chat, 'account')).toMatchObject({
        ...{ status: 'sign_in_required', failure: 'The MCP server "account" needs you to sign in to it.' },
      });
      await signIn(ada);
      expect(oauth.granted.slice(0, 2)).toEqual(['registration', 'authorization_code']);
      expect(await call(ada.client, chat, 'account', 'echo', 'hi')).toMatchObject({ status: 'completed' });
      expect(guarded.calls('echo').at(-1)).toMatchObject({ caller: 'ada' });
      expect(oauth.granted).toContain('refresh_token');
      const listed = (person: LocalPerson) => person.client.request<McpServerDto>('GET', '/api/v1/mcp-servers/account');
      expect([(await listed(ada)).body.isSignedIn, (await listed(eve)).body.isSignedIn]).toEqual([true, false]);
      // Another user's sign-in is never used.
      const other = await chatWith(eve.client, 'account');
      await eve.client.ask(other, 'hello');
      expect((await stateOf(eve.client, other, 'account'))?.status).toBe('sign_in_required');
      await signIn(eve);
      await call(eve.client, other, 'account', 'echo', 'ho');
      await call(ada.client, chat, 'account', 'echo', 'hi');
      expect(guarded.calls('echo').map(({ caller }) => caller)).toEqual(['ada', 'eve', 'ada']);
      const secrets = guarded.seen.map(({ authorization }) => authorization?.split(' ')[1] ?? '').filter(Boolean);
      expect(secrets.length).toBeGreaterThan(0);
      const shown = JSON.stringify([await ada.client.events(chat), model.requests, service.log]);
      for (const secret of secrets) expect(shown).not.toContain(secret);
    });

    it('take back from the sign-in whoever has begun it, once', async () => {
      const address = back(await oauth.signIn(await begin(ada), 'mallory'));
      for (const attempt of [
        () => eve.inBrowser('GET', address),
        () => ada.inBrowser('GET', address.replace(/state=[^&]+/, 'state=x')),
      ]) {
        const { status, body } = await attempt();
        expect([status, body.code]).toEqual([400, 'mcp_sign_in_unknown']);
      }
      expect((await ada.inBrowser('GET', address)).status).toBe(200);
      expect((await ada.inBrowser('GET', address)).body.code).toBe('mcp_sign_in_unknown');
    });

    it('are not called any more by who has signed out, or is not known there any more', async () => {
      const chat = await chatWith(ada.client, 'account');
      expect(await call(ada.client, chat, 'account', 'echo')).toMatchObject({ status: 'completed' });
      const path = '/api/v1/mcp-servers/account/authorization';
      expect((await ada.client.request('DELETE', path)).status).toBe(204);
      expect((await ada.client.request('DELETE', path)).body.code).toBe('mcp_sign_in_not_found');
      await ada.client.ask(chat, 'hello');
      expect((await stateOf(ada.client, chat, 'account'))?.status).toBe('sign_in_required');
      await signIn(eve);
      oauth.forget('eve');
      const other = await chatWith(eve.client, 'account');
      await eve.client.ask(other, 'hello');
      expect((await stateOf(eve.client, other, 'account'))?.status).toBe('sign_in_required');
      const none = await ada.client.request('POST', '/api/v1/mcp-servers/open/authorize');
      expect([none.status, none.body.code]).toEqual([409, 'mcp_server_takes_no_sign_in']);
    });
  });

  describe('of users', () => {
    const add = (person: LocalPerson, input: object) =>
      person.client.request<McpServerDto & { code?: string }>('POST', '/api/v1/mcp-servers', input);

    it('are on hosts that the operator allows, at no private address, by name or by redirect', async () => {
      for (const url of [
        'https://other.example.net/',
        'http://mcp.example.com/',
        'https://10.0.0.1/',
        'file:///etc/passwd',
      ]) {
        const { status, body } = await add(ada, { name: 'bad', url });
        expect([status, body.code]).toEqual(
          url.startsWith('file') ? [400, 'validation_failed'] : [422, 'mcp_host_not_allowed'],
        );
      }
      // The name is allowed, and leads to this machine.
      const byName = await add(ada, { name: 'by-name', url: `https://localhost:${http.port}/mcp`, mode: 'default_on' });
      expect(byName.status).toBe(201);
      const chat = await chatWith(ada.client, byName.body.id);
      await ada.client.ask(chat, 'hello');
      const refused = await eventually(
        'it is refused',
        async () => (await stateOf(ada.client, chat, byName.body.id))?.failure,
      );
      expect(refused).toMatch(/leads to a private address/);
      // Nor is anybody sent to sign in at a host that is not allowed.
      const { body: signed } = await add(ada, { name: 'signed', url: guarded.url, auth: 'oauth' });
      const begun = await ada.client.request('POST', `/api/v1/mcp-servers/${signed.id}/authorize`);
      expect([begun.status, begun.body.code]).toEqual([422, 'mcp_host_not_allowed']);
      const elsewhere = await McpTestServer.start();
      http.redirectTo = elsewhere.url;
      const redirected = await add(ada, { name: 'redirected', url: http.url });
      const other = await chatWith(ada.client, redirected.body.id);
      await ada.client.ask(other, 'hello');
      expect((await stateOf(ada.client, other, redirected.body.id))?.failure).toMatch(
        /redirect, which is not followed/,
      );
      expect(elsewhere.seen).toEqual([]);
      http.redirectTo = undefined;
      await elsewhere.stop();
    });

    it('are called with their own token, in the chats and the turns of whoever has them alone', async () => {
      tokens.set('token-of-ada', 'ada');
      const made = await add(ada, {
        name: 'mine',
        url: http.url,
        auth: 'bearer',
        bearerToken: 'token-of-ada',
        approval: 'auto',
      });
      expect(made.body).toMatchObject({ scope: 'user', hasBearerToken: true, url: http.url });
      expect(JSON.stringify(made.body)).not.toContain('token-of-ada');
      const { id } = made.body;
      for (const [method, path] of [
        ['GET', `/api/v1/mcp-servers/${id}`],
        ['PATCH', `/api/v1/mcp-servers/${id}`],
        ['DELETE', `/api/v1/mcp-servers/${id}`],
        ['POST', `/api/v1/mcp-servers/${id}/authorize`],
        ['DELETE', `/api/v1/mcp-servers/${id}/authorization`],
      ] as const) {
        const { status, body } = await eve.client.request(
          method,
          path,
          method === 'PATCH' ? { mode: 'opt_in' } : undefined,
        );
        expect([method, path, status, body.code]).toEqual([method, path, 404, 'mcp_server_not_found']);
      }
      const chosen = await eve.client.request('POST', '/api/v1/chats', { mcpServers: [id] });
      expect(chosen.body.code).toBe('unknown_mcp_server');
      // In a chat that both write in, it is there in the turns of its owner.
      const project = await ada.client.request<{ id: string }>('POST', '/api/v1/projects', { name: 'Shared' });
      const members = `/api/v1/projects/${project.body.id}/members`;
      await ada.client.request('POST', members, { userId: eve.id, role: 'editor' });
      const { id: chat } = await ada.client.createChat({
        projectId: project.body.id,
        mcpServers: [id],
        approvalPolicy: 'never',
      });
      await ada.client.ask(chat, 'hello');
      expect(JSON.stringify(model.requests.at(-1)?.body.tools)).toContain('mcp__mine');
      await eve.client.ask(chat, 'hello');
      expect(JSON.stringify(model.requests.at(-1)?.body.tools)).not.toContain('mcp__mine');
      // Whoever moves it elsewhere has no token there.
      const moved = await ada.client.request<McpServerDto>('PATCH', `/api/v1/mcp-servers/${id}`, {
        url: `${http.url}/x`,
      });
      expect(moved.body).toMatchObject({ hasBearerToken: false });
      const taken = await add(ada, { name: 'open', url: http.url });
      expect([taken.status, taken.body.code]).toEqual([409, 'mcp_server_exists']);
      expect((await ada.client.request('DELETE', `/api/v1/mcp-servers/${id}`)).status).toBe(204);
      expect((await ada.client.request('GET', `/api/v1/mcp-servers/${id}`)).status).toBe(404);
    });
  });

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
    expect(await call(ada.client, chat, 'needed', 'echo', 'there')).toMatchObject({ status: 'completed' });
    expect((await ada.client.chat(chat)).threadId).toBe(threadId);
    writeFileSync(file, before);
  }, 60_000);
});
