import { actionDto, approvalDto, ended, messageDto, started, told } from '../../../test/support/told-events';
import type { AgentActionDto } from '../../chat/dto/agent-action.dto';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import { INITIAL_STREAM, streamStep } from './stream-frames';

const URL = 'http://relay/#/chats/chat';

function framesOf(...events: ChatEvent[]): readonly object[] {
  let state = INITIAL_STREAM;
  return events.flatMap((event) => {
    const step = streamStep(state, event, URL);
    state = step.state;
    return step.frames;
  });
}

const delta = (text: string, messageId = 'message'): ChatEvent => told('message.delta', { messageId, delta: text });
const whole = (text: string, change: object = {}): ChatEvent =>
  told('message.completed', { message: messageDto(text, change) });
const chunk = (content: string, message_id = 'message') => ({ type: 'chunk', content, message_id });
const end = (change: object = {}) => ({
  ...{ type: 'end', turn_id: 'turn', message_id: null, has_error: false, cancelled: false },
  ...change,
});

/** The action, and what came of it. */
function framesOfAction(item: Partial<AgentActionDto>): readonly object[] {
  const action = actionDto({ ...item, status: 'completed' });
  return framesOf(told('item.started', { item: actionDto(item) }), told('item.completed', { item: action }));
}

describe('what a client of the stream of chat-sessions is told', () => {
  it('is the start, the text in pieces, and the end with the id of the message', () => {
    expect(framesOf(started(), delta('Hel'), delta('lo'), whole('Hello'), ended('completed'))).toEqual([
      { type: 'start', turn_id: 'turn' },
      chunk('Hel'),
      chunk('lo'),
      end({ message_id: 'message' }),
    ]);
  });

  it('is the rest of a message of which not all came in pieces, and all of one of which nothing did', () => {
    expect(framesOf(started(), delta('Hel'), whole('Hello'), whole('New', { id: 'other' })).slice(1)).toEqual([
      chunk('Hel'),
      chunk('lo'),
      chunk('\n\nNew', 'other'),
    ]);
  });

  it('has a blank line between two messages, and none in front of the first of the next turn', () => {
    const turn = [started(), delta('a', 'one'), delta('b', 'two'), delta('c', 'two'), ended('completed')];
    const texts = framesOf(...turn, started(), delta('d', 'three')).flatMap((frame) =>
      'content' in frame ? [frame.content] : [],
    );
    expect(texts).toEqual(['a', '\n\nb', 'c', 'd']);
  });

  it('is that what broke off does not count, where some of it was told', () => {
    const broken = { status: 'superseded' };
    expect(framesOf(delta('Hel'), whole('Hel', broken), whole('x', { id: 'unheard', ...broken }))).toEqual([
      chunk('Hel'),
      { type: 'superseded', message_id: 'message' },
    ]);
  });

  it('is nothing of messages of users, nor of empty pieces', () => {
    expect(framesOf(whole('question', { role: 'user' }), delta(''), whole(''))).toEqual([]);
  });

  it('is that a turn was stopped, or has failed and why', () => {
    expect(framesOf(ended('interrupted'))).toEqual([end({ cancelled: true })]);
    expect(framesOf(ended('failed', { code: 'provider_error', message: 'No.' }))).toEqual([
      { type: 'error', content: 'No.', code: 'provider_error' },
      end({ has_error: true }),
    ]);
    expect(framesOf(ended('failed'))).toMatchObject([{ type: 'error', code: 'turn_failed' }, { type: 'end' }]);
  });

  it('is a command as the tool bash, with what it printed', () => {
    const data = { command: 'ls', cwd: '.', output: 'a.txt', exitCode: 0, durationMs: 5 };
    expect(framesOfAction({ data })).toEqual([
      { type: 'action', tool: 'bash', args: { command: 'ls', cwd: '.' }, step: 1, action_id: 'action' },
      {
        ...{ type: 'observation', content: 'a.txt', success: true, step: 1, action_id: 'action' },
        metadata: { exit_code: 0, duration_ms: 5, status: 'completed' },
      },
    ]);
  });

  it.each(['failed', 'declined', 'interrupted'] as const)('is that a command %s', (status) => {
    const frames = framesOf(told('item.completed', { item: actionDto({ status }) }));
    expect(frames).toMatchObject([{ type: 'action' }, { success: false, metadata: { status } }]);
  });

  it('is a change of files as the tool file_edit, with what changed', () => {
    const changes = [
      { path: 'a.txt', kind: 'add', movePath: null, diff: 'x' },
      { path: 'b.txt', kind: 'delete', movePath: null, diff: '' },
    ];
    expect(framesOfAction({ kind: 'file_change', data: { changes } })).toMatchObject([
      {
        tool: 'file_edit',
        args: {
          changes: [
            { path: 'a.txt', kind: 'add' },
            { path: 'b.txt', kind: 'delete' },
          ],
        },
      },
      { content: 'add a.txt\ndelete b.txt', metadata: { changes } },
    ]);
  });

  it('is a call of a tool by its name, with what it was given and what came of it', () => {
    const mcp = { server: 'tickets', tool: 'find', arguments: { id: 1 }, result: { ok: true }, error: null };
    expect(framesOfAction({ kind: 'mcp_tool_call', data: mcp })).toMatchObject([
      { tool: 'find', args: { id: 1 } },
      { content: '{"ok":true}', metadata: { server: 'tickets' } },
    ]);
    expect(framesOfAction({ kind: 'mcp_tool_call', data: { ...mcp, error: 'gone' } })[1]).toMatchObject({
      content: 'gone',
    });
    const own = { tool: 'file_read', arguments: 'a.txt', output: 'text', success: true };
    expect(framesOfAction({ kind: 'tool_call', data: own })).toMatchObject([
      { tool: 'file_read', args: { arguments: 'a.txt' } },
      { content: 'text' },
    ]);
    const parts = [
      { type: 'inputText', text: 'one' },
      { type: 'inputImage', imageUrl: 'data:image/png;base64,AAAA' },
    ];
    expect(framesOfAction({ kind: 'tool_call', data: { ...own, output: parts } })[1]).toMatchObject({
      content: 'one\n[picture]',
    });
    const result = { content: [{ type: 'text', text: 'found' }], structuredContent: { id: 1 } };
    expect(framesOfAction({ kind: 'mcp_tool_call', data: { ...mcp, result } })[1]).toMatchObject({ content: 'found' });
    expect(framesOfAction({ kind: 'tool_call', data: { ...own, output: null } })[1]).toMatchObject({ content: '' });
  });

  it('is a search in the web, and anything else by its own name', () => {
    expect(framesOfAction({ kind: 'web_search', data: { query: 'q' } })[0]).toMatchObject({
      ...{ tool: 'web_search', args: { query: 'q' } },
    });
    expect(framesOfAction({ kind: 'other', data: { type: 'imageView' } })[0]).toMatchObject({
      tool: 'imageView',
      args: {},
    });
  });

  it('numbers the steps of each turn, once for an action that is told of twice', () => {
    const item = actionDto();
    const two = actionDto({ id: 'two' });
    const events = [item, item, two].map((each) => told('item.started', { item: each }));
    const steps = framesOf(...events, started(), told('item.started', { item })).flatMap((frame) =>
      'step' in frame ? [frame.step] : [],
    );
    expect(steps).toEqual([1, 2, 1]);
  });

  it('is a question of the agent as an action, with where it is answered, and its answer', () => {
    const asked = told('approval.requested', { approval: approvalDto() });
    const answered = (status: 'resolved' | 'expired', decision: unknown) =>
      told('approval.resolved', { approval: approvalDto({ status, decision: decision as never }) });
    expect(framesOf(asked, answered('resolved', 'accept'))).toMatchObject([
      {
        ...{ type: 'action', tool: 'approval', step: 1, action_id: 'approval' },
        args: {
          approval_id: 'approval',
          action_id: 'action',
          request: 'May this command run: rm -rf build?',
          url: URL,
        },
      },
      { type: 'observation', content: 'accept', success: true, step: 1 },
    ]);
    expect(framesOf(asked, answered('expired', null))[1]).toMatchObject({ content: 'expired', success: false });
    expect(framesOf(asked, answered('resolved', { allow: {} }))[1]).toMatchObject({ content: '{"allow":{}}' });
  });

  it('is nothing of a question that a rule has answered, nor of all else that happens', () => {
    const approval = approvalDto({ status: 'resolved', ruleIds: ['rule'] });
    expect(
      framesOf(
        told('approval.requested', { approval }),
        told('approval.resolved', { approval }),
        told('reasoning.delta', { itemId: 'i', delta: 'x' }),
        told('command.output', { itemId: 'action', delta: 'x' }),
        told('warning', { message: 'careful' }),
        told('error', { code: 'c', message: 'again', willRetry: true }),
      ),
    ).toEqual([]);
  });
});
