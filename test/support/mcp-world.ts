import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { McpServerUpdatedData } from '../../src/chat/dto/mcp-server-state.dto';
import type { ChatMcpServerDto, ChatMcpServersDto } from '../../src/mcp/mcp-server.dto';
import { LocalPerson } from './local-person';
import { McpTestServer } from './mcp-server';
import { OauthServer } from './oauth-server';
import type { RelayClient } from './relay-client';
import { ScriptedModel, startScriptedModel } from './scripted-model';
import { callsReply, textReply } from './scripted-reply';
import { RelayService, writeBackends } from './service';

/** What the operator's servers over HTTP take. */
export const OPERATORS_TOKEN = 'token-of-the-operator-4711';
export const SERVERS_SECRET = 'for-the-server-alone';
const STDIO = 'stdio-mcp-server.mjs';

/** A call of a tool, as an action of the agent. */
export interface McpCall {
  readonly status: string;
  readonly data: {
    readonly server: string;
    readonly tool: string;
    readonly result: unknown;
    readonly error: string | null;
  };
}

interface Servers {
  readonly http: McpTestServer;
  /** Answers nothing. */
  readonly hung: McpTestServer;
  /** Each user signs in to it. */
  readonly guarded: McpTestServer;
}

/** @param folder that every sandbox sees */
const yaml = ({ http, hung, guarded }: Servers, folder: string): string => `
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

/** A service of two users with MCP servers of the operator, and a model that calls what it is told to. */
export class McpWorld {
  private constructor(
    readonly model: ScriptedModel,
    readonly servers: Servers,
    /** Whose tokens `http` takes, by token. */
    readonly tokens: Map<string, string>,
    readonly oauth: OauthServer,
    readonly service: RelayService,
    readonly ada: LocalPerson,
    readonly eve: LocalPerson,
  ) {}

  /** @param environment more of the service's */
  static async start(environment: Readonly<Record<string, string>> = {}): Promise<McpWorld> {
    const model = await startScriptedModel();
    playCalls(model);
    const oauth = await OauthServer.start();
    const http = await McpTestServer.start();
    const hung = await McpTestServer.start();
    const guarded = await McpTestServer.start(() => oauth.issuer);
    const tokens = new Map([[OPERATORS_TOKEN, 'operator']]);
    http.callerOf = (token) => tokens.get(token);
    hung.isHung = true;
    guarded.callerOf = (token) => oauth.accountOf(token, guarded.url);
    const servers = { http, hung, guarded };
    const own = [http, guarded].map(({ port }) => `127.0.0.1:${port}`).join(',');
    const service = await RelayService.start({
      environment: {
        ...{ SECURITY_METHOD: 'Local', CODEX_POOL_SIZE: '1', API_REQUESTS_PER_MINUTE: '0', SCRIPTED_KEY: 'key' },
        ...{ MCP_TOKEN: OPERATORS_TOKEN, MCP_SECRET: SERVERS_SECRET, ENCRYPTION_KEY: 'ab'.repeat(32) },
        ...{ MCP_ALLOWED_HOSTS: `${own},localhost:${http.port},*.example.com`, MCP_PRIVATE_HOSTS: own },
        ...environment,
      },
      prepare: (root) => prepare(root, model, servers),
    });
    const root = await LocalPerson.first(service);
    return new McpWorld(model, servers, tokens, oauth, service, await root.invite('ada'), await root.invite('eve'));
  }

  async dispose(): Promise<void> {
    await this.service.dispose();
    await this.model.stop();
    for (const server of Object.values(this.servers) as McpTestServer[]) await server.stop();
    this.oauth.stop();
  }

  /** Definitions of the tools that the model was offered last, as JSON. */
  get offered(): string {
    return JSON.stringify(this.model.requests.at(-1)?.body.tools);
  }

  /** What codex has on disk: threads, databases, logs. */
  get ofCodex(): string {
    const home = join(this.service.dataRoot, 'codex_home');
    const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1')).join('\n');
  }

  workspaceOf({ id }: LocalPerson, chat: string): string {
    return join(this.service.dataRoot, 'sessions', id, chat, 'workspace');
  }

  async chatWith(client: RelayClient, ...mcpServers: string[]): Promise<string> {
    return (await client.createChat({ mcpServers })).id;
  }

  /** Has the agent call a tool. @returns its last action */
  async call(client: RelayClient, chat: string, server: string, tool: string, text = ''): Promise<McpCall> {
    const { turn } = await client.ask(chat, `call ${server} ${tool} ${text}`);
    expect(turn).toMatchObject({ status: 'completed' });
    return (await client.agentActions(chat)).at(-1) as unknown as McpCall;
  }

  async states(client: RelayClient, chat: string): Promise<ChatMcpServerDto[]> {
    return (await client.request<ChatMcpServersDto>('GET', `/api/v1/chats/${chat}/mcp-servers`)).body.data;
  }

  async stateOf(client: RelayClient, chat: string, id: string): Promise<ChatMcpServerDto | undefined> {
    return (await this.states(client, chat)).find((server) => server.id === id);
  }

  /** What the log of the chat tells of its servers. */
  async updates(client: RelayClient, chat: string): Promise<McpServerUpdatedData[]> {
    const events = (await client.events(chat)).filter(({ type }) => type === 'mcp_server.updated');
    return events.map(({ data }) => data as McpServerUpdatedData);
  }
}

/** `call <server> <tool> <text>`, in the user's words. */
function playCalls(model: ScriptedModel): void {
  model.play(({ lastUserText, answersTool }) => {
    const [verb, server = '', name = '', ...rest] = lastUserText.split(' ');
    if (verb !== 'call' || answersTool) return textReply('done');
    const namespace = `mcp__${server.replaceAll('-', '_')}`;
    return callsReply([{ name, namespace, arguments: { text: rest.join(' ') } }]);
  });
}

function prepare(root: string, model: ScriptedModel, servers: Servers): void {
  const corpus = join(root, 'read_dir');
  mkdirSync(corpus);
  copyFileSync(join(__dirname, STDIO), join(corpus, STDIO));
  const backend = `{id: scripted, type: openai, base_url: "${model.url}", api_key_env: SCRIPTED_KEY, model: m}`;
  writeBackends(root, `backends: [${backend}]\ndefault_backend: scripted\n`);
  writeFileSync(join(root, 'global_config', 'mcp.yaml'), yaml(servers, corpus));
}
