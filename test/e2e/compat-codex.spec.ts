import { execOf } from '../support/codex-exec';
import { eventually } from '../support/eventually';
import { readStream, type ReadStream } from '../support/exec-stream';
import { PIXEL } from '../support/pixel';
import { connectedToPool } from '../support/pool-socket';
import { type RelayClient, textOf } from '../support/relay-client';
import { ScriptedModel, startScriptedModel } from '../support/scripted-model';
import { callsReply, errorReply, textReply, type ScriptedReply } from '../support/scripted-reply';
import { RelayService } from '../support/service';

type Json = Record<string, unknown>;
type Item = Json & { readonly id: string; readonly type: string };
interface Run {
  readonly events: readonly (Json & { readonly item?: Item; readonly thread_id?: string })[];
  readonly final_response: string;
}

const USAGE = { input: 10, output: 5, cached: 3, reasoning: 2 };
const COMMAND: ScriptedReply[] = [
  callsReply([{ name: 'exec_command', arguments: { cmd: 'echo hi; exit 3' } }], { usage: USAGE }),
  textReply('Done', { usage: USAGE }),
];

describe('the contracts of codex exec and of a pool', () => {
  let model: ScriptedModel;
  let service: RelayService;
  let client: RelayClient;

  beforeAll(async () => {
    model = await startScriptedModel(textReply('Hello!'));
    service = await RelayService.start({
      modelUrl: model.url,
      environment: { CODEX_POOL_SIZE: '1', CODEX_SANDBOX_MODE_MAX: 'danger-full-access' },
    });
    client = service.client;
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
  });

  const run = async (input: Json): Promise<Run> => {
    const { status, body } = await client.request<Run>('POST', '/api/codex/run', input);
    expect([status, body]).toEqual([200, expect.anything()]);
    return body;
  };
  const stream = (input: Json, isEnough?: (event: Json) => boolean): Promise<ReadStream> => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(input) };
    return readStream(`${service.url}/api/codex/stream`, init, isEnough);
  };
  const threadOf = ({ events }: Pick<Run, 'events'>): string => String(events[0]?.thread_id);

  it('takes the example of the other backend as it stands, and is a chat of the service', async () => {
    model.play(textReply('def fib(): ...'));
    const { status, type, names, events } = await stream({
      ...{ prompt: 'Create a Python function to calculate fibonacci numbers', model: 'gpt-5-codex' },
      ...{ sandbox: 'workspace-write', working_directory: '/tmp', skip_git_repo_check: true },
    });
    expect([status, type, names]).toEqual([200, 'text/event-stream; charset=utf-8', []]);
    expect(events.map(({ type }) => type)).toEqual([
      'thread.started',
      'turn.started',
      'item.completed',
      'turn.completed',
    ]);
    expect(events[2]).toMatchObject({ item: { id: 'item_0', type: 'agent_message', text: 'def fib(): ...' } });
    const chat = await client.chat(threadOf({ events }));
    expect(chat).toMatchObject({ model: 'gpt-5-codex', sandboxMode: 'workspace-write', approvalPolicy: 'never' });
    expect(chat.title).toContain('fibonacci');
    expect((await client.messages(chat.id)).map(textOf).at(-1)).toBe('def fib(): ...');
  });

  it('tells of a turn what the program of the same version prints', async () => {
    model.play(COMMAND);
    const ours = (await run({ prompt: 'do it' })).events;
    model.play(COMMAND);
    const programs = (await execOf(model.url, 'do it')) as Run['events'];
    expect(withoutIds(ours)).toEqual(withoutIds(programs));
    model.play(errorReply(400, 'bad thing'));
    const failed = (await run({ prompt: 'do it' })).events;
    expect(failed.map(({ type }) => type).slice(-2)).toEqual(['error', 'turn.failed']);
    expect(failed.at(-1)).toMatchObject({ error: { message: expect.stringContaining('bad thing') as string } });
  });

  it('goes on with a thread, with pictures and a schema of the answer, and tells again what was said', async () => {
    model.play(textReply('one'));
    const first = await run({ prompt: 'first' });
    expect(first.final_response).toBe('one');
    const thread_id = threadOf(first);
    model.play(textReply('{"ok":true}'));
    const output_schema = {
      ...{ type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'], additionalProperties: false },
    };
    const second = await run({ prompt: 'second', thread_id, images: [PIXEL], output_schema, sandbox: 'read-only' });
    expect([threadOf(second), second.final_response]).toEqual([thread_id, '{"ok":true}']);
    const request = JSON.stringify(model.requests[0]?.body);
    expect(request).toContain('image_url');
    expect(request).toContain('json_schema');
    expect(request).toContain('first');
    expect(await client.chat(thread_id)).toMatchObject({ sandboxMode: 'read-only' });

    const { events } = await readStream(`${service.url}/api/codex/history/${thread_id}`);
    expect(events.filter(({ type }) => type === 'turn.started').map(({ prompt }) => prompt)).toEqual([
      'first',
      'second',
    ]);
    expect(events.filter(({ type }) => type === 'turn.completed')).toHaveLength(2);
    const { body } = await client.request<{ data: Json[] }>('GET', '/api/codex/history?limit=1');
    expect(body.data).toMatchObject([{ thread_id, title: 'first', running: false }]);
  });

  it('asks a person where it is told to, who answers here', async () => {
    const asking = { prompt: 'approve: echo allowed', model: 'demo', approval_policy: 'on-request' };
    const left = await stream(asking, ({ type }) => type === 'approval.requested');
    const { approval } = left.events.at(-1) as { approval: Json };
    expect(approval).toMatchObject({ kind: 'command', status: 'pending' });
    const items = left.events.flatMap((event) => (event.type === 'item.started' ? [event.item as Item] : []));
    expect(items.map(({ id }) => id)).toContain(approval.item_id);
    const answer = await client.request<Json>('POST', `/api/codex/approvals/${String(approval.id)}`, {
      decision: 'accept',
    });
    expect([answer.status, answer.body.status]).toEqual([200, 'resolved']);
    // The turn has gone on without the stream, which is read on at the thread.
    const { events } = await readStream(`${service.url}/api/codex/history/${threadOf(left)}`);
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['approval.requested', 'approval.resolved']));
    expect(events.at(-1)?.type).toBe('turn.completed');
  });

  it('refuses what is not allowed or not there, and leaves no chat behind', async () => {
    const before = (await client.request<{ data: Json[] }>('GET', '/api/codex/history?limit=500')).body.data.length;
    const refused: [Json, number, string][] = [
      [{ prompt: 'x', working_directory: '/etc' }, 403, 'working_directory_not_allowed'],
      [{ prompt: 'x', working_directory: '../other' }, 403, 'working_directory_not_allowed'],
      [{ prompt: '  ' }, 400, 'empty_message'],
      [{ prompt: 'x', images: ['https://example.com/a.png'] }, 400, 'invalid_content'],
      [{ prompt: 'x', sandbox: 'none' }, 400, 'validation_failed'],
      [{ prompt: 'x', images: 'a' }, 400, 'validation_failed'],
      [{}, 400, 'validation_failed'],
      [{ prompt: 'x', thread_id: '01a1f9b6-cbda-71c2-a8e2-f2bf1c84ef9a' }, 404, 'chat_not_found'],
      [{ prompt: 'x', thread_id: 'not an id' }, 400, 'validation_failed'],
    ];
    for (const [input, status, code] of refused) {
      for (const path of ['run', 'stream']) {
        const answer = await client.request('POST', `/api/codex/${path}`, input);
        expect([input, answer.status, answer.body.code]).toEqual([input, status, code]);
      }
    }
    const thread_id = threadOf(await run({ prompt: 'x', working_directory: 'src' }));
    expect(JSON.stringify(model.requests.at(-1)?.body)).toContain('folder `src` of the workspace');
    const moved = await client.request('POST', '/api/codex/run', { prompt: 'x', thread_id, working_directory: 'lib' });
    expect([moved.status, moved.body.code]).toEqual([400, 'working_directory_fixed']);
    const kept = await client.chat(thread_id);
    const other = { ...{ prompt: 'x', thread_id, images: ['http://x/y.png'] }, sandbox: 'danger-full-access' };
    expect((await client.request('POST', '/api/codex/run', other)).status).toBe(400);
    expect(await client.chat(thread_id)).toEqual(kept);
    const after = (await client.request<{ data: Json[] }>('GET', '/api/codex/history?limit=500')).body.data.length;
    expect(after).toBe(before + 1);
  });

  const threadsPath = '/api/codex/threads';
  const thread = async (config: Json = {}): Promise<Json & { threadId: string }> => {
    const { status, body } = await client.request<Json & { threadId: string }>('POST', threadsPath, config);
    expect([status, body]).toEqual([201, expect.anything()]);
    return body;
  };
  const turn = (threadId: string, config: Json): Promise<ReadStream> => {
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
    return readStream(`${service.url}${threadsPath}/${threadId}/turns`, {
      method: 'POST',
      headers,
      body: JSON.stringify(config),
    });
  };
  const said = (words: string): Json[] => [{ type: 'text', text: words }];

  it('makes threads of a pool, whose turns are told by the names of the contract', async () => {
    const config = { cwd: '/tmp/codex-empty', baseInstructions: 'Speak as a pirate.', sandbox: 'read-only' };
    const made = await thread({ ...config, approvalPolicy: 'never', mcpServers: {} });
    expect(made).toMatchObject({ ...config, cwd: '.', model: 'scripted', mcpServers: [], status: 'idle' });
    const { threadId } = made;
    model.play(COMMAND);
    const first = await turn(threadId, { input: said('hello') });
    expect(first.names).toEqual([
      ...[
        'item/completed',
        'turn/started',
        'item/completed',
        'agent/message/delta',
        'item/completed',
        'turn/completed',
      ],
    ]);
    expect(first.events[2]).toMatchObject({
      threadId,
      item: { type: 'commandExecution', aggregatedOutput: 'hi\n', exitCode: 3 },
    });
    expect(first.events.at(-1)).toMatchObject({ threadId, status: 'completed', error: null });
    expect(JSON.stringify(model.requests[0]?.body)).toContain('Speak as a pirate.');

    expect((await client.request('POST', `${threadsPath}/${threadId}/release`)).body).toEqual({ released: true });
    expect((await client.request('POST', `${threadsPath}/${threadId}/release`)).body).toEqual({ released: false });
    model.play(textReply('one'));
    // Loaded again, with what is told from now on.
    await turn(threadId, { input: said('again'), baseInstructions: 'Speak as a poet.', model: 'scripted/other' });
    const request = JSON.stringify(model.requests[0]?.body);
    expect(request).toContain('Speak as a poet.');
    expect(request).toContain('hello');
    expect(model.requests[0]?.body.model).toBe('other');
    const { body } = await client.request<Json>('GET', `${threadsPath}/${threadId}`);
    expect(body).toMatchObject({ threadId, baseInstructions: 'Speak as a poet.', model: 'scripted' });
    expect((await client.messages(threadId)).map(textOf)).toEqual(['hello', 'Done', 'again', 'one']);
  });

  it('starts, follows and interrupts turns over the namespace of the contract', async () => {
    const { socket, told, call } = await connectedToPool(service.url);
    try {
      const { thread: made } = (await call('thread/start', { cwd: 'game' })) as {
        thread: { threadId: string; cwd: string };
      };
      const { threadId } = made;
      expect(made.cwd).toBe('game');
      model.play(textReply('Hello!'));
      const started = await call('turn/start', { threadId, input: said('hi') });
      await eventually('the end of the turn', () => told.some(([name]) => name === 'turn/completed'));
      expect(told.map(([name]) => name)).toEqual(
        expect.arrayContaining(['turn/started', 'agent/message/delta', 'item/completed', 'turn/completed']),
      );
      expect(told.at(-1)).toMatchObject([
        expect.any(String) as string,
        { threadId, turnId: started.turnId, seq: expect.any(Number) as number },
      ]);
      const { lastSeq } = (await client.request<{ lastSeq: number }>('GET', `${threadsPath}/${threadId}`)).body;
      const before = told.splice(0).map(([, { seq }]) => seq);
      // What was there already comes again to whoever begins anew.
      expect(await call('thread/subscribe', { threadId, after: 0 })).toMatchObject({ ok: true });
      await eventually('the same events', () => told.length === before.length);
      expect(told.splice(0).map(([, { seq }]) => seq)).toEqual(before);

      model.play(textReply('slow', { fault: { kind: 'stall', afterFrames: 1 } }));
      const { turnId } = await call('turn/start', { threadId, input: said('wait') });
      await eventually('the start of the turn', () => told.some(([name]) => name === 'turn/started'));
      expect(await call('thread/release', { threadId })).toMatchObject({ ok: false, error: { code: 'turn_running' } });
      expect(await call('turn/interrupt', { threadId })).toEqual({ ok: true, turnId });
      await eventually('its end', () =>
        told.some(([name, { status }]) => name === 'turn/completed' && status === 'interrupted'),
      );
      expect(told.filter(([, { seq }]) => Number(seq) <= lastSeq)).toEqual([]);

      expect(await call('thread/release', { threadId })).toMatchObject({ ok: true });
      expect(await call('turn/start', { threadId, input: 'hi' })).toMatchObject({
        error: { code: 'validation_failed' },
      });
      expect(await call('thread/archive', {})).toMatchObject({ ok: false, error: { code: 'unknown_call' } });
      const unknown = { threadId: '01a1f9b6-cbda-71c2-a8e2-f2bf1c84ef9a' };
      for (const name of ['thread/subscribe', 'turn/interrupt', 'thread/release']) {
        expect(await call(name, unknown)).toMatchObject({ ok: false, error: { code: 'chat_not_found' } });
      }
      await call('thread/subscribe', { threadId });
      await client.request('DELETE', `/api/v1/chats/${threadId}`);
      await eventually('the thread is closed', () => told.some(([name]) => name === 'thread/closed'));
    } finally {
      socket.disconnect();
    }
  });

  it('begins no turn for a connection that can follow no more threads, and follows none that was refused', async () => {
    const { socket, call } = await connectedToPool(service.url);
    try {
      const refusal = { ok: false, error: { code: 'too_many_subscriptions' } };
      const threads = await Promise.all(Array.from({ length: 101 }, () => client.createChat()));
      const [last, ...others] = threads.map(({ id }) => id);
      expect(await call('turn/start', { threadId: last, input: [] })).toMatchObject({ ok: false });
      for (const threadId of others) expect(await call('thread/subscribe', { threadId })).toMatchObject({ ok: true });
      expect(await call('turn/start', { threadId: last, input: said('hi') })).toMatchObject(refusal);
      expect(await client.turns(String(last))).toEqual([]);
      for (const value of ['x', 5]) {
        expect(await call('thread/start', value)).toMatchObject({ ok: false, error: { code: 'validation_failed' } });
      }
      expect(await call('thread/subscribe', { threadId: last, after: 1e20 })).toMatchObject({ ok: false });
    } finally {
      socket.disconnect();
    }
  });

  it('refuses servers and folders that are none of the service, and input that is none', async () => {
    const refused: [Json, number, string][] = [
      [{ mcpServers: { tools: { command: 'npx', args: ['server'] } } }, 400, 'mcp_configuration_not_allowed'],
      [{ mcpServers: ['nowhere'] }, 400, 'unknown_mcp_server'],
      [{ cwd: '/home/somebody' }, 403, 'working_directory_not_allowed'],
      [{ sandbox: 'all' }, 400, 'validation_failed'],
    ];
    for (const [config, status, code] of refused) {
      const answer = await client.request('POST', threadsPath, config);
      expect([config, answer.status, answer.body.code]).toEqual([config, status, code]);
    }
    const { threadId } = await thread();
    for (const input of ['text', [], [{ type: 'localImage', path: '/etc/passwd' }], [{ type: 'text', text: ' ' }]]) {
      const answer = await client.request('POST', `${threadsPath}/${threadId}/turns`, { input });
      expect([input, answer.status]).toEqual([input, 400]);
    }
    const setting = { baseInstructions: 'Speak as a poet.', mcpServers: [], input: [] };
    expect((await client.request('POST', `${threadsPath}/${threadId}/turns`, setting)).status).toBe(400);
    const { body: kept } = await client.request<Json>('GET', `${threadsPath}/${threadId}`);
    expect(kept).toMatchObject({ baseInstructions: null, mcpServers: null });
    model.play(textReply('one'));
    const accepted = await client.request<Json>('POST', `${threadsPath}/${threadId}/turns`, { input: said('hi') });
    expect([accepted.status, accepted.body.threadId]).toEqual([202, threadId]);
    const isEnd = ({ status }: Json): boolean => status === 'completed';
    const read = await readStream(`${service.url}${threadsPath}/${threadId}/events?after=0`, {}, isEnd);
    expect(read.names).toContain('agent/message/delta');
  });
});

/** Without what is another one in each run, and the program's warning that it does not know the model. */
const withoutIds = (events: Run['events']): Json[] =>
  events
    .filter(({ item }) => item?.type !== 'error')
    .map(({ thread_id, item, ...event }) => ({
      ...event,
      ...(thread_id !== undefined && { thread_id: typeof thread_id }),
      ...(item !== undefined && {
        item: { ...item, id: 'id', command: String(item.command).replace(/^.*bash -l?c /, '') },
      }),
    }));
