import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ToldTurn } from '../../src/protocols/mcp-server/tool-schemas';
import { codexUnderTest } from '../support/codex-under-test';
import { eventually } from '../support/eventually';
import { LocalPerson } from '../support/local-person';
import { type McpLine, McpTestClient, NEW_REVISION } from '../support/mcp-client';
import { RelayClient } from '../support/relay-client';
import { type ScriptedModel, startScriptedModel } from '../support/scripted-model';
import { callsReply, textReply } from '../support/scripted-reply';
import { RelayService } from '../support/service';

interface StartedChat {
  readonly chatId: string;
  readonly turn: ToldTurn;
}

const LINES: McpLine[] = ['new', 'old'];
const ANY_TEXT = { type: 'text', text: expect.any(String) as string };

describe('the agent as an MCP server', () => {
  let service: RelayService;
  let ada: LocalPerson;
  let eve: LocalPerson;
  let model: ScriptedModel;
  const open: McpTestClient[] = [];

  beforeAll(async () => {
    model = await startScriptedModel();
    service = await RelayService.start({
      environment: {
        ...{ SECURITY_METHOD: 'Local', CODEX_POOL_SIZE: '1', API_REQUESTS_PER_MINUTE: '0' },
        // So that codex asks.
        CODEX_SANDBOX_MODE_MAX: 'danger-full-access',
      },
    });
    const root = await LocalPerson.first(service);
    ada = await root.invite('ada');
    eve = await root.invite('eve');
  });
  afterAll(async () => {
    await Promise.allSettled(open.map((each) => each.close()));
    await model?.stop();
    await service?.dispose();
  });

  async function connect(line: McpLine, token = ada.token.token): Promise<McpTestClient> {
    const client = await McpTestClient.connect(service.url, token, line);
    open.push(client);
    return client;
  }

  const post = (body: unknown, headers: Record<string, string> = {}) =>
    new RelayClient(service.url, ada.token.token).request<Record<string, unknown>>('POST', '/mcp', body, {
      accept: 'application/json, text/event-stream',
      ...headers,
    });

  describe.each(LINES)('to clients of the %s line of revisions', (line) => {
    it('offers its tools with schemas and hints', async () => {
      const { client } = await connect(line);
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toEqual([
        ...['list_chats', 'start_chat', 'send_message', 'wait_turn', 'answer_approval', 'list_files', 'read_file'],
        'interrupt',
      ]);
      for (const tool of tools) {
        expect(tool).toMatchObject({ inputSchema: { type: 'object' }, outputSchema: { type: 'object' } });
        expect(tool.description?.length).toBeGreaterThan(40);
      }
      expect(client.getNegotiatedProtocolVersion()).toBe(line === 'new' ? NEW_REVISION : '2025-11-25');
      expect(client.getInstructions()).toContain('send_message');
    });

    it('runs a turn to its end with notes of its progress, and shows the chat and its files', async () => {
      const client = await connect(line);
      const notes: string[] = [];
      const onprogress = ({ message = '' }) => void notes.push(message);
      const input = { message: 'run: echo hello > note.txt; sleep 1' };
      const { content, structuredContent } = await client.tool('start_chat', input, { onprogress });
      const { chatId, turn } = structuredContent as StartedChat;
      expect(turn).toMatchObject({ chatId, status: 'completed', error: null, approvals: [], next: null });
      expect(turn.steps).toMatchObject([{ kind: 'command', status: 'completed' }]);
      expect(content).toEqual([ANY_TEXT]);
      expect(turn.text).toContain('exit code **0**');
      expect(notes.some((note) => note.startsWith('command: '))).toBe(true);
      const { chats } = await client.call<{ chats: object[] }>('list_chats', { limit: 1 });
      expect(chats).toMatchObject([{ chatId, status: 'idle' }]);
      const { entries } = await client.call<{ entries: object[] }>('list_files', { chatId });
      expect(entries).toMatchObject([{ path: 'note.txt', kind: 'file', size: 6 }]);
      const part = await client.call('read_file', { chatId, path: 'note.txt', limit: 3 });
      expect(part).toMatchObject({ text: 'hel', size: 6, nextOffset: 3 });
      const rest = await client.call('read_file', { chatId, path: 'note.txt', offset: 3 });
      expect(rest).toMatchObject({ text: 'lo\n', nextOffset: null });
      // It goes on in any other client.
      const { message } = await ada.client.ask(chatId, 'hello');
      expect(message?.role).toBe('assistant');
      const after = await client.call<ToldTurn>('wait_turn', { chatId });
      expect(after).toMatchObject({ status: 'completed', text: (message?.content[0] as { text: string }).text });
    });

    it('waits only for a while, says how to go on, and goes on whoever waits', async () => {
      const client = await connect(line);
      const { chatId } = await client.call<StartedChat>('start_chat', {});
      const first = await client.call<ToldTurn>('send_message', { chatId, message: 'run: sleep 2', waitSeconds: 0.4 });
      expect(first).toMatchObject({ chatId, status: 'running' });
      expect(first.next).toContain(`wait_turn with chatId ${chatId} and turnId ${first.turnId}`);
      const abort = new AbortController();
      const waiting = client.call('wait_turn', { chatId }, { signal: abort.signal });
      setTimeout(() => abort.abort(), 100);
      await expect(waiting).rejects.toThrow();
      const { turnId } = first;
      expect(await client.call('wait_turn', { chatId, turnId })).toMatchObject({ status: 'completed', turnId });
      const stopped = await client.call<ToldTurn>('send_message', {
        chatId,
        message: 'run: sleep 60',
        waitSeconds: 0.4,
      });
      expect(await client.call('interrupt', { chatId })).toEqual({ turnId: stopped.turnId });
      expect(await client.call('wait_turn', { chatId })).toMatchObject({ status: 'interrupted', next: null });
    });

    it('tells of an approval that waits, which is answered once, from anywhere', async () => {
      const client = await connect(line);
      const { chatId, turn } = await client.call<StartedChat>('start_chat', { message: 'approve: echo allowed' });
      expect(turn.status).toBe('waiting_for_approval');
      const [approval] = turn.approvals;
      const approvalId = approval?.approvalId ?? '';
      expect(approval).toMatchObject({ kind: 'command', question: expect.stringContaining('echo allowed') as string });
      expect(approval?.decisions.map(({ decision }) => decision)).toEqual(expect.arrayContaining(['accept', 'cancel']));
      expect(turn.next).toContain('answer_approval');
      const wrong = await client.refusal('answer_approval', { approvalId, decision: 'whatever' });
      expect(wrong).toContain('decision_not_offered');
      const other = await connect(line, eve.token.token);
      expect(await other.refusal('answer_approval', { approvalId, decision: 'accept' })).toContain(
        'approval_not_found',
      );
      const answered = await client.call('answer_approval', { approvalId, decision: 'accept' });
      expect(answered).toMatchObject({ status: 'resolved', decision: 'accept', chatId });
      const again = await client.refusal('answer_approval', { approvalId, decision: 'accept' });
      expect(again).toContain('approval_already_resolved');
      expect(await client.call('wait_turn', { chatId })).toMatchObject({ status: 'completed' });
    });
  });

  it('shows nobody what is somebody else’s, and gives a token no more than its scopes', async () => {
    const { id: chatId } = await ada.client.createChat();
    const other = await connect('new', eve.token.token);
    const calls = [
      ...[['send_message', { message: 'hi' }] as const, ['wait_turn', {}] as const, ['interrupt', {}] as const],
      ...[['list_files', {}] as const, ['read_file', { path: 'x' }] as const],
    ];
    for (const [name, input] of calls) {
      expect(await other.refusal(name, { chatId, ...input })).toMatch(/^chat_not_found: /);
      expect(await other.refusal(name, { chatId: 'none', ...input })).toMatch(/^chat_not_found: /);
    }
    expect(await other.call('list_chats', {})).toMatchObject({ chats: [] });
    const own = await connect('new');
    const foreignTurn = { chatId, turnId: '01a1f9b6-cbee-7793-964d-caa8c85ed9e4' };
    expect(await own.refusal('wait_turn', foreignTurn)).toMatch(/^turn_not_found: /);
    const wanted = { name: 'reader', scopes: ['read'] };
    const { body } = await ada.inBrowser<{ token: string }>('POST', '/api/v1/tokens', wanted);
    const reader = await connect('old', body.token);
    expect(await reader.call('wait_turn', { chatId }).catch(String)).toContain('turn_not_found');
    expect(await reader.refusal('send_message', { chatId, message: 'hi' })).toMatch(/^permission_denied: /);
    expect(await own.refusal('read_file', { chatId, path: '../../x' })).toMatch(
      /^path_outside_workspace|^invalid_path/,
    );
  });

  it('refuses callers that are not known, pages of elsewhere, and what is no message', async () => {
    const stranger = await new RelayClient(service.url).request('POST', '/mcp', {});
    expect(stranger.status).toBe(401);
    expect(stranger.headers.get('www-authenticate')).toBe('Bearer realm="codex-relay"');
    const metadata = await new RelayClient(service.url).request('GET', '/.well-known/oauth-protected-resource/mcp');
    expect([metadata.status, metadata.body.code]).toEqual([404, 'route_not_found']);
    const foreign = await post({}, { origin: 'https://elsewhere.example' });
    expect([foreign.status, foreign.body.code]).toEqual([403, 'origin_not_allowed']);
    const broken = await post('{"jsonrpc": ');
    expect([broken.status, broken.body.code]).toEqual([400, 'malformed_json']);
    for (const nothing of [{}, [], { jsonrpc: '2.0', id: 1 }, { jsonrpc: '1.0', id: 1, method: 'tools/list' }]) {
      expect(await post(nothing)).toMatchObject({
        status: 400,
        body: { error: { code: expect.any(Number) as number } },
      });
    }
    const unknown = await post(
      { jsonrpc: '2.0', id: 1, method: 'tools/list' },
      { 'mcp-protocol-version': '1999-01-01' },
    );
    expect(unknown).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('1999') as string } },
    });
    for (const method of ['GET', 'DELETE']) {
      const accept = { accept: 'text/event-stream' };
      expect((await ada.client.request(method, '/mcp', undefined, accept)).status).toBe(405);
    }
    expect(service.errorLines).toEqual([]);
  });

  it('is called by codex itself', async () => {
    model.play(({ answersTool }) => {
      if (answersTool) return textReply('told');
      return callsReply([
        { name: 'start_chat', namespace: 'mcp__relay', arguments: { message: 'run: echo of-codex' } },
      ]);
    });
    const home = join(service.dataRoot, 'codex-client');
    mkdirSync(home);
    const config = [
      'model = "scripted"\nmodel_provider = "scripted"\napproval_policy = "never"\nsandbox_mode = "danger-full-access"',
      `[model_providers.scripted]\nname = "scripted"\nbase_url = "${model.url}"\nwire_api = "responses"`,
      `[mcp_servers.relay]\nurl = "${service.url}/mcp"\nbearer_token_env_var = "RELAY_TOKEN"\ndefault_tools_approval_mode = "approve"`,
    ];
    writeFileSync(join(home, 'config.toml'), config.join('\n'));
    const env = { PATH: process.env.PATH, HOME: home, CODEX_HOME: home, RELAY_TOKEN: ada.token.token };
    const args = ['exec', '--json', '--skip-git-repo-check', 'begin'];
    const child = spawn(codexUnderTest().path, args, { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([code, output]).toEqual([0, expect.stringContaining('told')]);
    const outputs = JSON.stringify(model.requests.at(-1)?.messages);
    expect(outputs).toContain('of-codex');
    expect(outputs).toContain('exit code **0**');
  });

  it('loses nothing of a turn when the service is killed while somebody waits for it', async () => {
    const client = await connect('new');
    const { chatId } = await client.call<StartedChat>('start_chat', {});
    const waiting = client.call('send_message', { chatId, message: 'run: sleep 30' }).catch((error: unknown) => error);
    await eventually('the turn runs', async () => (await ada.client.agentActions(chatId)).length > 0);
    await service.kill();
    expect(String(await waiting)).toMatch(/Error/);
    await service.restart();
    const after = await connect('new');
    const turn = await after.call<ToldTurn>('wait_turn', { chatId });
    expect(turn.next).toBeNull();
    expect(turn.steps).toMatchObject([{ kind: 'command' }]);
    expect(await after.call('send_message', { chatId, message: 'hello' })).toMatchObject({ status: 'completed' });
  });
});
