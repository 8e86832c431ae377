import { existsSync } from 'node:fs';
import type { AgentActionDto } from '../../src/chat/dto/agent-action.dto';
import { RelayService, writeBackends } from '../support/service';
import { ScriptedModel, startScriptedModel } from '../support/scripted-model';
import { callsReply, ScriptedCall, ScriptedReply, textReply } from '../support/scripted-reply';
import type { SseClient } from '../support/sse-client';

const command = (cmd: string, more: object = {}): ScriptedCall => ({
  ...{ name: 'exec_command', arguments: { cmd, ...more } },
});
const tool = (name: string, input: unknown): ScriptedCall => ({ name, arguments: input });
/** Providers that are translated for get the patch as a field. */
const patch = (isNative: boolean, text: string): ScriptedCall =>
  isNative ? { name: 'apply_patch', custom: true, arguments: text } : tool('apply_patch', { input: text });
const patched = (...lines: string[]): string => ['*** Begin Patch', ...lines, '*** End Patch'].join('\n');

const OUTSIDE = patched('*** Add File: /etc/refused.txt', '+@@ -1 +1 @@', '+text');

/** Rounds of calls, and what the log has to show of each: its kind and title, its end, and more of its data. */
const rounds = (isNative: boolean): [ScriptedCall, string, string, object?][][] => [
  [[command('mkdir /etc/refused'), 'command mkdir /etc/refused', 'failed']],
  [[command('touch /etc/x'), 'command touch /etc/x', 'failed', { exitCode: 1, cwd: '.' }]],
  [[command('cat /etc/shadow'), 'command cat /etc/shadow', '']],
  [[command('echo sandbox; false'), 'command echo sandbox; false', 'failed', { output: 'sandbox\n', exitCode: 1 }]],
  [[command('echo fine'), 'command echo fine', 'completed', { output: 'fine\n' }]],
  [[command('sleep 0.3; echo sandbox; exit 3'), 'command sleep 0.3; echo sandbox; exit 3', 'failed', { exitCode: 3 }]],
  [
    [command('touch /etc/a'), 'command touch /etc/a', 'failed'],
    [command('echo seen'), 'command echo seen', 'completed'],
    [command('echo Permission denied; exit 5'), 'command echo Permission denied; exit 5', 'failed', { exitCode: 5 }],
  ],
  [[command('cat', { tty: true, yield_time_ms: 250 }), 'command cat', 'interrupted']],
  [[tool('write_stdin', 'SESSION'), 'tool_call write_stdin', 'completed', { success: true }]],
  [[tool('write_stdin', { session_id: 1, chars: 'x' }), 'tool_call write_stdin', 'failed', { success: false }]],
  [[patch(isNative, OUTSIDE), 'file_change add /etc/refused.txt', 'failed']],
  [[patch(isNative, patched('*** Delete File: none.txt')), 'file_change delete none.txt', 'failed']],
  [[patch(isNative, 'no patch'), 'tool_call apply_patch', 'failed']],
  [[patch(isNative, patched('*** Add File: ok.txt', '+text')), 'file_change add ok.txt', 'completed']],
  [[tool('no_such_tool', { a: 1 }), 'tool_call no_such_tool', 'failed', { arguments: { a: 1 } }]],
  [[tool('exec_command', { cmd: 5 }), 'command {"cmd":5}', 'failed', { exitCode: null }]],
  [[tool('update_plan', { plan: 'none' }), 'tool_call update_plan', 'failed']],
  [[tool('view_image', { path: 'none.png' }), 'tool_call view_image', 'failed']],
  [[command('ls', { sandbox_permissions: 'require_escalated' }), 'command ls', 'failed', { exitCode: null }]],
  [[command('touch /etc/last'), 'command touch /etc/last', 'failed']],
];

describe('what the model calls', () => {
  let service: RelayService;
  let model: ScriptedModel;

  beforeAll(async () => {
    model = await startScriptedModel();
    const backends = ['openai', 'openai-compatible'].map(
      (type) => `  - {id: ${type}, type: ${type}, base_url: "${model.url}", api_key_env: SCRIPTED_KEY, model: m}\n`,
    );
    service = await RelayService.start({
      environment: { SCRIPTED_KEY: 'key', CODEX_POOL_SIZE: '1' },
      prepare: (root) => writeBackends(root, `backends:\n${backends.join('')}default_backend: openai\n`),
    });
  });
  afterAll(async () => {
    await service?.dispose();
    await model?.stop();
  });

  const actionsOf = (stream: SseClient): AgentActionDto[] => {
    const ends = stream.ofType('item.completed').map(({ data }) => data.item);
    return stream.ofType('item.started').map(({ data }) => ends.find(({ id }) => id === data.item.id) ?? data.item);
  };
  const named = ({ kind, title }: AgentActionDto): string => `${kind} ${title}`;

  it.each([
    ['with the Responses API', 'openai'],
    ['that is translated for', 'openai-compatible'],
  ])('through a provider %s and what the log shows are the same list', async (_, backend) => {
    const script = rounds(backend === 'openai');
    /** What had been shown when the model was asked for its next answer but one. */
    let shownLive: string[] = [];
    const live: SseClient[] = [];
    model.play(({ index, raw }): ScriptedReply => {
      if (index === 4) shownLive = live.flatMap(actionsOf).map(named);
      const session = Number(/session ID (\d+)/.exec(raw)?.[1]);
      const calls = script[index]?.map(([call]) =>
        call.arguments === 'SESSION' ? { ...call, arguments: { session_id: session, chars: 'typed\n' } } : call,
      );
      return calls === undefined ? textReply('done') : callsReply(calls, index % 2 === 0 ? { text: ['next'] } : {});
    });
    const chat = await service.client.createChat({ approvalPolicy: 'never', backend });
    const stream = await service.client.askStreaming(chat.id, 'go');
    live.push(stream);
    await stream.ended;

    const shown = actionsOf(stream);
    const expected = script.flat();
    expect(shown.map(named).sort()).toEqual(expected.map(([, name]) => name).sort());
    for (const [, name, status, data = {}] of expected) {
      if (name === 'tool_call write_stdin') continue;
      expect(shown.find((action) => named(action) === name)).toMatchObject({ ...(status && { status }), data });
    }
    const inputs = shown.filter(({ title }) => title === 'write_stdin');
    expect(inputs.map(({ status, data }) => [status, data.success])).toEqual([
      ['completed', true],
      ['failed', false],
    ]);
    // What came in one answer may stand in another order: what is hidden is known later.
    const orderOf = (name: string): number => script.findIndex((calls) => calls.some(([, each]) => each === name));
    const order = shown.map(named).filter((name) => name !== 'tool_call write_stdin');
    expect(order.map(orderOf)).toEqual(order.map(orderOf).sort((a, b) => a - b));
    expect(shownLive).toEqual(expect.arrayContaining(['command mkdir /etc/refused', 'command touch /etc/x']));
    const refused = shown.find(({ title }) => title === 'add /etc/refused.txt');
    expect(refused?.data).toMatchObject({
      changes: [{ path: '/etc/refused.txt', kind: 'add', movePath: null, diff: '@@ -1 +1 @@\ntext\n' }],
      reason: expect.stringContaining('patch rejected') as string,
    });
    expect(existsSync('/etc/refused.txt')).toBe(false);
    const kept = await service.client.agentActions(chat.id);
    expect(new Set(kept.map(({ id, status }) => `${id} ${status}`))).toEqual(
      new Set(shown.map(({ id, status }) => `${id} ${status}`)),
    );
  });

  it('is shown with all that a command had printed when it was stopped, from its first character on', async () => {
    const line = 'echo first; sleep 0.4; echo second; sleep 60';
    model.play(({ answersTool }) => (answersTool ? textReply('done') : callsReply([command(line)])));
    const chat = await service.client.createChat();
    const stream = await service.client.askStreaming(chat.id, 'go');
    await stream.first('command.output', ({ data }) => data.delta.includes('second'));
    await service.client.interrupt(chat.id);
    await stream.ended;
    const [action, ...others] = actionsOf(stream);
    expect(others).toEqual([]);
    expect(action).toMatchObject({ status: 'interrupted', data: { output: 'first\nsecond\n', exitCode: null } });
    expect(stream.events.at(-1)).toMatchObject({ type: 'turn.completed', data: { status: 'interrupted' } });
  });

  it('is shown where the turn was stopped before codex had said anything of it', async () => {
    // Codex has the whole call, and waits for the end of the answer.
    model.play(callsReply([command('exec sleep 60')], { fault: { kind: 'stall', afterFrames: 3 } }));
    const chat = await service.client.createChat();
    const stream = await service.client.askStreaming(chat.id, 'go');
    await stream.first('turn.started');
    await stream.until('the model is asked', () => model.requests.length > 0);
    await service.client.interrupt(chat.id);
    await stream.ended;
    const actions = actionsOf(stream);
    expect(actions.map(({ kind, status }) => [kind, status])).toEqual([['command', 'interrupted']]);
  });
});
