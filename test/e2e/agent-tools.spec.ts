import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { pdfOf } from '../support/pdf-of';
import { PIXEL } from '../support/pixel';
import { toolsIn, returnsOf, playCalls } from '../support/tool-calls';
import { call, ToolSuite } from '../support/tool-suite';

const TOOLS = ['file_read', 'file_write', 'file_edit', 'bash', 'search', 'environment_setup'];

describe('the tools of the service', () => {
  const suite = new ToolSuite({ AGENT_TOOLS: TOOLS.join(','), TOOL_PACKAGES: 'Left.Pad' });

  it('are offered beside those of codex, and each call is an action of the agent', async () => {
    const { id, workspace } = await suite.newChat();
    const [written, edited, read] = await suite.callAll(
      id,
      call('file_write', { path: 'src/a.ts', content: 'const a = 1;\nconst b = 2;\n' }),
      call('file_edit', { path: 'src/a.ts', edits: [{ old_text: 'a = 1', new_text: 'a = 3' }] }),
      call('file_read', { path: 'src/a.ts' }),
    );
    expect(toolsIn(suite.model.requests[0]!)).toEqual(expect.arrayContaining([...TOOLS, 'exec_command']));
    expect(written?.text).toBe('Wrote src/a.ts (26 bytes, 2 lines).');
    expect(edited?.text).toContain('@@ -1,3 +1,3 @@\n-const a = 1;\n+const a = 3;\n const b = 2;');
    expect(read?.text).toBe('[lines 1 to 2 of 2]\n     1\tconst a = 3;\n     2\tconst b = 2;');
    expect(readFileSync(join(workspace, 'src/a.ts'), 'utf8')).toBe('const a = 3;\nconst b = 2;\n');

    const actions = await suite.service.client.agentActions(id);
    expect(actions.map(({ kind, title, status }) => [kind, title, status])).toEqual([
      ['tool_call', 'file_write', 'completed'],
      ['tool_call', 'file_edit', 'completed'],
      ['tool_call', 'file_read', 'completed'],
    ]);
    expect(actions[2]).toMatchObject({
      data: { arguments: { path: 'src/a.ts' }, success: true, output: [{ type: 'inputText', text: read?.text }] },
      endedAt: expect.any(String) as string,
    });
  });

  it('make an environment, and install no package that is not allowed', async () => {
    const { id, workspace } = await suite.newChat();
    const [python, refused, offline] = await suite.callAll(
      id,
      call('environment_setup', { language: 'python' }),
      call('environment_setup', { language: 'node', packages: ['left-pad', '--registry=http://x'] }),
      call('environment_setup', { language: 'python', packages: ['left_pad==1.0'] }),
    );
    expect(python?.text).toMatch(/^Python 3/);
    expect(existsSync(join(workspace, '.venv/bin/python'))).toBe(true);
    expect(refused?.text).toContain('"left-pad" may not be installed here; allowed are Left.Pad');
    expect(refused?.text).toContain('"--registry=http://x" is no name of a package');
    expect(offline?.text).toContain('Packages need the network');
  });

  it('read what is in a workspace: a PDF, a picture, Latin-1, a binary, and a log of 2 GB', async () => {
    const { id, workspace } = await suite.newChat();
    writeFileSync(
      join(workspace, 'book.pdf'),
      pdfOf(Array.from({ length: 30 }, (_, page) => `This is page ${page + 1}`)),
    );
    writeFileSync(join(workspace, 'pixel.png'), Buffer.from(PIXEL.split(',')[1] ?? '', 'base64'));
    writeFileSync(join(workspace, 'latin.txt'), Buffer.from('Grüße\naus Köln\n', 'latin1'));
    writeFileSync(join(workspace, 'data.bin'), Buffer.from([0, 1, 2, 255, 254, 0, 7]));
    const log = join(workspace, 'huge.log');
    writeFileSync(log, 'a line of a log\n'.repeat(10_000));
    truncateSync(log, 2 * 1024 ** 3);
    appendFileSync(log, '\nlast but one\nthe last line\n');
    expect(statSync(log).size).toBeGreaterThan(2 * 1024 ** 3);

    const [pdf, page, picture, latin, binary, head, tail, missing] = await suite.callAll(
      id,
      call('file_read', { path: 'book.pdf', pages: '29-30' }),
      call('file_read', { path: 'book.pdf', pages: '3', pictures: true }),
      call('file_read', { path: 'pixel.png' }),
      call('file_read', { path: 'latin.txt' }),
      call('file_read', { path: 'data.bin' }),
      call('file_read', { path: 'huge.log', offset: 9_999, limit: 2 }),
      call('file_read', { path: 'huge.log', offset: -2 }),
      call('file_read', { path: 'nothing.txt' }),
    );
    expect(pdf?.text).toContain('[PDF of 30 pages; pages 29 to 30]\n--- page 29\nThis is page 29\n--- page 30');
    expect(page?.pictures).toEqual([expect.stringMatching(/^data:image\/png;base64,iVBOR/)]);
    expect(picture?.pictures).toEqual([PIXEL]);
    expect(latin?.text).toContain('encoding: latin-1');
    expect(latin?.text).toContain('aus Köln');
    expect(binary?.text).toContain('7 bytes of binary data');
    expect(head?.text).toContain(' 10000\ta line of a log');
    expect(tail?.text).toContain('last but one\nthe last line');
    expect(missing?.text).toBe('nothing.txt does not exist.');
  });

  it('search, and run commands with their folder, end and time', async () => {
    const { id, workspace } = await suite.newChat();
    mkdirSync(join(workspace, 'lib'));
    writeFileSync(join(workspace, 'lib/one.ts'), 'export const one = 1;\n');
    writeFileSync(join(workspace, 'lib/two.md'), 'one and two\n');
    const [found, none, broken, ran, failed, late] = await suite.callAll(
      id,
      call('search', { pattern: 'o.e\\b', glob: ['*.ts'] }),
      call('search', { pattern: 'absent' }),
      call('search', { pattern: '(' }),
      call('bash', { command: 'pwd; echo oops >&2', cwd: 'lib' }),
      call('bash', { command: 'exit 3' }),
      call('bash', { command: 'echo begun; sleep 60', timeout_seconds: 4 }),
    );
    expect(found?.text).toBe('lib/one.ts:1:export const one = 1;');
    expect(none?.text).toBe('Nothing was found.');
    expect(broken?.text).toContain('The search failed: ');
    expect(ran?.text).toMatch(/^\[exit code 0, [\d.]+ s\]\n/);
    expect(ran?.text).toContain(`${workspace}/lib\n`);
    expect(ran?.text).toContain('oops\n');
    expect(failed?.text).toContain('[exit code 3,');
    expect(late?.text).toBe('[ended after 4 s, because it took too long]\nbegun\n');
    expect((await suite.service.client.agentActions(id)).map(({ status }) => status)).toEqual([
      ...['completed', 'completed', 'failed', 'completed', 'failed', 'failed'],
    ]);
  });

  it('let a command run beside other calls, and end it with its turn', async () => {
    const { id } = await suite.newChat();
    const [begun, seen, stopped, left] = await suite.callAll(
      id,
      call('bash', { command: 'echo up; sleep 0.2; echo ready; exec sleep 61', background: true }),
      call('bash', { job: 'job-1', wait_seconds: 5 }),
      call('bash', { job: 'job-1', stop: true }),
      call('bash', { command: 'exec sleep 62', background: true }),
    );
    expect(begun?.text).toContain('"job-1"');
    expect(seen?.text).toBe('[still running]\nup\nready\n');
    expect(stopped?.text).toMatch(/^\[was ended/);
    expect(left?.text).toContain('"job-2"');
    await eventually('the end of the command', () => !suite.runs('sleep 62'));
  });

  it('answer in words to what a model gets wrong, and the turn goes on', async () => {
    const { id } = await suite.newChat();
    const [wrong, unknown, twice] = await suite.callAll(
      id,
      call('file_read', { file: 7 }),
      call('no_such', {}),
      call('file_edit', { path: 'none.txt', edits: [] }),
    );
    expect(wrong?.text).toContain('The input of file_read is wrong:');
    expect(wrong?.text).toContain('at path');
    expect(unknown?.text).toMatch(/no_such/);
    expect(twice?.text).toContain('at edits');
  });

  it('a tool reaches what a command of its chat does, and nothing of other chats or of the service', async () => {
    const other = await suite.newChat();
    writeFileSync(join(other.workspace, 'secret.txt'), 'of another chat');
    const { id } = await suite.newChat();
    const codex = join(suite.service.dataRoot, 'codex_home', 'auth.json');
    const outputs = await suite.callAll(
      id,
      call('file_read', { path: join(other.workspace, 'secret.txt') }),
      call('search', { pattern: 'another', path: join(suite.service.dataRoot, 'sessions') }),
      call('file_read', { path: join(suite.service.dataRoot, 'global_config', 'llm_backends.yaml') }),
      call('file_write', { path: codex, content: '{}' }),
      call('bash', {
        command: `cat ${other.workspace}/secret.txt; env; cat < /dev/tcp/127.0.0.1/${new URL(suite.service.url).port}`,
      }),
      call('file_write', { path: '/tmp/mine.txt', content: 'in a /tmp of its own' }),
      call('file_read', { path: '/tmp/mine.txt' }),
    );
    for (const { text } of outputs) expect(text).not.toMatch(/of another chat|api_key_env|SCRIPTED_KEY|GATEWAY_KEY/);
    expect(outputs[0]?.text).toContain('does not exist');
    expect(outputs[3]?.text).toMatch(/may not|cannot|does not exist/);
    expect(outputs[4]?.text).toContain('CODEX_THREAD_ID=');
    expect(outputs[6]?.text).toContain('in a /tmp of its own');

    const reader = await suite.newChat({ sandboxMode: 'read-only' });
    const [refused] = await suite.callAll(reader.id, call('file_write', { path: 'new.txt', content: 'text' }));
    expect(refused?.text).toContain('may not write');
  });

  it('ask a person where the policy of the chat says so', async () => {
    const { id } = await suite.newChat({ approvalPolicy: 'untrusted' });
    playCalls(suite.model, [
      call('file_write', { path: 'asked.txt', content: 'text' }),
      call('file_write', { path: 'declined.txt', content: 'text' }),
      call('file_read', { path: 'asked.txt' }),
    ]);
    const stream = await suite.service.client.askStreaming(id, 'go');
    const asked = await stream.first('approval.requested');
    expect(asked.data.approval).toMatchObject({
      ...{ kind: 'tool_call', decisions: ['accept', 'decline'] },
      request: { tool: 'file_write', arguments: { path: 'asked.txt', content: 'text' } },
      itemId: expect.any(String) as string,
    });
    await suite.service.client.answer(asked.data.approval.id, 'accept');
    const second = await stream.first('approval.requested', ({ data }) => data.approval.id !== asked.data.approval.id);
    await suite.service.client.answer(second.data.approval.id, 'decline');
    await stream.ended;
    const [written, declined, read] = returnsOf(suite.model);
    expect([written?.text, declined?.text]).toEqual([
      expect.stringContaining('Wrote'),
      'A person has declined this call.',
    ]);
    expect(read?.text).toContain('text');
  });

  it('are stopped with their turn, and nothing of them runs on', async () => {
    const { id } = await suite.newChat();
    playCalls(suite.model, [call('bash', { command: 'exec sleep 63' })]);
    const stream = await suite.service.client.askStreaming(id, 'go');
    await eventually('the command', () => suite.runs('sleep 63'));
    await suite.service.client.interrupt(id);
    await stream.ended;
    expect(stream.events.at(-1)).toMatchObject({ type: 'turn.completed', data: { status: 'interrupted' } });
    expect((await suite.service.client.agentActions(id)).map(({ status }) => status)).toEqual(['interrupted']);
    await eventually('the end of the command', () => !suite.runs('sleep 63'));
    const returns = await suite.callAll(id, call('bash', { command: 'echo again' }));
    expect(returns.at(-1)?.text).toContain('again');
  });

  it('end with an app-server that is killed, and its turn ends once', async () => {
    const { id } = await suite.newChat();
    playCalls(suite.model, [call('bash', { command: 'exec sleep 64' })]);
    const stream = await suite.service.client.askStreaming(id, 'go');
    await eventually('the command', () => suite.runs('sleep 64'));
    const [instance] = (await suite.service.health()).instances;
    process.kill(instance?.pid ?? 0, 'SIGKILL');
    await stream.ended;
    expect(stream.events.filter(({ type }) => type === 'turn.completed')).toHaveLength(1);
    await eventually('the end of the command', () => !suite.runs('sleep 64'));
    expect((await suite.service.client.agentActions(id)).map(({ status }) => status)).toEqual(['interrupted']);
    // The thread that is loaded elsewhere has its tools still.
    const returns = await suite.callAll(id, call('bash', { command: 'echo after' }));
    expect(returns.at(-1)?.text).toContain('after');
  });
});

describe('the tools of the service where each user has processes of their own', () => {
  const suite = new ToolSuite({ AGENT_TOOLS: TOOLS.join(','), CODEX_ISOLATION: 'user' });

  it.each(['workspace-write', 'danger-full-access'] as const)('work in a chat with %s', async (sandboxMode) => {
    const { id, workspace } = await suite.newChat({ sandboxMode });
    const [written, read, ran] = await suite.callAll(
      id,
      call('file_write', { path: 'a.txt', content: 'in a workspace' }),
      call('file_read', { path: join(workspace, 'a.txt') }),
      call('bash', { command: 'pwd; cat a.txt; env', cwd: '.' }),
    );
    expect(written?.text).toContain('Wrote a.txt');
    expect(read?.text).toContain('in a workspace');
    expect(ran?.text).toContain(`${workspace}\n`);
    expect(ran?.text).not.toMatch(/SCRIPTED_KEY|GATEWAY_KEY/);
  });

  it('end what a command without a sandbox has left running', async () => {
    const { id } = await suite.newChat({ sandboxMode: 'danger-full-access' });
    const [ran] = await suite.callAll(
      id,
      call('bash', { command: 'setsid sleep 65 > /dev/null 2>&1 & echo started', timeout_seconds: 10 }),
    );
    expect(ran?.text).toContain('started');
    await eventually('the end of what was left', () => !suite.runs('sleep 65'));
  });
});
