import { unreportedAction } from './unreported-call';

const told = (code: number, output: string): string =>
  `Chunk ID: 4c0978\nWall time: 0.0000 seconds\nProcess exited with code ${code}\nOriginal token count: 13\nOutput:\n${output}`;
const actionOf = (name: string, input: unknown, output?: string) =>
  unreportedAction(
    { id: 'call', name, arguments: typeof input === 'string' ? input : JSON.stringify(input) },
    output,
    '/data/workspace',
  );

describe('a call that codex has told nobody of', () => {
  it.each([
    ['Operation not permitted', 1],
    ["touch: cannot touch '/etc/x': Read-only file system", 1],
    ['Permission denied', 126],
    ['sandbox', 2],
  ])('is a command that the sandbox has stopped when it prints %j and fails', (output, exitCode) => {
    const action = actionOf('exec_command', { cmd: 'do it', workdir: '/data/workspace/sub' }, told(exitCode, output));
    expect(action).toEqual({
      ...{ kind: 'command', status: 'failed', title: 'do it' },
      data: { command: 'do it', cwd: 'sub', output, exitCode, durationMs: null, reason: 'stopped by the sandbox' },
    });
  });

  it('is a command with its own end when it printed none of these words', () => {
    expect(actionOf('exec_command', { cmd: 'true' }, told(0, 'sandbox'))).toMatchObject({ status: 'completed' });
    const { status, data } = actionOf('exec_command', { cmd: 'false' }, told(1, ''));
    expect([status, data.exitCode, data.reason]).toEqual(['failed', 1, undefined]);
  });

  it('is a command that did not run when codex refused it, or could not read it', () => {
    const refusal = 'approval policy is Never; reject command';
    expect(actionOf('exec_command', { cmd: 'ls' }, refusal)).toMatchObject({
      ...{ kind: 'command', title: 'ls', status: 'failed' },
      data: { output: refusal, exitCode: null, reason: 'refused before it ran' },
    });
    expect(actionOf('exec_command', '{"cmd":', 'failed to parse function arguments: EOF')).toMatchObject({
      ...{ kind: 'command', title: '{"cmd":', status: 'failed' },
    });
  });

  it.each([[undefined], ['Wall time: 1.4 seconds\naborted by user']])(
    'says that its output is not known when the turn ended before (%j)',
    (output) => {
      expect(actionOf('exec_command', { cmd: 'ls' }, output)).toMatchObject({
        ...{ status: 'interrupted', data: { output: '', reason: 'the turn ended before its output was known' } },
      });
      expect(actionOf('other', {}, output)).toMatchObject({ status: 'interrupted', data: { success: null } });
    },
  );

  it('is a file change with every file of a patch, and the words that refused it, without the path of the workspace', () => {
    const patch = [
      ...['*** Begin Patch', '*** Add File: new.txt', '+@@ -1 +1 @@', '+text', '*** Update File: old.txt'],
      ...['*** Move to: moved.txt', '@@', '-a', '+b', '*** Delete File: /etc/gone', '*** End Patch'],
    ].join('\n');
    const refusal = 'apply_patch verification failed: Failed to read file to update /data/workspace/old.txt';
    expect(actionOf('apply_patch', patch, refusal)).toEqual({
      ...{ kind: 'file_change', status: 'failed', title: 'add new.txt, update old.txt, delete /etc/gone' },
      data: {
        changes: [
          { path: 'new.txt', kind: 'add', movePath: null, diff: '@@ -1 +1 @@\ntext\n' },
          { path: 'old.txt', kind: 'update', movePath: 'moved.txt', diff: '@@\n-a\n+b\n' },
          { path: '/etc/gone', kind: 'delete', movePath: null, diff: '' },
        ],
        reason: 'apply_patch verification failed: Failed to read file to update old.txt',
      },
    });
    expect(
      actionOf('apply_patch', { input: patch }, 'Exit code: 0\nWall time: 0 seconds\nOutput:\nSuccess'),
    ).toMatchObject({
      ...{ kind: 'file_change', status: 'completed' },
    });
    expect(actionOf('apply_patch', 'nothing', refusal)).toMatchObject({ kind: 'tool_call', status: 'failed' });
  });

  it.each([
    ['unsupported call: none', 'failed'],
    ['write_stdin failed: Unknown process id 1', 'failed'],
    ['unable to locate image at `none.png`', 'failed'],
    ['request_user_input is unavailable in Default mode', 'failed'],
    [told(0, 'failed to be bad'), 'completed'],
    ['Chunk ID: 1\nWall time: 0.3 seconds\nProcess running with session ID 5\nOutput:\ntyped', 'completed'],
    ['all is well', 'completed'],
  ])('of another tool is a tool call that has ended as its answer says (%j)', (output, status) => {
    expect(actionOf('tool', { a: 1 }, output)).toEqual({
      ...{ kind: 'tool_call', status, title: 'tool' },
      data: {
        ...{ tool: 'tool', arguments: { a: 1 }, success: status === 'completed' },
        output: [{ type: 'inputText', text: output }],
      },
    });
  });

  it('keeps the text of arguments that are nested too deeply to be stored', () => {
    const input = `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    expect(actionOf('other', input, 'done').data.arguments).toBe(input);
    expect(actionOf('exec_command', input, told(0, ''))).toMatchObject({ kind: 'command', data: { command: input } });
    expect(actionOf('other', { a: [[1]] }, 'done').data.arguments).toEqual({ a: [[1]] });
  });
});
