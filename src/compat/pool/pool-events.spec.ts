import type { ChatEvent, ChatEventType } from '../../chat/event-log/chat-event';
import { poolEvent } from './pool-events';

const OF = { threadId: 'chat', turnId: 'turn' };

const told = (type: ChatEventType, data: object, turnId: string | null = 'turn'): unknown =>
  poolEvent({ chatId: 'chat', seq: 1, previousSeq: 0, turnId, at: '', type, data } as unknown as ChatEvent);

const itemOf = (type: ChatEventType, data: object): unknown =>
  (told(type, data) as { data: { item: unknown } } | undefined)?.data.item;

const action = (kind: string, data: object, status = 'completed'): object => ({
  item: { id: 'a', kind, status, data },
});
const message = (role: string, text: string, more: object = {}): object => ({
  message: { id: 'm', role, status: 'final', content: [{ type: 'text', text, ...more }] },
});

describe('an event of a chat, as one of the pool contract', () => {
  it('tells of the start and of the end of a turn', () => {
    expect(told('turn.started', { turn: { id: 'turn' } })).toEqual({ name: 'turn/started', data: OF });
    const end = { status: 'failed', error: { code: 'x', message: 'y' }, usage: { totalTokens: 1 } };
    expect(told('turn.completed', { ...end, turn: {} })).toEqual({ name: 'turn/completed', data: { ...OF, ...end } });
  });

  it('has what is said and thought as it comes', () => {
    expect(told('message.delta', { messageId: 'm', delta: 'Hi' })).toEqual({
      ...{ name: 'agent/message/delta', data: { ...OF, itemId: 'm', delta: 'Hi' } },
    });
    expect(told('reasoning.delta', { itemId: 'r', delta: 'Hm' })).toEqual({
      ...{ name: 'agent/reasoning/delta', data: { ...OF, itemId: 'r', delta: 'Hm' } },
    });
  });

  it('has each message as an item, but for one that broke off', () => {
    expect(itemOf('message.created', message('user', 'do it'))).toEqual({
      ...{ id: 'm', type: 'userMessage', content: [{ type: 'text', text: 'do it' }] },
    });
    expect(told('message.created', message('assistant', ''))).toBeUndefined();
    expect(itemOf('message.completed', message('assistant', 'done'))).toEqual({
      id: 'm',
      type: 'agentMessage',
      text: 'done',
    });
    expect(itemOf('message.completed', message('assistant', 'first', { plan: true }))).toEqual({
      ...{ id: 'm', type: 'plan', text: 'first' },
    });
    const broken = { message: { id: 'm', role: 'assistant', status: 'superseded', content: [] } };
    expect(told('message.completed', broken)).toBeUndefined();
    expect(itemOf('reasoning.completed', { itemId: 'r', text: 'why', superseded: false })).toEqual({
      ...{ id: 'r', type: 'reasoning', text: 'why' },
    });
    expect(told('reasoning.completed', { itemId: 'r', text: '', superseded: true })).toBeUndefined();
  });

  it.each([
    [
      'command',
      'commandExecution',
      { command: 'ls', output: 'a', exitCode: 0 },
      { command: 'ls', aggregatedOutput: 'a', exitCode: 0 },
    ],
    ['file_change', 'fileChange', { changes: [] }, { changes: [] }],
    ['mcp_tool_call', 'mcpToolCall', { server: 's', tool: 't' }, { server: 's', tool: 't' }],
    ['tool_call', 'dynamicToolCall', { tool: 't', output: ['x'] }, { tool: 't', output: ['x'] }],
    ['web_search', 'webSearch', { query: 'q' }, { query: 'q' }],
    ['other', 'other', { type: 'imageView' }, { name: 'imageView' }],
  ])('has a completed action of kind %s as an item of type %s', (kind, type, data, fields) => {
    expect(itemOf('item.completed', action(kind, data, 'declined'))).toEqual({
      id: 'a',
      type,
      status: 'declined',
      ...fields,
    });
    expect(told('item.started', action(kind, data, 'running'))).toBeUndefined();
  });

  it('tells of approvals, and of errors that do not end the turn', () => {
    const asked = {
      id: 'p',
      itemId: 'a',
      kind: 'command',
      request: {},
      decisions: ['accept'],
      status: 'pending',
      decision: null,
    };
    for (const [type, name] of [
      ['approval.requested', 'approval/requested'],
      ['approval.resolved', 'approval/resolved'],
    ] as const) {
      expect(told(type, { approval: { ...asked, choices: [] } })).toEqual({ name, data: { ...OF, approval: asked } });
    }
    expect(told('error', { code: 'c', message: 'again', willRetry: true })).toEqual({
      ...{ name: 'error', data: { ...OF, message: 'again', willRetry: true } },
    });
  });

  it.each([
    ...(['turn.queued', 'message.updated', 'item.updated', 'command.output', 'diff.updated', 'plan.updated'] as const),
    ...(['approval_rule.created', 'approval_rule.deleted', 'usage.updated', 'context.omitted'] as const),
    ...(['context.compacted', 'chat.updated', 'queue.changed', 'workspace.changed', 'mcp_server.updated'] as const),
    ...(['snapshot.created', 'snapshot.skipped', 'workspace.restored', 'log.truncated', 'warning'] as const),
  ])('is none for %s', (type) => {
    expect(told(type, {})).toBeUndefined();
  });

  it('is none for what belongs to no turn', () => {
    expect(told('error', { code: 'c', message: 'x', willRetry: false }, null)).toBeUndefined();
  });
});
