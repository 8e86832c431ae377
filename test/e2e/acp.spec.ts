import { ndJsonStream } from '@agentclientprotocol/sdk';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import OpenAI from 'openai';
import { WebSocket } from 'ws';
import { AcpTestClient } from '../support/acp-client';
import { eventually } from '../support/eventually';
import { LocalPerson } from '../support/local-person';
import { PIXEL } from '../support/pixel';
import { RelayService } from '../support/service';
import { REPOSITORY } from '../support/service-process';

const CHOOSE = (optionId: string) => () => Promise.resolve({ outcome: { outcome: 'selected' as const, optionId } });
const NEVER = () => new Promise<never>(() => undefined);

describe('the agent over the Agent Client Protocol', () => {
  let service: RelayService;
  let ada: LocalPerson;
  let eve: LocalPerson;
  const open: AcpTestClient[] = [];
  const children: ChildProcessWithoutNullStreams[] = [];

  beforeAll(async () => {
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
    for (const each of open) each.close();
    for (const child of children) child.kill('SIGKILL');
    await service?.dispose();
  });

  async function connect(person = ada): Promise<AcpTestClient> {
    const client = await AcpTestClient.open(service.url, person.token.token);
    open.push(client);
    return client;
  }

  it('says what it can do, and speaks its own version to whoever asks for another', async () => {
    const { agent } = await connect();
    const answer = await agent.request('initialize', { protocolVersion: 99 }).catch((error: unknown) => String(error));
    expect(answer).toMatchObject({
      ...{ protocolVersion: 1, agentInfo: { name: 'codex-relay' }, authMethods: [] },
      agentCapabilities: { loadSession: true, promptCapabilities: { image: true, embeddedContext: true } },
    });
    await expect(agent.request('session/whatever', {})).rejects.toMatchObject({ code: -32601 });
    await expect(agent.request('session/prompt', { sessionId: 1 } as never)).rejects.toMatchObject({ code: -32602 });
  });

  it('tells all of a turn: thoughts, commands with their output, and what it says', async () => {
    const client = await connect();
    const session = await client.newSession();
    expect(await client.prompt(session, 'run: echo hello; sleep 0.5; echo world')).toEqual({ stopReason: 'end_turn' });
    const [call] = client.of(session, 'tool_call');
    expect(call).toMatchObject({ kind: 'execute', status: 'in_progress' });
    const last = client.of(session, 'tool_call_update').at(-1);
    expect(last).toMatchObject({ toolCallId: call?.toolCallId, status: 'completed', rawOutput: { exitCode: 0 } });
    expect(JSON.stringify(last?.content)).toContain('hello\\nworld');
    expect(client.text(session, 'agent_thought_chunk')).not.toBe('');
    expect(client.text(session, 'agent_message_chunk')).toContain('exit code **0**');
    expect(client.text(session, 'user_message_chunk')).toBe('');
    expect(
      client.of(session, 'session_info_update').length + client.of(session, 'available_commands_update').length,
    ).toBeGreaterThan(0);
    // What was said is all in the chat, and once.
    const [, said] = await ada.client.messages(session);
    expect(said?.content).toMatchObject([{ type: 'text', text: client.text(session, 'agent_message_chunk') }]);
  });

  it('goes on with a chat of another client, which sees what it does, and is told its history', async () => {
    const { id } = await ada.client.createChat();
    await ada.client.ask(id, 'run: touch first');
    const client = await connect();
    const watching = await connect();
    expect(await client.load(id)).toMatchObject({ modes: { currentModeId: expect.any(String) as string } });
    expect(client.text(id, 'user_message_chunk')).toBe('run: touch first');
    expect(client.of(id, 'tool_call')).toMatchObject([{ status: 'completed' }]);
    expect(client.text(id, 'agent_message_chunk')).toContain('exit code **0**');
    await watching.load(id);
    await client.prompt(id, 'hello from the editor');
    await eventually('the other editor is told', () => watching.text(id, 'user_message_chunk').endsWith('the editor'));
    const told = client.told.length;
    await ada.client.ask(id, 'hello from REST');
    await eventually('the editor is told', () => client.text(id, 'user_message_chunk').endsWith('hello from REST'));
    expect(client.told.length).toBeGreaterThan(told);
    const { sessions } = await client.agent.request('session/list', {});
    expect(sessions[0]).toMatchObject({ sessionId: id });
  });

  it('begins a chat that goes on by the other ways in, under one numbering', async () => {
    const client = await connect();
    const id = await client.newSession();
    await client.prompt(id, 'write: a.txt from the editor');
    const { token } = ada.token;
    const openai = new OpenAI({ baseURL: `${service.url}/v1`, apiKey: token, maxRetries: 0 });
    const { choices } = await openai.chat.completions.create(
      { model: 'agent', messages: [{ role: 'user', content: 'run: cat a.txt' }] },
      { headers: { 'X-Chat-Id': id } },
    );
    expect(choices[0]?.message.content).toContain('from the editor');
    const asked = { prompt: 'run: cat a.txt', thread_id: id };
    const run = await ada.client.request<{ final_response: string }>('POST', '/api/codex/run', asked);
    expect(run.body.final_response).toContain('from the editor');
    const message = { thread_id: id, stream: false, messages: [{ content: 'run: cat a.txt' }] };
    expect(await ada.client.request('POST', '/chat', message)).toMatchObject({ status: 200 });
    await eventually('the editor has heard all', () => client.of(id, 'tool_call').length === 4);
    const events = await ada.client.events(id);
    const gaps = events.filter(({ previousSeq }, at) => previousSeq !== (events[at - 1]?.seq ?? 0));
    expect(gaps).toEqual([]);
    const ended = events.filter(({ type }) => type === 'turn.completed').map(({ turnId }) => turnId);
    expect([ended.length, new Set(ended).size, (await ada.client.turns(id)).length]).toEqual([4, 4, 4]);
  });

  it('asks for approvals, which are answered once, here or elsewhere', async () => {
    const client = await connect();
    client.onPermission = CHOOSE('accept');
    const session = await client.newSession();
    expect(await client.prompt(session, 'approve: echo allowed')).toEqual({ stopReason: 'end_turn' });
    const [question] = client.asked;
    expect(question).toMatchObject({ sessionId: session, toolCall: { kind: 'execute', title: 'echo allowed' } });
    expect(question?.options).toContainEqual(expect.objectContaining({ optionId: 'accept', kind: 'allow_once' }));

    client.onPermission = NEVER;
    client.asked.length = 0;
    const asked = client.prompt(session, 'approve: echo elsewhere');
    await client.question();
    const [approval] = await ada.client.approvals(session);
    await ada.client.request('POST', `/api/v1/approvals/${approval?.id}`, { decision: 'accept' });
    expect(await asked).toEqual({ stopReason: 'end_turn' });
    expect(client.withdrawn).toBe(1);
  });

  it('stops a turn when it is cancelled, and none when the connection is lost', async () => {
    const client = await connect();
    const session = await client.newSession();
    const stopped = client.prompt(session, 'run: sleep 60');
    await eventually('the command runs', () => client.of(session, 'tool_call').length > 0);
    await client.agent.notify('session/cancel', { sessionId: session });
    expect(await stopped).toEqual({ stopReason: 'cancelled' });

    const lost = client.prompt(session, 'run: sleep 1; echo survived').catch((error: unknown) => error);
    await eventually('the next command runs', () => client.of(session, 'tool_call').length > 1);
    client.close();
    expect(await lost).toBeTruthy();
    const again = await connect();
    await again.load(session);
    await eventually('the turn goes on', () => again.text(session, 'agent_message_chunk').includes('survived'));
  });

  it('takes pictures and resources, plans where it is to, and changes what commands may', async () => {
    const client = await connect();
    const session = await client.newSession();
    const [, data = ''] = PIXEL.split(',');
    await client.agent.request('session/prompt', {
      sessionId: session,
      prompt: [
        { type: 'text', text: 'picture' },
        { type: 'image', mimeType: 'image/png', data },
        { type: 'resource', resource: { uri: 'file:///a.txt', text: 'of the file' } },
      ],
    });
    const [message] = await ada.client.messages(session);
    expect(message?.content).toMatchObject([{ type: 'text' }, { type: 'image' }, { type: 'text' }]);
    const audio = [{ type: 'audio' as const, mimeType: 'audio/wav', data }];
    const refused = client.agent.request('session/prompt', { sessionId: session, prompt: audio });
    await expect(refused).rejects.toMatchObject({ code: -32602, data: { code: 'invalid_content' } });

    await client.agent.request('session/set_mode', { sessionId: session, modeId: 'read-only' });
    expect((await ada.client.chat(session)).sandboxMode).toBe('read-only');
    await client.agent.request('session/set_mode', { sessionId: session, modeId: 'plan' });
    expect(client.of(session, 'current_mode_update').at(-1)).toMatchObject({ currentModeId: 'plan' });
    await client.prompt(session, 'hello');
    const turns = await ada.client.request<{ data: object[] }>('GET', `/api/v1/chats/${session}/turns`);
    expect(turns.body.data.at(-1)).toMatchObject({ mode: 'plan' });
    const unknown = client.agent.request('session/set_mode', { sessionId: session, modeId: 'x' });
    await expect(unknown).rejects.toMatchObject({ data: { code: 'unknown_mode' } });
    expect(await client.prompt(session, '/compact')).toEqual({ stopReason: 'end_turn' });
  });

  it('shows nobody what is somebody else’s, and lets nobody in without a token', async () => {
    const { id: sessionId } = await ada.client.createChat();
    const other = await connect(eve);
    await expect(other.load(sessionId)).rejects.toMatchObject({ code: -32002, data: { code: 'chat_not_found' } });
    await expect(other.prompt(sessionId, 'hi')).rejects.toMatchObject({ code: -32002 });
    await expect(other.load('none')).rejects.toMatchObject({ code: -32002 });
    expect(await other.agent.request('session/list', {})).toMatchObject({ sessions: [] });
    await other.agent.notify('session/cancel', { sessionId });
    const socket = new WebSocket(`${service.url.replace(/^http/, 'ws')}/acp`);
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('401');
  });

  it('tells what is no message that it is none, and goes on', async () => {
    const headers = { authorization: `Bearer ${ada.token.token}` };
    const socket = new WebSocket(`${service.url.replace(/^http/, 'ws')}/acp`, { headers });
    await once(socket, 'open');
    const answerTo = async (data: string | Buffer): Promise<unknown> => {
      socket.send(data);
      const [answer] = (await once(socket, 'message')) as [Buffer];
      return JSON.parse(answer.toString());
    };
    expect(await answerTo('{"jsonrpc": ')).toMatchObject({ id: null, error: { code: -32700 } });
    expect(await answerTo('[]')).toMatchObject({ id: null, error: { code: -32600 } });
    expect(await answerTo('7')).toMatchObject({ id: null, error: { code: -32600 } });
    expect(await answerTo(Buffer.from('{}'))).toMatchObject({ error: { data: { code: 'binary_frame' } } });
    expect(await answerTo(`"${'x'.repeat(17 * 1024 * 1024)}"`)).toMatchObject({
      error: { data: { code: 'message_too_large' } },
    });
    const early = { jsonrpc: '2.0', id: 1, method: 'session/new', params: { cwd: '/', mcpServers: [] } };
    expect(await answerTo(JSON.stringify(early))).toMatchObject({ id: 1, error: { code: -32600 } });
    const initialize = { jsonrpc: '2.0', id: 2, method: 'initialize', params: { protocolVersion: 1 } };
    expect(await answerTo(JSON.stringify(initialize))).toMatchObject({ id: 2, result: { protocolVersion: 1 } });
    socket.close();
    expect(service.errorLines).toEqual([]);
  });

  describe('on stdio', () => {
    function program(args: string[], environment: Record<string, string> = {}): ChildProcessWithoutNullStreams {
      const file = join(REPOSITORY, 'packages', 'cli', 'codex-relay.mjs');
      const env = { PATH: process.env.PATH, ...environment };
      const child = spawn(process.execPath, [file, ...args], { env });
      children.push(child);
      return child;
    }

    const editorOn = (child: ChildProcessWithoutNullStreams): AcpTestClient => {
      const [output, input] = [Writable.toWeb(child.stdin), Readable.toWeb(child.stdout)];
      const client = new AcpTestClient(ndJsonStream(output as never, input as never));
      open.push(client);
      return client;
    };

    it('is the same for an editor that starts the program, over the end of a service as well', async () => {
      const file = join(service.dataRoot, 'token');
      writeFileSync(file, `${ada.token.token}\n`);
      const client = editorOn(program(['acp', '--url', service.url, '--token-file', file]));
      await client.agent.request('initialize', { protocolVersion: 1 });
      const session = await client.newSession();
      expect(await client.prompt(session, 'run: echo by-stdio')).toEqual({ stopReason: 'end_turn' });
      expect(client.text(session, 'agent_message_chunk')).toContain('by-stdio');
      const cut = client.prompt(session, 'run: sleep 30').catch((error: unknown) => error);
      await eventually('the command runs', () => client.of(session, 'tool_call').length > 1);
      const port = new URL(service.url).port;
      await service.kill();
      expect(await cut).toMatchObject({ message: expect.stringContaining('was lost') as string });
      await service.restart({ PORT: port });
      await eventually('the session is open again', async () => {
        const answer = await client.prompt(session, 'hello again').catch(() => undefined);
        return answer?.stopReason === 'end_turn';
      });
    });

    it('ends with a word about what is wrong, and takes no secret on its command line', async () => {
      const ends = async (args: string[], environment: Record<string, string> = {}): Promise<string> => {
        const child = program(args, environment);
        let said = '';
        child.stderr.on('data', (data: Buffer) => (said += data.toString()));
        const [code] = (await once(child, 'close')) as [number];
        return `${code} ${said}`;
      };
      const url = ['--url', service.url];
      expect(await ends(['acp', ...url], { CODEX_RELAY_TOKEN: 'wrong' })).toMatch(/^1 .*does not know this token/);
      expect(await ends(['acp'])).toMatch(/^2 .*--url must be/);
      expect(await ends(['acp', ...url, '--token', 'secret'])).toMatch(/^2 /);
      // As in versions of Node.js that have none.
      const NODE_OPTIONS = '--no-experimental-websocket';
      expect(await ends(['acp', ...url], { NODE_OPTIONS })).toMatch(/^2 .*Node.js 22.15 or newer is needed; this is v/);
      expect(await ends(['acp', '--url', 'https://user:secret@relay.example'])).toMatch(/^2 .*no secret/);
    });
  });
});
