import { execItem } from './exec-item';

const COMMAND = { command: "/bin/bash -lc 'echo hi'", cwd: '.', output: 'hi\n', exitCode: 3, durationMs: 5 };
const RESULT = { content: [{ type: 'text', text: 'a' }], structuredContent: { b: 1 } };
const CALL = { server: 'fake', tool: 'echo', arguments: { text: 'a' } };

describe('an agent action', () => {
  it.each([
    ['running', 'in_progress'],
    ['completed', 'completed'],
    ['failed', 'failed'],
    ['declined', 'declined'],
    ['interrupted', 'failed'],
  ] as const)('that is a command and %s is a command_execution that is %s', (status, told) => {
    expect(execItem({ kind: 'command', status, data: COMMAND })).toEqual({
      ...{ type: 'command_execution', command: COMMAND.command, aggregated_output: 'hi\n', exit_code: 3, status: told },
    });
  });

  it.each([
    ['running', 'in_progress'],
    ['completed', 'completed'],
    ['failed', 'failed'],
    ['declined', 'failed'],
    ['interrupted', 'failed'],
  ] as const)('that changes files and is %s is a file_change without the changes themselves, %s', (status, told) => {
    const changes = [
      { path: 'a.txt', kind: 'add', movePath: null, diff: 'x' },
      { path: 'b.txt', kind: 'update', movePath: 'c.txt', diff: 'y' },
    ];
    expect(execItem({ kind: 'file_change', status, data: { changes } })).toEqual({
      type: 'file_change',
      changes: [
        { path: 'a.txt', kind: 'add' },
        { path: 'b.txt', kind: 'update' },
      ],
      status: told,
    });
  });

  it('that calls an MCP server is an mcp_tool_call, with its result or its error in the form of the program', () => {
    const common = { type: 'mcp_tool_call', ...CALL };
    const running = { ...CALL, result: null, error: null };
    expect(execItem({ kind: 'mcp_tool_call', status: 'running', data: running })).toEqual({
      ...{ ...common, result: null, error: null, status: 'in_progress' },
    });
    expect(execItem({ kind: 'mcp_tool_call', status: 'completed', data: { ...running, result: RESULT } })).toEqual({
      ...{ ...common, result: { content: RESULT.content, structured_content: { b: 1 } } },
      ...{ error: null, status: 'completed' },
    });
    expect(execItem({ kind: 'mcp_tool_call', status: 'completed', data: { ...running, result: {} } })).toMatchObject({
      result: { content: [], structured_content: null },
    });
    expect(execItem({ kind: 'mcp_tool_call', status: 'failed', data: { ...running, error: 'broken' } })).toEqual({
      ...{ ...common, result: null, error: { message: 'broken' }, status: 'failed' },
    });
  });

  it('that calls a tool of the service is told as a call of an MCP server, with texts and pictures', () => {
    const given = { tool: 'read_file', arguments: { path: 'a' } };
    const output = [
      { type: 'inputText', text: 'said' },
      { type: 'inputImage', imageUrl: 'data:image/png;base64,AAAA' },
      { type: 'other' },
    ];
    const common = { type: 'mcp_tool_call', server: 'codex-relay', ...given };
    expect(execItem({ kind: 'tool_call', status: 'running', data: { ...given, output: null, success: null } })).toEqual(
      {
        ...{ ...common, result: null, error: null, status: 'in_progress' },
      },
    );
    expect(execItem({ kind: 'tool_call', status: 'completed', data: { ...given, output, success: true } })).toEqual({
      ...common,
      result: {
        content: [
          { type: 'text', text: 'said' },
          { type: 'image', data: 'AAAA', mimeType: 'image/png' },
          { type: 'text', text: '{"type":"other"}' },
        ],
        structured_content: null,
      },
      ...{ error: null, status: 'completed' },
    });
    const failed = { ...given, output: [{ type: 'inputText', text: 'no such file' }], success: false };
    expect(execItem({ kind: 'tool_call', status: 'failed', data: failed })).toEqual({
      ...{ ...common, result: null, error: { message: 'no such file' }, status: 'failed' },
    });
    expect(execItem({ kind: 'tool_call', status: 'interrupted', data: { ...failed, output: null } })).toMatchObject({
      error: { message: 'The tool has failed.' },
    });
  });

  it('that searches the web is a web_search, and one of any other kind is not told of', () => {
    expect(execItem({ kind: 'web_search', status: 'completed', data: { query: 'cats' } })).toEqual({
      ...{ type: 'web_search', query: 'cats', action: { type: 'other' } },
    });
    expect(execItem({ kind: 'other', status: 'completed', data: { type: 'imageView' } })).toBeUndefined();
  });
});
