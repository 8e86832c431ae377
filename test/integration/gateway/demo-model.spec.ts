import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PIXEL } from '../../support/pixel';
import { CodexItem, CodexMessage, CodexProcess, CodexTurn } from './codex-process';
import { GatewayFixture } from './gateway-fixture';

describe('the demo model with the real codex', () => {
  let gateway: GatewayFixture;
  let codex: CodexProcess;

  beforeAll(async () => {
    gateway = await GatewayFixture.start({ config: { demoWordDelayMs: 2 } });
    codex = await CodexProcess.start(gateway.baseUrl, gateway.key, gateway.registry.catalogModels());
  });

  afterAll(async () => {
    await codex?.stop();
    await gateway?.stop();
  });

  const say = async (text: string, params = {}): Promise<CodexTurn> =>
    codex.runTurn(await codex.startThread('demo'), text, params);
  const items = (turn: CodexTurn, type: string): CodexItem[] => turn.items.filter((item) => item.type === type);
  const answer = (turn: CodexTurn): string | undefined => items(turn, 'agentMessage').at(-1)?.text;
  const notifications = (turn: CodexTurn, method: string): CodexMessage[] =>
    turn.messages.filter((message) => message.method === method);

  it('greets in Markdown, reasons before, and says the same to the same', async () => {
    const turn = await say('hello *there*');
    expect(turn).toMatchObject({ status: 'completed', error: null });
    expect(turn.items.map(({ type }) => type)).toEqual(['userMessage', 'reasoning', 'agentMessage']);
    for (const piece of ['# Hello!', 'hello \\*there\\*', '- `run: ls -la`', '```text', '| --- | --- |']) {
      expect(answer(turn)).toContain(piece);
    }
    // Some come together on a machine that has much to do.
    expect(notifications(turn, 'item/agentMessage/delta').length).toBeGreaterThan(20);
    expect(notifications(turn, 'item/reasoning/summaryTextDelta').length).toBeGreaterThan(2);
    expect(notifications(turn, 'warning')).toEqual([]);
    expect(answer(await say('hello *there*'))).toBe(answer(turn));
  });

  it('runs a command and sums up its output', async () => {
    const turn = await say('run: echo out; exit 3');
    expect(items(turn, 'commandExecution')).toMatchObject([{ aggregatedOutput: 'out\n', exitCode: 3 }]);
    expect(answer(turn)).toContain('exit code **3**');
    expect(answer(turn)).toContain('```text\nout\n```');
  });

  it('writes a file, changes what it wrote, and writes anew what was changed behind its back', async () => {
    const thread = await codex.startThread('demo');
    const file = join(codex.workspace, 'notes.txt');
    const kinds: unknown[] = [];
    for (const text of ['first', 'second']) {
      const turn = await codex.runTurn(thread, `write: notes.txt ${text}`);
      kinds.push(...items(turn, 'fileChange').map((item) => JSON.stringify(item)));
      expect(readFileSync(file, 'utf8')).toBe(`${text}\n`);
      expect(answer(turn)).toContain('I wrote **notes.txt**');
    }
    expect(kinds).toEqual([expect.stringContaining('"type":"add"'), expect.stringContaining('"type":"update"')]);
    rmSync(file);
    const turn = await codex.runTurn(thread, 'write: notes.txt third');
    expect(readFileSync(file, 'utf8')).toBe('third\n');
    expect(answer(turn)).toContain('I wrote **notes.txt**');
  });

  it('makes a plan and works through it', async () => {
    const turn = await say('plan: a trip');
    const statuses = notifications(turn, 'turn/plan/updated').map(({ params }) =>
      params?.plan?.map(({ status }) => status).join(' '),
    );
    expect(statuses).toEqual([
      'inProgress pending pending',
      'completed inProgress pending',
      'completed completed inProgress',
      'completed completed completed',
    ]);
    expect(answer(turn)).toContain('Done: a trip');
  });

  it('asks for approval', async () => {
    const path = join(tmpdir(), `gateway-approved-${process.pid}`);
    const turn = await say(`approve: touch ${path}`);
    expect(notifications(turn, 'item/commandExecution/requestApproval')).toMatchObject([
      { params: { reason: `May I run \`touch ${path}\` outside the sandbox?` } },
    ]);
    expect(answer(turn)).toContain('exit code **0**');
    rmSync(path);
  });

  it('fails at once with the words that were given', async () => {
    const turn = await say('fail: out of coffee');
    expect(turn).toMatchObject({ status: 'failed', error: { message: 'Backend "demo" failed: out of coffee' } });
    expect(turn.durationMs).toBeLessThan(5_000);
  });

  it('reasons longer when asked to think, and writes as many words as asked', async () => {
    expect(items(await say('think: tea'), 'reasoning')[0]?.summary?.join('')).toContain('The question is: tea.');
    expect(answer(await say('slow: 7'))?.split(' ')).toHaveLength(7);
  });

  it('answers with JSON that fits the schema of the turn', async () => {
    const outputSchema = {
      type: 'object',
      properties: { name: { type: 'string' }, tags: { type: 'array', items: { type: 'string' } } },
      required: ['name', 'tags'],
      additionalProperties: false,
    };
    expect(JSON.parse(answer(await say('anything', { outputSchema })) ?? '')).toEqual({ name: 'demo', tags: [] });
  });

  it('counts the images of a message', async () => {
    const input = [
      { type: 'text', text: 'look', text_elements: [] },
      { type: 'image', url: PIXEL },
    ];
    expect(answer(await say('', { input }))).toContain('You sent 1 image with it.');
  });

  it('survives the compaction of its thread', async () => {
    const thread = await codex.startThread('demo');
    await codex.runTurn(thread, 'hello');
    const compacted = new Promise<CodexMessage>((resolve) =>
      codex.onMessage((message) => message.method === 'turn/completed' && resolve(message)),
    );
    await codex.request('thread/compact/start', { threadId: thread });
    expect(await compacted).toMatchObject({ params: { turn: { status: 'completed' } } });
    expect(answer(await codex.runTurn(thread, 'hello again'))).toContain('hello again');
  });
});
