import { actionDto } from '../../../test/support/chat-events';
import { diffOf, printed, toolCallOf } from './tool-calls';

const change = { path: 'a.txt', movePath: null };

describe('an action of the agent as a tool call', () => {
  it('of files has their differences, with both sides of each', () => {
    const diff = '@@ -1,3 +1,3 @@\n one\n-two\n+zwei\n three\n';
    const changes = [{ ...change, kind: 'update', diff }];
    const call = toolCallOf(actionDto({ kind: 'file_change', status: 'completed', title: '', data: { changes } }));
    expect(call).toMatchObject({
      ...{ title: 'file_change', kind: 'edit', status: 'completed', locations: [{ path: '/workspace/a.txt' }] },
      content: [
        { type: 'diff', path: '/workspace/a.txt', oldText: 'one\ntwo\nthree\n', newText: 'one\nzwei\nthree\n' },
      ],
    });
  });

  it('of a new or a deleted file has its content on one side', () => {
    expect(diffOf({ ...change, kind: 'add', diff: 'x\n' })).toMatchObject({ oldText: null, newText: 'x\n' });
    expect(diffOf({ ...change, kind: 'delete', diff: 'x\n' })).toMatchObject({ oldText: 'x\n', newText: '' });
    const data = { changes: [{ ...change, kind: 'delete', diff: 'x' }] };
    expect(toolCallOf(actionDto({ kind: 'file_change', data })).kind).toBe('delete');
    expect(diffOf({ path: 'a', movePath: '/b', kind: 'update', diff: '' })).toMatchObject({ path: '/b' });
  });

  it('of an MCP server has what was given and came back, or the error', () => {
    const data = { server: 's', tool: 't', arguments: { a: 1 }, result: { ok: true }, error: null };
    const call = toolCallOf(actionDto({ kind: 'mcp_tool_call', status: 'completed', data }));
    expect(call).toMatchObject({ kind: 'other', rawInput: { a: 1 }, rawOutput: { ok: true } });
    expect(JSON.stringify(call.content)).toContain('ok');
    const own = { tool: 't', arguments: {}, output: [{ type: 'inputText', text: 'out' }], success: true };
    const told = toolCallOf(actionDto({ kind: 'tool_call', status: 'completed', data: own }));
    expect(told.content).toMatchObject([{ content: { text: '```\nout\n```' } }]);
    const failed = actionDto({
      kind: 'mcp_tool_call',
      status: 'declined',
      data: { ...data, result: null, error: 'No.' },
    });
    expect(toolCallOf(failed)).toMatchObject({ status: 'failed', content: [{ content: { text: 'No.' } }] });
  });

  it('puts what is printed between longer fences than it has itself', () => {
    expect(printed('````\n')).toMatchObject([{ content: { text: '`````\n````\n`````' } }]);
    expect(printed('')).toEqual([]);
  });
});
