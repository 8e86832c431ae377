import { eventually } from '../support/eventually';
import { RelayClient, textOf } from '../support/relay-client';
import { ScriptedModel, startScriptedModel } from '../support/scripted-model';
import { callsReply, errorReply, ScriptedReply, ScriptedUsage, textReply } from '../support/scripted-reply';
import type { ScriptedRequest } from '../support/scripted-request';
import { RelayService, writeBackends } from '../support/service';
import { processesWith } from '../integration/app-server/support/running-processes';

const MAX_CALLS = 4;
const LIMITS = {
  ...{ TURN_MAX_MODEL_CALLS: String(MAX_CALLS), TURN_MAX_SECONDS: '25' },
  ...{ TURN_MAX_TOKENS: '10000', TURN_MAX_COST_USD: '0.5' },
  ...{ CODEX_BACKGROUND_COMMANDS_PER_CHAT: '2', CODEX_BACKGROUND_COMMANDS: '3' },
};
const PRICE = 'price: { input: 1, output: 1000 }';
const FREE = { approvalPolicy: 'never', sandboxMode: 'danger-full-access' } as const;
const SANDBOXED = { approvalPolicy: 'never', sandboxMode: 'workspace-write' } as const;
/** What each call of such a turn reports. */
const USAGE: Record<string, ScriptedUsage> = {
  loop: { input: 10, output: 1 },
  tokens: { input: 6_000, output: 0 },
  money: { input: 10, output: 300 },
  attempts: { input: 6_000, output: 0 },
};
/** An attempt that costs something, and fails before it has said anything. */
const COSTLY_FAILURE: ScriptedReply = {
  chunks: [
    { id: 'one', choices: [], usage: { prompt_tokens: 6_000, completion_tokens: 0, total_tokens: 6_000 } },
    { error: { message: 'out of order', type: 'server_error', code: 'server_error' } },
  ],
};

/** `loop`, `tokens`, `money`: calls a tool for ever. `fails`, `attempts`: the same, by the spare backend. `run <command>`: once; `hold`: and waits for it. */
function script({ lastUserText, answersTool, body }: ScriptedRequest): ScriptedReply {
  const [verb = '', ...rest] = lastUserText.split(' ');
  if (verb === 'fails' && body.model === 'scripted-1') return errorReply(503, 'out of order');
  if (verb === 'attempts' && body.model === 'scripted-1') return COSTLY_FAILURE;
  const usage = USAGE[verb === 'fails' ? 'loop' : verb];
  const call = (cmd: string, wait: number) => [{ name: 'exec_command', arguments: { cmd, yield_time_ms: wait } }];
  if (usage !== undefined) return callsReply(call('sleep 0.2', 5_000), { text: ['again '], usage });
  if (verb === 'wait') return callsReply(call('sleep 60', 30_000));
  if (verb === 'hold' && !answersTool) return callsReply(call(rest.join(' '), 30_000));
  if (verb === 'run' && !answersTool) return callsReply(call(rest.join(' '), 250));
  return textReply('done');
}

describe('what a turn may use up', () => {
  let model: ScriptedModel;
  let service: RelayService;
  let client: RelayClient;
  let tag: string;
  /** A turn that takes as long as one may, begun before all tests. */
  let long: { readonly chatId: string; readonly turnId: string };

  beforeAll(async () => {
    model = await startScriptedModel(script);
    const backend = `type: openai-compatible, base_url: '${model.url}', max_retries: 0, ${PRICE}`;
    const backends = [
      `  - { id: scripted, model: scripted-1, fallbacks: [spare], ${backend} }`,
      `  - { id: spare, model: spare-1, ${backend} }`,
    ];
    service = await RelayService.start({
      environment: LIMITS,
      prepare: (root) => writeBackends(root, ['backends:', ...backends, 'default_backend: scripted', ''].join('\n')),
    });
    ({ client } = service);
    const { id: chatId } = await client.createChat();
    long = { chatId, ...(await client.send(chatId, 'wait')) };
  });
  beforeEach(() => {
    tag = `7${String(Date.now()).slice(-8)}`;
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
  });

  const callsOf = (word: string): ScriptedRequest[] =>
    model.requests.filter(({ body, lastUserText }) => lastUserText.startsWith(word) && body.model !== undefined);

  /** The turn has ended by the limit, and its chat goes on. */
  async function expectStopped(chatId: string, turnId: string, limit: RegExp): Promise<void> {
    const [turn] = (await client.turns(chatId)).filter(({ id }) => id === turnId);
    expect(turn).toMatchObject({ status: 'failed', error: { code: 'turn_limit_reached' } });
    expect(turn?.error?.message).toMatch(limit);
    const next = await client.ask(chatId, 'hello');
    expect([next.turn.status, textOf(next.message)]).toEqual(['completed', 'done']);
  }

  it('calls of the model: the one beyond is never made, whatever was steered, and what was published stays', async () => {
    const { id } = await client.createChat();
    const stream = await client.askStreaming(id, 'loop on');
    await stream.first('item.started');
    await client.steer(id, 'loop further');
    await stream.ended;
    expect(callsOf('loop')).toHaveLength(MAX_CALLS);
    await expectStopped(id, stream.events[0]?.turnId ?? '', /limit of 4 calls .*TURN_MAX_MODEL_CALLS/);
    const said = (await client.messages(id)).map(textOf);
    expect(said.filter((text) => text.startsWith('again'))).toHaveLength(MAX_CALLS);
  });

  it.each([
    ['tokens', /limit of 10000 tokens \(it has used 12000\).*TURN_MAX_TOKENS/],
    ['money', /limit of a cost of 0\.5 \(it has cost 0\.60002\).*TURN_MAX_COST_USD/],
  ])('%s: the call that reaches the limit is the last', async (word, limit) => {
    const { id } = await client.createChat();
    const { turn } = await client.ask(id, word);
    expect(callsOf(word)).toHaveLength(2);
    await expectStopped(id, turn.id, limit);
  });

  it('seconds: a command that runs for longer is ended with its turn', async () => {
    const record = await client.follow(long.chatId, { after: 0 });
    await record.turnEnd(long.turnId);
    await record.close();
    await expectStopped(long.chatId, long.turnId, /limit of 25 seconds .*TURN_MAX_SECONDS/);
  });

  it('attempts that failed count with what they have cost', async () => {
    const { id } = await client.createChat();
    const { turn } = await client.ask(id, 'attempts');
    expect(callsOf('attempts').map(({ body }) => body.model)).toEqual(['scripted-1', 'spare-1']);
    await expectStopped(id, turn.id, /limit of 10000 tokens \(it has used 12000\)/);
  });

  it('calls that another backend has answered count the same', async () => {
    const { id } = await client.createChat();
    const { turn } = await client.ask(id, 'fails');
    expect(callsOf('fails').filter(({ body }) => body.model === 'spare-1')).toHaveLength(MAX_CALLS);
    await expectStopped(id, turn.id, /limit of 4 calls/);
  });

  it('commands that run on: the newest beyond the limits of the chat and of all chats are ended, with a warning', async () => {
    const warningsOf = async (chatId: string): Promise<string[]> =>
      (await client.events(chatId)).flatMap((event) => (event.type === 'warning' ? [event.data.message] : []));
    const [one, other] = [await client.createChat(FREE), await client.createChat(SANDBOXED)];
    await client.ask(one.id, `run (setsid sleep ${tag}1 &)`);
    await client.ask(one.id, `run sleep ${tag}2`);
    for (const each of [1, 2])
      await eventually(`command ${each} runs`, () => processesWith(`sleep\0${tag}${each}`).length > 0);
    expect(await warningsOf(one.id)).toEqual([]);
    await client.ask(one.id, `run (setsid sleep ${tag}3 &)`);
    expect(await warningsOf(one.id)).toEqual([expect.stringContaining(`ended: sleep ${tag}3`)]);
    await client.ask(other.id, `run sleep ${tag}4`);
    await eventually('command 4 runs', () => processesWith(`sleep\0${tag}4`).length > 0);
    expect(await warningsOf(other.id)).toEqual([]);
    await client.ask(other.id, `run sleep ${tag}5`);
    expect(await warningsOf(other.id)).toEqual([expect.stringContaining(`ended: sleep ${tag}5`)]);
    const left = (): number[] => [1, 2, 3, 4, 5].filter((each) => processesWith(`sleep\0${tag}${each}`).length > 0);
    await eventually('the newest are ended', () => left().length === 3);
    expect(left()).toEqual([1, 2, 4]);

    expect(await client.interrupt(one.id)).toEqual({ turnId: null });
    await eventually('one command is ended', () => processesWith(`sleep\0${tag}1`).length === 0);
    await eventually('the other command has ended', () => processesWith(`sleep\0${tag}2`).length === 0);
    expect(processesWith(`sleep\0${tag}4`)).toHaveLength(1);
    expect((await client.request('DELETE', `/api/v1/chats/${other.id}`)).status).toBe(204);
    await eventually('none is left', () => processesWith(`sleep\0${tag}`).length === 0);
  });

  it('stopping a turn ends what has left its session, too, and nothing of another chat', async () => {
    const [one, other] = [await client.createChat(FREE), await client.createChat(FREE)];
    await client.ask(other.id, `run (setsid sleep ${tag}6 &)`);
    await eventually('the command of another chat runs', () => processesWith(`sleep\0${tag}6`).length === 1);
    const record = await client.follow(one.id);
    const detached = `setsid sh -c "trap '' TERM; sleep ${tag}7 & wait" & (setsid sleep ${tag}8 &)`;
    const { turnId } = await client.send(one.id, `hold ${detached}; sleep ${tag}9; sleep 60`);
    await record.first('item.started');
    const running = (): number => [7, 8, 9].filter((each) => processesWith(`sleep\0${tag}${each}`).length > 0).length;
    await eventually('the commands run', () => running() === 3);
    await client.interrupt(one.id);
    expect((await record.turnEnd(turnId)).data.status).toBe('interrupted');
    await record.close();
    await eventually('the commands are ended', () => running() === 0);
    expect(processesWith(`sleep\0${tag}6`)).toHaveLength(1);
    await client.interrupt(other.id);
    await eventually('the last is ended', () => processesWith(`sleep\0${tag}6`).length === 0);
  });
});
