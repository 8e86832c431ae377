import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '../support/eventually';
import { writeOperatorTools } from '../support/operator-tools';
import { call, ToolSuite } from '../support/tool-suite';

const TOOLS = [
  ...['greet', 'throws', 'loops', 'leaks', 'hoards', 'exits', 'looks', 'always', 'pair', 'leaves', 'slow_pattern'],
  ...['get_issue', 'post_issue', 'sent_on', 'private_name', 'private_address'],
];

/** Tells what it was asked for. */
const http = createServer((request, response) => {
  if (request.url === '/moved') return void response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
  const { method, url, headers } = request;
  request.setEncoding('utf8').on('data', (body: string) => response.write(body));
  request.on('end', () => response.end(`${method} ${url} ${headers.authorization ?? 'no key'}`));
});

describe('tools of the operator', () => {
  beforeAll(() => new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve)));
  const suite = new ToolSuite({ AGENT_TOOLS: [...TOOLS, 'no_such'].join(','), TOOL_MEMORY_MB: '64' }, (root) => {
    return { TOOLS_DIR: writeOperatorTools(root, (http.address() as AddressInfo).port) };
  });
  afterAll(() => http.close());

  it('that are not there, or cannot be loaded, are told of and left out', async () => {
    for (const words of [
      'AGENT_TOOLS names \\"no_such\\"',
      'the tool in broken.mjs is left out',
      'the tool in missing-secret.mjs is left out: there is no secret NOWHERE',
      'the tool \\"bad\\" is left out: its schema cannot be used',
      'the tool \\"pair\\" is left out: its schema cannot be used: it has \\"items\\" that are no schema',
      'the tool \\"other_host\\" of tools.yaml is left out: example.org is not among allowed_hosts',
    ]) {
      expect(suite.service.log).toContain(words);
    }
    const { body } = await suite.service.client.request<{ tools_left_out: number }>('GET', '/status');
    expect(body.tools_left_out).toBe(7);
  });

  it('run with their own secrets alone, and whatever they do is an answer', async () => {
    const { id } = await suite.newChat();
    const [greeted, wrong, thrown, looped, leaked, hoarded, exited, looked, always] = await suite.callAll(
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
    // What is over before its thread can be ended takes the process along.
    expect(leaked?.text).toMatch(/^leaks failed: it (took more than 64 MiB of memory|ended without an answer)$/);
    expect(hoarded?.text).toBe('hoards failed: it took more than 64 MiB of memory');
    expect(exited?.text).toMatch(/^exits failed: it ended without an answer/);
    expect(JSON.parse(looked?.text ?? '')).toEqual({ env: {}, secrets: {} });
    expect(always?.text).toContain('needs the consent of a person');
    await eventually('the end of all tools', () => !suite.runs('packages/tool'));
  });

  it('hold up nothing by what they leave behind, or by a pattern that takes hours', async () => {
    const { id } = await suite.newChat();
    const startedAt = performance.now();
    const [left, refused] = await suite.callAll(
      id,
      call('leaves', {}),
      call('slow_pattern', { s: `${'a'.repeat(60)}!` }),
    );
    expect(left?.text).toBe('leaves failed: it took longer than 1 s');
    expect(refused?.text).toContain('it cannot be checked: it is too long, or nested too deeply');
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });

  it('without code ask the hosts of the operator, and no private address that was not named', async () => {
    const { id } = await suite.newChat();
    const [got, path, posted, moved, name, address] = await suite.callAll(
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
});
