import { actionDto, approvalDto, ended, messageDto, started, told } from '../../../test/support/told-events';
import { NO_USAGE } from '../../chat/entities/token-usage.dto';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import { isPiece, threadEvents } from './thread-events';
import { actionItem } from './thread-items';
import { TurnAnswer, turnStream } from './thread-turn';

const URL = 'http://relay/#/chats/chat';
const toldOf = (event: ChatEvent): object[] => threadEvents(event, URL);
const notified = (method: string, params: object) => [
  { method, params: { threadId: 'chat', turnId: 'turn', ...params } },
];
const said = (text: string, change: object = {}): ChatEvent =>
  told('message.completed', { message: messageDto(text, change) });

describe('what a client of the contract threads is told', () => {
  it('is the start of a turn and its end in each way', () => {
    expect(toldOf(started())).toEqual([
      { type: 'turn.started', turn: { id: 'turn', status: 'inProgress', items: [] } },
    ]);
    const failure = { code: 'provider_error', message: 'No.' };
    for (const [status, error] of [
      ['completed', null],
      ['interrupted', null],
      ['failed', failure],
    ] as const) {
      const turn = { id: 'turn', status, items: [], error };
      expect(toldOf(ended(status, error))).toEqual([{ method: 'turn/completed', params: { threadId: 'chat', turn } }]);
    }
  });

  it('is a message of the agent: begun, in pieces, whole, and whether it broke off', () => {
    const item = { type: 'agentMessage', id: 'message', text: '' };
    expect(toldOf(told('message.created', { message: messageDto('') }))).toEqual(notified('item/started', { item }));
    expect(toldOf(told('message.delta', { messageId: 'message', delta: 'x' }))).toEqual(
      notified('item/agentMessage/delta', { itemId: 'message', delta: 'x' }),
    );
    expect(toldOf(said('x'))).toEqual(notified('item/completed', { item: { ...item, text: 'x' } }));
    expect(toldOf(said('x', { status: 'superseded' }))).toMatchObject([{ params: { item: { superseded: true } } }]);
    expect(toldOf(told('message.created', { message: messageDto('hi', { role: 'user' }) }))).toEqual([]);
  });

  it('is reasoning in pieces and whole', () => {
    expect(toldOf(told('reasoning.delta', { itemId: 'i', delta: 'x' }))).toEqual(
      notified('item/reasoning/summaryTextDelta', { itemId: 'i', delta: 'x', summaryIndex: 0 }),
    );
    expect(toldOf(told('reasoning.completed', { itemId: 'i', text: 'x', superseded: false }))).toEqual(
      notified('item/completed', { item: { type: 'reasoning', id: 'i', summary: ['x'], content: [] } }),
    );
    expect(toldOf(told('reasoning.completed', { itemId: 'i', text: '', superseded: true }))).toMatchObject([
      { params: { item: { summary: [], superseded: true } } },
    ]);
  });

  it('is an action when it begins, what it prints, and when it has ended', () => {
    const item = actionDto({ status: 'completed' });
    expect(toldOf(told('item.started', { item: actionDto() }))).toMatchObject([
      { method: 'item/started', params: { item: { type: 'commandExecution', status: 'inProgress' } } },
    ]);
    expect(toldOf(told('command.output', { itemId: 'action', delta: 'x' }))).toEqual(
      notified('item/commandExecution/outputDelta', { itemId: 'action', delta: 'x' }),
    );
    expect(toldOf(told('item.completed', { item }))).toEqual(notified('item/completed', { item: actionItem(item) }));
  });

  it('is the diff, the plan, what was used, warnings and errors', () => {
    expect(toldOf(told('diff.updated', { diff: 'd' }))).toEqual(notified('turn/diff/updated', { diff: 'd' }));
    const plan = { explanation: null, plan: [] };
    expect(toldOf(told('plan.updated', plan))).toEqual(notified('turn/plan/updated', plan));
    const usage = { usage: NO_USAGE, chatUsage: NO_USAGE, contextWindow: 8 };
    expect(toldOf(told('usage.updated', usage))).toEqual(
      notified('thread/tokenUsage/updated', { tokenUsage: { total: NO_USAGE, turn: NO_USAGE, modelContextWindow: 8 } }),
    );
    expect(toldOf(told('warning', { message: 'w' }))).toEqual(notified('warning', { message: 'w' }));
    const error = { code: 'c', message: 'm', willRetry: true };
    expect(toldOf(told('error', error))).toEqual(
      notified('error', { error: { message: 'm', code: 'c' }, willRetry: true }),
    );
  });

  it('is that the agent waits, where that is answered, and that it was', () => {
    const asked = toldOf(told('approval.requested', { approval: approvalDto() }));
    expect(asked).toMatchObject([{ method: 'approval/requested', params: { approvalId: 'approval', url: URL } }]);
    expect(JSON.stringify(asked)).toContain('rm -rf build');
    const answered = told('approval.resolved', { approval: approvalDto({ status: 'expired' }) });
    expect(toldOf(answered)).toMatchObject([
      { method: 'approval/resolved', params: { status: 'expired', message: null } },
    ]);
  });

  it('is nothing of what the contract has no word for', () => {
    expect(toldOf(told('chat.updated', { title: 't' }))).toEqual([]);
    expect(toldOf(told('log.truncated', { upTo: 1 }))).toEqual([]);
  });

  it.each([
    ['file_change', { changes: [{ path: 'a', kind: 'update', movePath: 'b', diff: '' }] }, 'fileChange'],
    ['mcp_tool_call', { server: 's', tool: 't', arguments: {}, result: null, error: 'e' }, 'mcpToolCall'],
    ['tool_call', { tool: 't', arguments: {}, output: 'o', success: true }, 'dynamicToolCall'],
    ['web_search', { query: 'q' }, 'webSearch'],
    ['other', { type: 'imageView' }, 'imageView'],
  ] as const)('names an action of kind %s as codex does', (kind, data, type) => {
    expect(actionItem(actionDto({ kind, data }))).toMatchObject({ type, id: 'action' });
  });

  it.each([
    ['running', 'inProgress'],
    ['completed', 'completed'],
    ['failed', 'failed'],
    ['declined', 'declined'],
    ['interrupted', 'failed'],
  ] as const)('says of an action that is %s that it is %s', (ours, codexs) => {
    expect(actionItem(actionDto({ status: ours }))).toMatchObject({ status: codexs });
  });
});

describe('a turn of the contract threads', () => {
  async function streamOf(...events: ChatEvent[]): Promise<object[]> {
    const batches = (async function* () {
      await Promise.resolve();
      yield events;
    })();
    const sent: object[] = [];
    for await (const batch of turnStream('chat', batches, URL)) sent.push(...batch);
    return sent;
  }

  it('begins its stream with the thread, and says where the thread was deleted meanwhile', async () => {
    const whole = await streamOf(started(), ended('completed'));
    expect(whole[0]).toEqual({ data: { type: 'session', thread_id: 'chat' } });
    expect(whole).toHaveLength(4);
    expect((await streamOf(started())).at(-2)).toMatchObject({
      data: { method: 'error', params: { willRetry: false } },
    });
  });

  it('answers with its last message and what happened, without pieces', () => {
    const answer = new TurnAnswer('chat', URL);
    const events = [started(), told('message.delta', { messageId: 'message', delta: 'a' }), said('a'), said('b')];
    for (const event of [...events, said('c', { status: 'superseded' })]) answer.add(event);
    expect(answer.response).toBeUndefined();
    answer.add(ended('completed'));
    expect(answer.response).toMatchObject({ thread_id: 'chat', message: 'b', status: 'completed', error: null });
    expect(answer.response?.events).toHaveLength(5);
    expect((answer.response?.events as never[]).filter(isPiece)).toEqual([]);
  });

  it('answers when it fails, and when it waits for somebody', () => {
    const failed = new TurnAnswer('chat', URL);
    failed.add(ended('failed', { code: 'c', message: 'm' }));
    expect(failed.response).toMatchObject({ status: 'failed', message: null, error: { code: 'c' } });
    const waiting = new TurnAnswer('chat', URL);
    waiting.add(told('approval.requested', { approval: approvalDto({ status: 'resolved' }) }));
    expect(waiting.response).toBeUndefined();
    waiting.add(told('approval.requested', { approval: approvalDto() }));
    expect(waiting.response).toMatchObject({ status: 'waiting_for_approval' });
  });

  it('keeps the last events of very many', () => {
    const answer = new TurnAnswer('chat', URL);
    for (let count = 0; count < 3000; count++) answer.add(told('warning', { message: String(count) }));
    answer.add(ended('completed'));
    expect(answer.response?.events).toHaveLength(1000);
    expect(answer.response?.events.at(-1)).toMatchObject({ method: 'turn/completed' });
  });
});
