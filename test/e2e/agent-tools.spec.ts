import { existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync, appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { writeOperatorTools } from '../support/operator-tools';
import { pdfOf } from '../support/pdf-of';
import { PIXEL } from '../support/pixel';
import { RelayService, writeBackends } from '../support/service';
import { ScriptedModel, startScriptedModel } from '../support/scripted-model';
import { playCalls, returnsOf, toolsIn, ToolReturn } from '../support/tool-calls';

const call = (name: string, input: unknown) => ({ name, arguments: input });

const SERVICE_TOOLS = ['file_read', 'file_write', 'file_edit', 'bash', 'search', 'environment_setup'];
const OPERATORS_TOOLS = [
  ...['greet', 'throws', 'loops', 'leaks', 'hoards', 'exits', 'looks', 'always'],
  ...['get_issue', 'post_issue', 'sent_on', 'private_name', 'private_address'],
];

/** Tells what it was asked for. */
const http = createServer((request, response) => {
  if (request.url === '/moved') return void response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
  const { method, url, headers } = request;
  request.setEncoding('utf8').on('data', (body: string) => response.write(body));
  request.on('end', () => response.end(`${method} ${url} ${headers.authorization ?? 'no key'}`));
});

describe('the tools of the service', () => {
  let service: RelayService;
  let model: ScriptedModel;

  beforeAll(async () => {
    model = await startScriptedModel();
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const backend = `backends:\n  - {id: m, type: openai, base_url: "${model.url}", api_key_env: SCRIPTED_KEY, model: m}\n`;
    service = await RelayService.start({
      environment: {
        ...{ SCRIPTED_KEY: 'key', CODEX_POOL_SIZE: '1', TOOL_TIMEOUT_SECONDS: '20' },
        AGENT_TOOLS: [...SERVICE_TOOLS, ...OPERATORS_TOOLS, 'no_such'].join(','),
        ...{ TOOL_PACKAGES: 'Left.Pad', TOOL_MEMORY_MB: '64' },
      },
      prepare: (root) => {
        writeBackends(root, backend);
        return { TOOLS_DIR: writeOperatorTools(root, (http.address() as AddressInfo).port) };
      },
    });
  });
  afterAll(async () => {
    await service?.dispose();
    await model?.stop();
    http.close();
  });

  const newChat = async (input = {}) => {
    const { id } = await service.client.createChat({ approvalPolicy: 'never', ...input });
    const workspace = join(service.dataRoot, 'sessions', 'default', id, 'workspace');
    mkdirSync(workspace, { recursive: true });
    return { id, workspace };
  };

  /** What the calls came to, made in one turn. */
  const callAll = async (chatId: string, ...calls: ReturnType<typeof call>[]): Promise<ToolReturn[]> => {
    playCalls(model, calls);
    expect((await service.client.ask(chatId, 'go')).turn.status).toBe('completed');
    return returnsOf(model);
  };

  it('are offered beside those of codex, and each call is an action of the agent', async () => {
    const { id, workspace } = await newChat();
    const [written, edited, read] = await callAll(
      id,
      call('file_write', { path: 'src/a.ts', content: 'const a = 1;\nconst b = 2;\n' }),
      call('file_edit', { path: 'src/a.ts', edits: [{ old_text: 'a = 1', new_text: 'a = 3' }] }),
      call('file_read', { path: 'src/a.ts' }),
    );
    expect(toolsIn(model.requests[0]!)).toEqual(
      expect.arrayContaining([...SERVICE_TOOLS, ...OPERATORS_TOOLS, 'exec_command']),
    );
    expect(written?.text).toBe('Wrote src/a.ts (26 bytes, 2 lines).');
    expect(edited?.text).toContain('@@ -1,3 +1,3 @@\n-const a = 1;\n+const a = 3;\n const b = 2;');
    expect(read?.text).toBe('[lines 1 to 2 of 2]\n     1\tconst a = 3;\n     2\tconst b = 2;');
    expect(readFileSync(join(workspace, 'src/a.ts'), 'utf8')).toBe('const a = 3;\nconst b = 2;\n');

    const actions = await service.client.agentActions(id);
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

  it('that are not there, or cannot be loaded, are told of and left out', async () => {
    for (const words of [
      'AGENT_TOOLS names \\"no_such\\"',
      'the tool in broken.mjs is left out',
      'the tool in missing-secret.mjs is left out: there is no secret NOWHERE',
      'the tool \\"bad\\" is left out: its schema cannot be used',
      'the tool \\"other_host\\" of tools.yaml is left out: example.org is not among allowed_hosts',
    ]) {
      expect(service.log).toContain(words);
    }
    const { body } = await service.client.request<{ tools_left_out: number }>('GET', '/status');
    expect(body.tools_left_out).toBe(5);
  });

  it('of the operator run with their own secrets alone, and whatever they do is an answer', async () => {
    const { id } = await newChat();
    const [greeted, wrong, thrown, looped, leaked, hoarded, exited, looked, always] = await callAll(
      id,
      call('greet', { name: 'Ada', times: 2 }),
      call('greet', { name: 'A' }),
      call('throws', {}),
      call('loops', {}),
      call('leaks', {}),
      call('hoards', {}),
      call('exits', {}),
      call('looks', {}),
      call('always', {}),
    );
    expect(JSON.parse(greeted?.text ?? '')).toEqual({ greeting: 'AdaAda', length: 12, said: '[GREETING]', chatId: id });
    expect(wrong?.text).toMatch(/The input of greet is wrong:[^]*at name/);
    expect(thrown?.text).toBe('throws failed: no such city');
    expect(looped?.text).toBe('loops failed: it took longer than 1 s');
    expect(leaked?.text).toBe('leaks failed: it took more than 64 MiB of memory');
    expect(hoarded?.text).toBe('hoards failed: it took more than 64 MiB of memory');
    expect(exited?.text).toMatch(/^exits failed: it ended without an answer/);
    expect(JSON.parse(looked?.text ?? '')).toEqual({ env: {}, secrets: {} });
    expect(always?.text).toContain('needs the consent of a person');
    await eventually('the end of all tools', () => !commandsOf(service).some((line) => line.includes('packages/tool')));
  });

  it('without code ask the hosts of the operator, and no private address that was not named', async () => {
    const { id } = await newChat();
    const [got, path, posted, moved, name, address] = await callAll(
      id,
      call('get_issue', { id: '7', q: 'a b' }),
      call('get_issue', { id: '../admin?x=1' }),
      call('post_issue', { id: '7' }),
      call('sent_on', {}),
      call('private_name', {}),
      call('private_address', {}),
    );
    expect(got?.text).toBe('GET /issues/7?q=a+b Bearer [ISSUES_KEY]');
    expect(path?.text).toBe('GET /issues/..%2Fadmin%3Fx%3D1 Bearer [ISSUES_KEY]');
    expect(posted?.text).toBe('{"id":"7"}POST /issues no key');
    expect(moved?.text).toContain('it was sent on to another address (302), which is not followed');
    expect(name?.text).toContain('localhost leads to a private address');
    expect(address?.text).toContain('[::1] leads to a private address');
  });

  it('make an environment, and install no package that is not allowed', async () => {
    const { id, workspace } = await newChat();
    const [python, refused, offline] = await callAll(
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
    const { id, workspace } = await newChat();
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

    const [pdf, page, picture, latin, binary, head, tail, missing] = await callAll(
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
    const { id, workspace } = await newChat();
    mkdirSync(join(workspace, 'lib'));
    writeFileSync(join(workspace, 'lib/one.ts'), 'export const one = 1;\n');
    writeFileSync(join(workspace, 'lib/two.md'), 'one and two\n');
    const [found, none, broken, ran, failed, late] = await callAll(
      id,
      call('search', { pattern: 'o.e\\b', glob: ['*.ts'] }),
      call('search', { pattern: 'absent' }),
      call('search', { pattern: '(' }),
      call('bash', { command: 'pwd; echo oops >&2', cwd: 'lib' }),
      call('bash', { command: 'exit 3' }),
      call('bash', { command: 'echo begun; sleep 60', timeout_seconds: 1 }),
    );
    expect(found?.text).toBe('lib/one.ts:1:export const one = 1;');
    expect(none?.text).toBe('Nothing was found.');
    expect(broken?.text).toContain('The search failed: ');
    expect(ran?.text).toMatch(/^\[exit code 0, [\d.]+ s\]\n/);
    expect(ran?.text).toContain(`${workspace}/lib\n`);
    expect(ran?.text).toContain('oops\n');
    expect(failed?.text).toContain('[exit code 3,');
    expect(late?.text).toBe('[ended after 1 s, because it took too long]\nbegun\n');
    expect((await service.client.agentActions(id)).map(({ status }) => status)).toEqual([
      ...['completed', 'completed', 'failed', 'completed', 'failed', 'failed'],
    ]);
  });

  it('let a command run beside other calls, and end it with its turn', async () => {
    const { id } = await newChat();
    const [begun, seen, stopped, left] = await callAll(
      id,
      call('bash', { command: 'echo up; sleep 0.2; echo ready; exec sleep 61', background: true }),
      call('bash', { job: 'job-1', wait_seconds: 1 }),
      call('bash', { job: 'job-1', stop: true }),
      call('bash', { command: 'exec sleep 62', background: true }),
    );
    expect(begun?.text).toContain('"job-1"');
    expect(seen?.text).toBe('[still running]\nup\nready\n');
    expect(stopped?.text).toMatch(/^\[was ended/);
    expect(left?.text).toContain('"job-2"');
    await eventually('the end of the command', () => !commandsOf(service).some((line) => line.includes('sleep 62')));
  });

  it('answer in words to what a model gets wrong, and the turn goes on', async () => {
    const { id } = await newChat();
    const [wrong, unknown, twice] = await callAll(
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
    const other = await newChat();
    writeFileSync(join(other.workspace, 'secret.txt'), 'of another chat');
    const { id } = await newChat();
    const codex = join(service.dataRoot, 'codex_home', 'auth.json');
    const outputs = await callAll(
      id,
      call('file_read', { path: join(other.workspace, 'secret.txt') }),
      call('search', { pattern: 'another', path: join(service.dataRoot, 'sessions') }),
      call('file_read', { path: join(service.dataRoot, 'global_config', 'llm_backends.yaml') }),
      call('file_write', { path: codex, content: '{}' }),
      call('bash', {
        command: `cat ${other.workspace}/secret.txt; env; cat < /dev/tcp/127.0.0.1/${new URL(service.url).port}`,
      }),
      call('file_write', { path: '/tmp/mine.txt', content: 'in a /tmp of its own' }),
      call('file_read', { path: '/tmp/mine.txt' }),
    );
    for (const { text } of outputs) expect(text).not.toMatch(/of another chat|api_key_env|SCRIPTED_KEY|GATEWAY_KEY/);
    expect(outputs[0]?.text).toContain('does not exist');
    expect(outputs[3]?.text).toMatch(/may not|cannot|does not exist/);
    expect(outputs[4]?.text).toContain('CODEX_THREAD_ID=');
    expect(outputs[6]?.text).toContain('in a /tmp of its own');

    const reader = await newChat({ sandboxMode: 'read-only' });
    const [refused] = await callAll(reader.id, call('file_write', { path: 'new.txt', content: 'text' }));
    expect(refused?.text).toContain('may not write');
  });

  it('ask a person where the policy of the chat says so', async () => {
    const { id } = await newChat({ approvalPolicy: 'untrusted' });
    playCalls(model, [
      call('file_write', { path: 'asked.txt', content: 'text' }),
      call('file_write', { path: 'declined.txt', content: 'text' }),
      call('file_read', { path: 'asked.txt' }),
    ]);
    const stream = await service.client.askStreaming(id, 'go');
    const asked = await stream.first('approval.requested');
    expect(asked.data.approval).toMatchObject({
      ...{ kind: 'tool_call', decisions: ['accept', 'decline'] },
      request: { tool: 'file_write', arguments: { path: 'asked.txt', content: 'text' } },
      itemId: expect.any(String) as string,
    });
    await service.client.answer(asked.data.approval.id, 'accept');
    const second = await stream.first('approval.requested', ({ data }) => data.approval.id !== asked.data.approval.id);
    await service.client.answer(second.data.approval.id, 'decline');
    await stream.ended;
    const [written, declined, read] = returnsOf(model);
    expect([written?.text, declined?.text]).toEqual([
      expect.stringContaining('Wrote'),
      'A person has declined this call.',
    ]);
    expect(read?.text).toContain('text');
  });

  it('are stopped with their turn, and nothing of them runs on', async () => {
    const { id } = await newChat();
    playCalls(model, [call('bash', { command: 'exec sleep 63' })]);
    const stream = await service.client.askStreaming(id, 'go');
    await eventually('the command', () => commandsOf(service).some((line) => line.includes('sleep 63')));
    await service.client.interrupt(id);
    await stream.ended;
    expect(stream.events.at(-1)).toMatchObject({ type: 'turn.completed', data: { status: 'interrupted' } });
    expect((await service.client.agentActions(id)).map(({ status }) => status)).toEqual(['interrupted']);
    await eventually('the end of the command', () => !commandsOf(service).some((line) => line.includes('sleep 63')));
    const returns = await callAll(id, call('bash', { command: 'echo again' }));
    expect(returns.at(-1)?.text).toContain('again');
  });

  it('end with an app-server that is killed, and its turn ends once', async () => {
    const { id } = await newChat();
    playCalls(model, [call('bash', { command: 'exec sleep 64' })]);
    const stream = await service.client.askStreaming(id, 'go');
    await eventually('the command', () => commandsOf(service).some((line) => line.includes('sleep 64')));
    const [instance] = (await service.health()).instances;
    process.kill(instance?.pid ?? 0, 'SIGKILL');
    await stream.ended;
    expect(stream.events.filter(({ type }) => type === 'turn.completed')).toHaveLength(1);
    await eventually('the end of the command', () => !commandsOf(service).some((line) => line.includes('sleep 64')));
    expect((await service.client.agentActions(id)).map(({ status }) => status)).toEqual(['interrupted']);
    // The thread that is loaded elsewhere has its tools still.
    const returns = await callAll(id, call('bash', { command: 'echo after' }));
    expect(returns.at(-1)?.text).toContain('after');
  });
});

/** What the service, and all that it has started, runs. */
function commandsOf(service: RelayService): string[] {
  return service.descendants().flatMap((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return [];
    }
  });
}
