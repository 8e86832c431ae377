import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SessionRoutes } from '../../../src/gateway/routing/session-routes';
import { PIXEL } from '../../support/pixel';
import { callsReply, deltasReply, textReply } from '../../support/scripted-reply';
import { ScriptedModel, startScriptedModel } from '../../support/scripted-model';
import { CodexProcess, CodexTurn } from './codex-process';
import { GatewayFixture } from './gateway-fixture';

type Chat = {
  role: string;
  content: unknown;
  tool_calls?: { id: string; function: { name: string; arguments: string } }[];
  reasoning_content?: string;
  tool_call_id?: string;
};

describe('a turn of the real codex on a chat completions backend', () => {
  let model: ScriptedModel;
  let gateway: GatewayFixture;
  let codex: CodexProcess;

  beforeAll(async () => {
    model = await startScriptedModel();
    gateway = await GatewayFixture.start({
      backends: `backends:\n  - {id: scripted, type: openai-compatible, base_url: "${model.url}", api_key_env: SCRIPTED_KEY, model: scripted-1}\n`,
      environment: { SCRIPTED_KEY: 'sk-scripted-secret' },
    });
    codex = await CodexProcess.start(gateway.baseUrl, gateway.key, gateway.registry.catalogModels());
  });

  afterAll(async () => {
    await codex?.stop();
    await gateway?.stop();
    await model?.stop();
  });

  const run = async (text = 'go'): Promise<CodexTurn> => codex.runTurn(await codex.startThread('scripted'), text);
  const chat = (index: number): Chat[] => model.requests[index]?.messages as unknown as Chat[];
  const answers = (turn: CodexTurn): (string | undefined)[] =>
    turn.items.filter(({ type }) => type === 'agentMessage').map(({ text }) => text);

  it('streams text as it comes, with usage and no warning', async () => {
    model.play(deltasReply(20, { delayMs: 10, usage: { input: 100, output: 20, cached: 40, reasoning: 3 } }));
    const turn = await run('hello');
    expect(turn).toMatchObject({ status: 'completed', error: null });
    // Some come together on a machine that has much to do.
    const deltas = turn.messages.filter(({ method }) => method === 'item/agentMessage/delta');
    expect(deltas.length).toBeGreaterThan(5);
    expect(turn.messages.filter(({ method }) => method === 'warning' || method === 'error')).toEqual([]);
    const usage = turn.messages.findLast(({ method }) => method === 'thread/tokenUsage/updated')?.params;
    expect(usage).toMatchObject({
      tokenUsage: { last: { inputTokens: 100, cachedInputTokens: 40, outputTokens: 20, reasoningOutputTokens: 3 } },
    });
    expect(model.requests[0]).toMatchObject({
      body: { model: 'scripted-1', stream: true, tool_choice: 'auto' },
      headers: { authorization: 'Bearer sk-scripted-secret' },
      lastUserText: 'hello',
    });
    expect(chat(0).map(({ role }) => role)).toEqual(['system', 'user']);
    expect(Object.keys(model.requests[0]?.headers ?? {}).filter((name) => name.startsWith('x-codex'))).toEqual([]);
  });

  it('sends codex text that comes in one piece as one delta', async () => {
    model.play(deltasReply(20));
    const turn = await run('hello');
    const deltas = turn.messages.filter(({ method }) => method === 'item/agentMessage/delta');
    expect(deltas.length).toBeLessThan(20);
    expect(answers(turn)).toEqual([Array.from({ length: 20 }, (_, index) => `word${index} `).join('')]);
  });

  it('runs a command and gives its output back', async () => {
    model.play([
      callsReply([{ name: 'exec_command', arguments: { cmd: 'echo from-the-shell' } }], { argumentPieces: 5 }),
      textReply('done'),
    ]);
    const turn = await run();
    expect(turn.items).toContainEqual(
      expect.objectContaining({ type: 'commandExecution', status: 'completed', aggregatedOutput: 'from-the-shell\n' }),
    );
    expect(answers(turn)).toEqual(['done']);
    const [call, output] = chat(1).slice(-2);
    expect(call?.tool_calls?.[0]?.function).toEqual({
      name: 'exec_command',
      arguments: '{"cmd":"echo from-the-shell"}',
    });
    expect(output).toMatchObject({ role: 'tool', tool_call_id: 'call_0_0' });
    expect(output?.content).toContain('from-the-shell');
  });

  it('keeps interleaved parallel calls apart and merges them again in one message', async () => {
    const commands = ['one', 'two', 'three'];
    model.play([
      callsReply(
        commands.map((word) => ({ name: 'exec_command', arguments: { cmd: `echo ${word}` } })),
        { interleaved: true, argumentPieces: 4 },
      ),
      textReply('all'),
    ]);
    const turn = await run();
    expect(turn.items.flatMap(({ aggregatedOutput }) => aggregatedOutput ?? []).sort()).toEqual([
      'one\n',
      'three\n',
      'two\n',
    ]);
    const roles = chat(1)
      .slice(-4)
      .map(({ role }) => role);
    expect(roles).toEqual(['assistant', 'tool', 'tool', 'tool']);
    expect(
      chat(1)
        .at(-4)
        ?.tool_calls?.map(({ id }) => id),
    ).toEqual(['call_0_0', 'call_0_1', 'call_0_2']);
  });

  it('mints new ids for call ids that a backend repeats in every round', async () => {
    const again = callsReply([{ id: 'call_same', name: 'exec_command', arguments: { cmd: 'true' } }]);
    model.play([again, again, textReply('ok')]);
    expect(answers(await run())).toEqual(['ok']);
    const ids = chat(2).flatMap(({ tool_calls = [] }) => tool_calls.map(({ id }) => id));
    expect(new Set(ids).size).toBe(2);
    expect(chat(2).flatMap(({ tool_call_id }) => tool_call_id ?? [])).toEqual(ids);
  });

  it('offers apply_patch as a function and applies its patch', async () => {
    const input = '*** Begin Patch\n*** Add File: made.txt\n+patched\n*** End Patch\n';
    model.play([callsReply([{ name: 'apply_patch', arguments: { input } }]), textReply('patched')]);
    const turn = await run();
    expect(turn.items).toContainEqual(expect.objectContaining({ type: 'fileChange', status: 'completed' }));
    expect(readFileSync(join(codex.workspace, 'made.txt'), 'utf8')).toBe('patched\n');
    expect(chat(1).at(-2)?.tool_calls?.[0]?.function.arguments).toBe(JSON.stringify({ input }));
    const tools = model.requests[0]?.body.tools as { function: { name: string; description: string } }[];
    const tool = tools.find(({ function: { name } }) => name === 'apply_patch');
    expect(tool?.function.description).toContain('begin_patch: "*** Begin Patch" LF');
  });

  it('restores the namespace of a flattened tool', async () => {
    model.play([
      callsReply([{ name: 'multi_agent_v1__close_agent', arguments: { target: 'nobody' } }]),
      textReply('closed'),
    ]);
    expect(answers(await run())).toEqual(['closed']);
    const output = chat(1).at(-1)?.content;
    expect(output).not.toContain('unsupported call');
    expect(output).toContain('nobody');
  });

  it('routes the agents that a thread spawns as the thread itself', async () => {
    const spawn = { name: 'multi_agent_v1__spawn_agent', arguments: { message: 'child task' } };
    model.play(({ lastUserText, answersTool }) =>
      lastUserText === 'parent task' && !answersTool ? callsReply([spawn]) : textReply('fine'),
    );
    const alone = await CodexProcess.start(gateway.baseUrl, gateway.key, gateway.registry.catalogModels());
    const thread = await alone.startThread('scripted');
    const route = { chatId: 'c', userId: 'u', backendId: 'scripted', model: 'routed' };
    gateway.app.get(SessionRoutes).bind(thread, route);
    await alone.runTurn(thread, 'parent task');
    while (!model.requests.some(({ lastUserText }) => lastUserText === 'child task')) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await alone.stop();
    expect(new Set(model.requests.map(({ body }) => body.model))).toEqual(new Set(['routed']));
  });

  it('shows the plan', async () => {
    const plan = [{ step: 'one', status: 'in_progress' }];
    model.play([callsReply([{ name: 'update_plan', arguments: { plan } }]), textReply('planned')]);
    const turn = await run();
    const updates = turn.messages.filter(({ method }) => method === 'turn/plan/updated');
    expect(updates).toMatchObject([{ params: { plan: [{ step: 'one', status: 'inProgress' }] } }]);
  });

  it('shows reasoning and gives it back to the backend in the next rounds', async () => {
    model.play([
      callsReply([{ name: 'exec_command', arguments: { cmd: 'true' } }], { reasoning: ['I ', 'wonder'] }),
      textReply('thought', { reasoning: ['so '] }),
    ]);
    const thread = await codex.startThread('scripted');
    const turn = await codex.runTurn(thread, 'think');
    expect(turn.items.filter(({ type }) => type === 'reasoning').map(({ summary }) => summary)).toEqual([
      ['I wonder'],
      ['so '],
    ]);
    expect(chat(1).at(-2)).toMatchObject({ role: 'assistant', reasoning_content: 'I wonder' });
    await codex.runTurn(thread, 'again');
    const reasonings = chat(2).flatMap(({ reasoning_content }) => reasoning_content ?? []);
    expect(reasonings).toEqual(['I wonder', 'so ']);
  });

  it('moves an image that a tool returned into a user message', async () => {
    const png = PIXEL.slice(PIXEL.indexOf(',') + 1);
    model.play([
      callsReply([{ name: 'exec_command', arguments: { cmd: `echo ${png} | base64 -d > dot.png` } }]),
      callsReply([{ name: 'view_image', arguments: { path: join(codex.workspace, 'dot.png') } }]),
      textReply('seen'),
    ]);
    expect(answers(await run())).toEqual(['seen']);
    const [tool, user] = chat(2).slice(-2);
    expect(tool?.role).toBe('tool');
    expect(typeof tool?.content).toBe('string');
    expect(JSON.stringify(user)).toContain('data:image/png;base64,');
  });

  it('compacts without tools', async () => {
    model.play(textReply('summary'));
    const thread = await codex.startThread('scripted');
    await codex.runTurn(thread, 'one');
    const compacted = new Promise<void>((resolve) =>
      codex.onMessage(({ method }) => method === 'turn/completed' && resolve()),
    );
    await codex.request('thread/compact/start', { threadId: thread });
    await compacted;
    expect(JSON.stringify(model.requests[1]?.messages)).toContain('CONTEXT CHECKPOINT COMPACTION');
    expect(model.requests[1]?.body).not.toHaveProperty('tools');
    expect(model.requests[1]?.body).not.toHaveProperty('tool_choice');
  });

  it('asks for a JSON schema when the turn has one', async () => {
    model.play(textReply('{"a":1}'));
    const schema = {
      type: 'object',
      properties: { a: { type: 'number' } },
      required: ['a'],
      additionalProperties: false,
    };
    await codex.runTurn(await codex.startThread('scripted'), 'json', { outputSchema: schema });
    expect(model.requests[0]?.body.response_format).toMatchObject({
      type: 'json_schema',
      json_schema: { schema, strict: true },
    });
  });
});
