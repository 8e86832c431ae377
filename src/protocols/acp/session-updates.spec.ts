import { actionDto, chatEvent, messageDto } from '../../../test/support/chat-events';
import { SessionUpdates } from './session-updates';

const delta = (text: string) => chatEvent({ type: 'message.delta', data: { messageId: 'message', delta: text } });
const said = (text: string, changes = {}) =>
  chatEvent({ type: 'message.completed', data: { message: messageDto(text, changes) } });
const texts = (updates: readonly object[]): string[] =>
  updates.map((update) => ('content' in update ? (update.content as { text: string }).text : ''));

describe('what a client is told of a chat', () => {
  it('has each text once, whether its parts came or not', () => {
    const updates = new SessionUpdates();
    const told = [delta('Hel'), delta('lo'), said('Hello, you')].flatMap((event) => updates.of(event));
    expect(texts(told)).toEqual(['Hel', 'lo', ', you']);
    expect(told).toMatchObject([{ sessionUpdate: 'agent_message_chunk', messageId: 'message' }, {}, {}]);
    expect(texts(updates.of(said('Whole', { id: 'other' })))).toEqual(['Whole']);
  });

  it('leaves out answers that broke off, and what the client has said itself', () => {
    const updates = new SessionUpdates(new Set(['mine']));
    expect(updates.of(said('half', { status: 'superseded' }))).toEqual([]);
    const user = (clientMessageId: string | null) =>
      chatEvent({ type: 'message.created', data: { message: messageDto('hi', { role: 'user', clientMessageId }) } });
    expect(updates.of(user('mine'))).toEqual([]);
    expect(updates.of(user(null))).toMatchObject([{ sessionUpdate: 'user_message_chunk', content: { text: 'hi' } }]);
  });

  it('tells what is thought as thoughts, once', () => {
    const updates = new SessionUpdates();
    const events = [
      chatEvent({ type: 'reasoning.delta', data: { itemId: 'r', delta: 'Hm' } }),
      chatEvent({ type: 'reasoning.completed', data: { itemId: 'r', text: 'Hm.', superseded: false } }),
      chatEvent({ type: 'reasoning.completed', data: { itemId: 's', text: 'no', superseded: true } }),
      chatEvent({ type: 'warning', data: { message: 'Careful' } }),
    ];
    const told = updates.ofBatch(events);
    expect(texts(told)).toEqual(['Hm', '.', 'Careful\n']);
    expect(told.every(({ sessionUpdate }) => sessionUpdate === 'agent_thought_chunk')).toBe(true);
  });

  it('shows a command with what it prints: of a batch the last state, at the end all', () => {
    const updates = new SessionUpdates();
    const output = (text: string, seq: number) =>
      chatEvent({ type: 'command.output', data: { itemId: 'action', delta: text } }, seq);
    const data = { command: 'ls', cwd: '.', output: 'a\nb\n', exitCode: 0, durationMs: 3 };
    const told = updates.ofBatch([
      chatEvent({ type: 'item.started', data: { item: actionDto() } }, 1),
      ...[output('a\n', 2), output('b\n', 3)],
      chatEvent({ type: 'item.completed', data: { item: actionDto({ status: 'completed', data }) } }, 4),
    ]);
    const content = [{ type: 'content', content: { type: 'text', text: '```\na\nb\n```' } }];
    expect(told).toEqual([
      expect.objectContaining({ sessionUpdate: 'tool_call', kind: 'execute', status: 'in_progress', content: [] }),
      { sessionUpdate: 'tool_call_update', toolCallId: 'action', content },
      expect.objectContaining({
        sessionUpdate: 'tool_call_update',
        status: 'completed',
        content,
        rawOutput: { exitCode: 0, output: 'a\nb\n' },
      }),
    ]);
  });

  it('shows no more of a running command than the end of its output', () => {
    const updates = new SessionUpdates();
    const [told] = updates.of(chatEvent({ type: 'command.output', data: { itemId: 'a', delta: 'x'.repeat(9_000) } }));
    expect(JSON.stringify(told).length).toBeLessThan(4_200);
  });

  it('shows plans and titles', () => {
    const plan = [
      { step: 'Read', status: 'inProgress' as const },
      { step: 'Write', status: 'pending' as const },
    ];
    const updates = new SessionUpdates();
    expect(updates.of(chatEvent({ type: 'plan.updated', data: { explanation: null, plan } }))).toEqual([
      {
        sessionUpdate: 'plan',
        entries: [
          { content: 'Read', priority: 'medium', status: 'in_progress' },
          { content: 'Write', priority: 'medium', status: 'pending' },
        ],
      },
    ]);
    expect(updates.of(chatEvent({ type: 'chat.updated', data: { title: 'New' } }))).toMatchObject([{ title: 'New' }]);
  });
});
