import { agentAction, askedApproval, turnEnd, turnEvent, writtenMessage } from '../../../test/support/turn-events';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import { type AnswerPart, AnswerParts } from './answer-part';
import { nativeItems } from './native-items';
import { fenced, readableAction } from './readable-action';
import { type ItemForm, ReadableAnswer } from './readable-answer';

const partsOf = (events: readonly ChatEvent[], waits = true): AnswerPart[] => {
  const mapper = new AnswerParts(waits);
  return events.flatMap((event) => mapper.of(event));
};
const textOf = (events: readonly ChatEvent[], items: ItemForm = 'text'): string => {
  const words = new ReadableAnswer(items, 'LINK');
  return partsOf(events)
    .map((part) => words.of(part)?.text ?? '')
    .join('');
};
const done = (id: string, more: Parameters<typeof agentAction>[1]): ChatEvent =>
  turnEvent('item.completed', { item: agentAction(id, more) });
const said = (id: string, text: string): ChatEvent =>
  turnEvent('message.completed', { message: writtenMessage(id, text) });

describe('an answer in words', () => {
  const events = [turnEvent('message.delta', { messageId: 'a', delta: 'I loo' }), said('a', 'I look.'), done('i', {})];

  it('has texts and blocks with a blank line between, and what deltas have not said', () => {
    expect(textOf([...events, said('b', 'Done.'), turnEnd('completed')])).toBe(
      'I look.\n\n```console\n$ ls\na.txt\n```\n\nDone.',
    );
    expect(textOf([...events, said('b', 'Done.')], 'none')).toBe('I look.\n\nDone.');
  });

  it('ends at a question unless it is to stay open, and says that it was interrupted', () => {
    const asked = turnEvent('approval.requested', { approval: askedApproval('q', 'i') });
    expect(partsOf([asked]).map(({ type }) => type)).toEqual(['approval', 'end']);
    expect(partsOf([asked], false).map(({ type }) => type)).toEqual(['approval']);
    expect(textOf([said('a', 'x'), turnEnd('interrupted')])).toBe('x\n\n*The turn was interrupted.*');
  });
});

describe('an action of the agent', () => {
  const data = {
    file_change: { changes: [{ path: 'a.txt', kind: 'add', movePath: null, diff: 'one\ntwo' }] },
    mcp_tool_call: { server: 's', tool: 't', arguments: { a: 1 }, result: null, error: 'no' },
    tool_call: { tool: 't', arguments: { a: 1 }, output: [{ type: 'inputText', text: 'out' }], success: true },
    web_search: { query: 'cats' },
    other: { type: 'x' },
  } as const;
  const of = (kind: keyof typeof data) => agentAction('0-1', { kind, data: data[kind] });

  it('is a block of Markdown that nothing in it can close', () => {
    expect(readableAction(of('file_change'))).toBe('```diff\n# add a.txt\n+one\n+two\n```');
    expect(readableAction(of('mcp_tool_call'))).toBe('```text\ns.t({"a":1})\nno\n```');
    expect(readableAction(of('tool_call'))).toBe('```text\nt({"a":1})\nout\n```');
    expect(readableAction(of('web_search'))).toBe('> Searched the web: cats');
    expect(readableAction(of('other'))).toBe('');
    const failed = { command: 'x', cwd: '.', output: 'y'.repeat(9_000), exitCode: 2, durationMs: 1 };
    const block = readableAction(agentAction('i', { status: 'declined', data: failed }));
    expect(block).toMatch(/\[7000 characters are left out\][\s\S]*\[declined\]\n\[exit code 2\]/);
    expect(fenced('', 'a\n```\nb')).toBe('````\na\n```\nb\n````');
  });

  it('is items of the API: a call, and its output behind it', () => {
    expect(nativeItems(agentAction('0-1', {}))).toMatchObject([
      { type: 'shell_call', call_id: 'call_01', action: { commands: ['/bin/bash -c ls'] } },
      { type: 'shell_call_output', call_id: 'call_01', output: [{ stdout: 'a.txt\n', outcome: { exit_code: 0 } }] },
    ]);
    expect(nativeItems(of('file_change'))).toMatchObject([
      { type: 'apply_patch_call', operation: { type: 'create_file', path: 'a.txt', diff: '+one\n+two' } },
      { type: 'apply_patch_call_output', status: 'completed' },
    ]);
    expect(nativeItems(of('mcp_tool_call'))).toMatchObject([{ type: 'mcp_call', server_label: 's', name: 't' }]);
    expect(nativeItems(of('tool_call'))).toMatchObject([
      { type: 'custom_tool_call', input: '{"a":1}' },
      { type: 'custom_tool_call_output', output: 'out' },
    ]);
    expect(nativeItems(of('web_search')).map(({ type }) => type)).toEqual(['web_search_call']);
    expect(nativeItems(of('other'))).toEqual([]);
  });
});
