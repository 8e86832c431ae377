import { DEFAULT_STARTUP_TIMEOUT, type McpServer } from '../catalog/mcp-server';
import type { Message } from './json-rpc';
import { LinkState, ServerLink } from './server-link';
import type { Upstream } from './upstream';

const SERVER: McpServer = {
  ...{
    id: 's',
    name: 's',
    scope: 'operator',
    description: null,
    mode: 'opt_in',
    approval: 'never',
    enabledTools: null,
  },
  ...{ transport: { kind: 'http', url: 'http://s' }, auth: { kind: 'none' } },
  ...{ startupTimeoutSeconds: DEFAULT_STARTUP_TIMEOUT, toolTimeoutSeconds: 0.2 },
};
const HEADERS = { sessionId: undefined, protocolVersion: undefined, lastEventId: undefined };
const QUESTION = { jsonrpc: '2.0', id: 'q', method: 'elicitation/create', params: { message: 'Who?' } } as const;

const WELCOME = { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } };

const request = (method: string, params: Message['params'] = {}): Message => ({
  jsonrpc: '2.0',
  id: 1,
  method,
  params,
});

/** A link to a server that sends these messages, and then nothing until the call ends. */
class Scene {
  readonly sent: Message[] = [];
  readonly states: LinkState[] = [];
  readonly link: ServerLink;

  constructor(public messages: readonly Message[]) {
    const upstream: Partial<Upstream> = {
      post: (message, { signal }) => {
        this.sent.push(message);
        return Promise.resolve({ sessionId: undefined, messages: this.answers(signal), isStream: true });
      },
    };
    const ports = { onState: (state: LinkState) => this.states.push(state), admitCall: () => Promise.resolve() };
    this.link = new ServerLink(SERVER, upstream as Upstream, ports);
  }

  async texts(message: Message, closed = new AbortController().signal): Promise<string[]> {
    const texts: string[] = [];
    for await (const text of (await this.link.post(message, HEADERS, closed)).texts) texts.push(text);
    return texts;
  }

  private async *answers(signal: AbortSignal): AsyncGenerator<Message> {
    yield* this.messages;
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  }
}

describe('the way to an MCP server', () => {
  it.each(['ping', 'sampling/createMessage'])(
    'has its deadline for a call, also where the server asks: %s',
    async (method) => {
      const scene = new Scene([{ jsonrpc: '2.0', id: 0, method }]);
      await expect(scene.texts(request('tools/call', { name: 't' }))).rejects.toThrow('has said nothing for 0 seconds');
    },
  );

  it('waits while a person is asked in a call, and not in the next one', async () => {
    const scene = new Scene([QUESTION]);
    const call = request('tools/call', { name: 't' });
    const startedAt = performance.now();
    await expect(scene.texts(call, AbortSignal.timeout(1_000))).rejects.toThrow('was no longer waited for');
    expect(performance.now() - startedAt).toBeGreaterThan(900);
    scene.messages = [];
    await expect(scene.texts(call)).rejects.toThrow('has said nothing');
  });

  it.each([
    ['initialize', null],
    ['initialize', { protocolVersion: 5 }],
    ['initialize', { ...WELCOME, serverInfo: { name: 's' } }],
    ['initialize', { ...WELCOME, capabilities: { tools: 5 } }],
    ['tools/list', { tools: null }],
  ])('fails, and says so, where %s is answered with %j', async (method, result) => {
    const scene = new Scene([{ jsonrpc: '2.0', id: 1, result }]);
    await expect(scene.texts(request(method))).rejects.toThrow('has answered');
    const failure = expect.stringContaining('The MCP server "s" has answered') as string;
    expect(scene.states).toEqual([{ status: 'failed', failure }]);
  });

  it('begins where the server says what it is', async () => {
    const answer = { jsonrpc: '2.0', id: 1, result: WELCOME } as const;
    expect(await new Scene([answer]).texts(request('initialize'))).toEqual([JSON.stringify(answer)]);
  });

  it('tells nothing of what codex knows of a call', async () => {
    const scene = new Scene([{ jsonrpc: '2.0', id: 1, result: {} }]);
    const known = { callId: 'c', threadId: 't', 'x-codex-turn-metadata': '{}' };
    await scene.texts(request('tools/call', { name: 't', _meta: { ...known, progressToken: 3 } }));
    await scene.texts(request('tools/call', { name: 't', _meta: known }));
    expect(scene.sent.map(({ params }) => params)).toEqual([{ name: 't', _meta: { progressToken: 3 } }, { name: 't' }]);
  });
});
