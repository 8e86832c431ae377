import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatDto } from '../../src/chat/dto/chat.dto';
import { RelayClient, textOf } from '../support/relay-client';
import { RelayService } from '../support/service';
import type { SseClient } from '../support/sse-client';

describe('what the agent does is shown', () => {
  let service: RelayService;
  let client: RelayClient;
  let chat: ChatDto;

  beforeAll(async () => {
    service = await RelayService.start();
    client = service.client;
  });
  beforeEach(async () => {
    chat = await client.createChat();
  });
  afterAll(() => service?.dispose());

  async function turnOf(content: string): Promise<SseClient> {
    const stream = await client.askStreaming(chat.id, content);
    await stream.ended;
    return stream;
  }

  const workspace = (): string => join(service.dataRoot, 'sessions', 'default', chat.id, 'workspace');

  it('reasoning, word by word and as a whole', async () => {
    const turn = await turnOf('think: the colour of the sky');
    const [completed] = turn.ofType('reasoning.completed');
    expect(completed?.data.text).toContain('The question is: the colour of the sky.');
    const deltas = turn.ofType('reasoning.delta').filter(({ data }) => data.itemId === completed?.data.itemId);
    expect(deltas.map(({ data }) => data.delta).join('')).toBe(completed?.data.text);
    expect(turn.publishedText).toContain('the colour of the sky');
  });

  it('a command with its output and exit code, run in the workspace of the chat', async () => {
    const turn = await turnOf('run: pwd; sleep 0.4; echo to-stderr >&2; exit 3');
    const [started] = turn.ofType('item.started');
    const [completed] = turn.ofType('item.completed');
    expect(started?.data.item).toMatchObject({ kind: 'command', status: 'running', endedAt: null });
    expect(completed?.data.item).toMatchObject({
      ...{ id: started?.data.item.id, chatId: chat.id, turnId: turn.events[0]?.turnId, kind: 'command' },
      ...{ status: 'failed', title: 'pwd; sleep 0.4; echo to-stderr >&2; exit 3', data: { cwd: '.', exitCode: 3 } },
    });
    expect(completed?.data.item.data.output).toBe(`${workspace()}\nto-stderr\n`);
    const shown = turn.ofType('command.output').filter(({ data }) => data.itemId === started?.data.item.id);
    // What a command prints at its very beginning codex tells with its end only (quirk `late-output`).
    expect(shown.map(({ data }) => data.delta).join('')).toMatch(/to-stderr\n$/);

    expect(await client.agentActions(chat.id)).toEqual([completed?.data.item]);
    const one = await client.request('GET', `/api/v1/agent-actions/${completed?.data.item.id}`);
    expect(one).toMatchObject({ status: 200, body: completed?.data.item });
  });

  it('no more of the machine to a command than the sandbox allows', async () => {
    const outside = join(service.dataRoot, 'outside.txt');
    const turn = await turnOf(`run: echo inside > inside.txt; echo outside > ${outside}`);
    expect(turn.publishedText).toContain('exit code **1**');
    expect(existsSync(outside)).toBe(false);
    expect(readFileSync(join(workspace(), 'inside.txt'), 'utf8')).toBe('inside\n');
  });

  it('a new file and its change as differences, and the file is in the workspace', async () => {
    const added = await turnOf('write: notes.txt first line');
    expect(added.ofType('item.completed')[0]?.data.item).toMatchObject({
      ...{ kind: 'file_change', status: 'completed', title: 'add notes.txt' },
      data: { changes: [{ path: 'notes.txt', kind: 'add', movePath: null, diff: 'first line\n' }] },
    });
    expect(added.ofType('diff.updated').at(-1)?.data.diff).toContain('+first line');
    expect(readFileSync(join(workspace(), 'notes.txt'), 'utf8')).toBe('first line\n');

    const changed = await turnOf('write: notes.txt second line');
    const { data } = changed.ofType('item.completed')[0]?.data.item ?? {};
    expect(data).toMatchObject({ changes: [{ path: 'notes.txt', kind: 'update' }] });
    expect(JSON.stringify(data)).toContain('-first line\\n+second line');
    expect(readFileSync(join(workspace(), 'notes.txt'), 'utf8')).toBe('second line\n');
  });

  it('a plan and its progress', async () => {
    const plans = (await turnOf('plan: a trip to Mars')).ofType('plan.updated').map(({ data }) => data);
    expect(plans[0]).toMatchObject({ explanation: 'A plan for a trip to Mars' });
    expect(plans[0]?.plan.map(({ status }) => status)).toEqual(['inProgress', 'pending', 'pending']);
    expect(plans.at(-1)?.plan.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
  });

  it('the failure of a turn, with a code and the words of the model, and the chat goes on', async () => {
    const turn = await turnOf('fail: out of coffee');
    const [end] = turn.ofType('turn.completed');
    expect(end?.data).toMatchObject({ status: 'failed', turn: { status: 'failed' } });
    expect(end?.data.error?.code).toMatch(/^(upstream_error|upstream_unavailable)$/);
    expect(end?.data.error?.message).toContain('out of coffee');
    expect((await client.turns(chat.id))[0]).toMatchObject({ status: 'failed', error: end?.data.error });
    expect(textOf((await client.ask(chat.id, 'hello')).message)).toContain('demo model');
  });

  it('the tokens that were used, of the turn and of the chat', async () => {
    const [first, second] = [await client.ask(chat.id, 'hello'), await client.ask(chat.id, 'hello again')];
    const used = first.turn.usage.totalTokens + second.turn.usage.totalTokens;
    expect(first.turn.usage.totalTokens).toBeGreaterThan(0);
    expect((await client.chat(chat.id)).usage.totalTokens).toBe(used);
    const events = await client.events(chat.id);
    expect(events.filter(({ type }) => type === 'usage.updated').at(-1)?.data).toMatchObject({
      ...{ usage: second.turn.usage, chatUsage: { totalTokens: used }, contextWindow: expect.any(Number) as number },
    });
  });

  it('no warning on an ordinary turn', async () => {
    const turn = await turnOf('hello');
    expect(turn.ofType('warning').map(({ data }) => data)).toEqual([]);
    expect(turn.ofType('error').map(({ data }) => data)).toEqual([]);
  });

  it('nothing of a chat is left after its deletion', async () => {
    await turnOf('write: notes.txt text');
    const folder = workspace();
    expect(await client.request('DELETE', `/api/v1/chats/${chat.id}`)).toMatchObject({ status: 204 });
    expect(existsSync(folder)).toBe(false);
    expect(await client.request('GET', `/api/v1/chats/${chat.id}/messages`)).toMatchObject({ status: 404 });
  });
});
