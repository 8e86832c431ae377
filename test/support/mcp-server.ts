import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface McpMessage {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: { readonly name?: string; readonly arguments?: Record<string, unknown>; readonly _meta?: object };
  readonly result?: unknown;
}

export interface SeenMessage extends McpMessage {
  readonly authorization: string | undefined;
  /** Who has called. */
  readonly caller: string;
}

/** What a tool does with its answer; undefined: the answer was written by itself. */
type ToolAnswer = string | undefined;
type Tool = (call: McpMessage, response: ServerResponse, server: McpTestServer) => ToolAnswer | Promise<ToolAnswer>;

const SCHEMA = { type: 'object', properties: { text: { type: 'string' } } };
const MEBIBYTE = 1024 * 1024;

/** A request of the server in the middle of a call's stream. */
const frame = (message: object): string =>
  `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;
const begin = (response: ServerResponse): void => void response.writeHead(200, { 'content-type': 'text/event-stream' });

/** Fills a stream for as long as somebody reads it. */
function pour(response: ServerResponse, piece: string): void {
  while (!response.destroyed && response.write(piece));
  if (!response.destroyed) response.once('drain', () => pour(response, piece));
}

const TOOLS: Record<string, Tool> = {
  echo: ({ params }) => `echo ${String(params?.arguments?.text)}`,
  half: () => 'half of \ud83d',
  deep: ({ id }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const nested = `${'['.repeat(1_000)}${']'.repeat(1_000)}`;
    response.end(`{"jsonrpc":"2.0","id":${id},"result":{"content":[],"structuredContent":{"a":${nested}}}}`);
    return undefined;
  },
  hang: () => undefined,
  /** Asks what nobody can answer, and then says nothing. */
  stray: (_, response) => {
    begin(response);
    response.write(frame({ id: 1, method: 'ping' }));
    response.write(frame({ id: null, method: 'ping' }));
    return undefined;
  },
  mumble: (_, response) => {
    begin(response);
    response.write(frame({ id: 'm', method: 'elicitation/create', params: { message: 5 } }));
    return undefined;
  },
  flood: (_, response) => {
    begin(response);
    pour(response, frame({ method: 'notifications/message', params: { level: 'info', data: 'x'.repeat(10_000) } }));
    return undefined;
  },
  huge: ({ id }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(`{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"`);
    let sent = 0;
    const more = (): void => {
      for (; sent < 100 && !response.destroyed; sent += 1) {
        if (!response.write('x'.repeat(MEBIBYTE))) return void response.once('drain', more);
      }
      response.end('"}]}}');
    };
    more();
    return undefined;
  },
  die: (_, response) => {
    begin(response);
    response.write(': soon');
    setTimeout(() => response.destroy(), 20);
    return undefined;
  },
  ask: async ({ id }, response, server) => {
    begin(response);
    const requestedSchema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
    response.write(frame({ id: 'q1', method: 'elicitation/create', params: { message: 'Who?', requestedSchema } }));
    const answer = await server.answerTo('q1');
    response.end(frame({ id, result: { content: [{ type: 'text', text: `told ${JSON.stringify(answer)}` }] } }));
    return undefined;
  },
};

/** One whose fields beside make no sense. */
const ODD = {
  name: 'odd',
  inputSchema: SCHEMA,
  ...{ title: 5, outputSchema: 5, annotations: 5, icons: 'x', _meta: 5 },
};

/** Tools of which the schemas make no sense. */
const LIES = [
  { name: 'liar', inputSchema: 'nope' },
  { name: 'bad name!', inputSchema: SCHEMA },
  { name: 'unknown-type', inputSchema: { type: 'object', properties: { a: { type: 'wat' } } } },
];

/** An MCP server over streamable HTTP on loopback, with well-behaved tools and others; with OAuth where it is given an issuer. */
export class McpTestServer {
  readonly seen: SeenMessage[] = [];
  /** Whose token it is; undefined: nobody's. Left out: everybody may call. */
  callerOf: ((token: string) => Promise<string | undefined> | string | undefined) | undefined;
  /** Every request is answered so. */
  redirectTo: string | undefined;
  isHung = false;
  private sessions = 0;
  private readonly waiting = new Map<string | number, (result: unknown) => void>();
  private readonly server = createServer((request, response) => void this.serve(request, response));

  /** @param issuer of its tokens */
  static async start(issuer?: () => string): Promise<McpTestServer> {
    const started = new McpTestServer(issuer);
    await new Promise<void>((resolve) => started.server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  private constructor(private readonly issuer?: () => string) {}

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/mcp`;
  }

  calls(tool: string): SeenMessage[] {
    return this.seen.filter(({ method, params }) => method === 'tools/call' && params?.name === tool);
  }

  answerTo(id: string | number): Promise<unknown> {
    return new Promise((resolve) => this.waiting.set(id, resolve));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.redirectTo !== undefined) return void response.writeHead(307, { location: this.redirectTo }).end();
    if (request.url?.startsWith('/.well-known/oauth-protected-resource')) return this.describe(response);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const caller = this.callerOf === undefined ? 'anybody' : await this.callerOf(token ?? '');
    if (caller === undefined) return void response.writeHead(401).end();
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const pieces: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    const message = JSON.parse(Buffer.concat(pieces).toString()) as McpMessage;
    this.seen.push({ ...message, caller, authorization: request.headers.authorization });
    if (this.isHung) return;
    if (message.id === undefined || message.method === undefined) {
      this.waiting.get(message.id ?? '')?.(message.result);
      return void response.writeHead(202).end();
    }
    if (message.method === 'tools/call') return this.callTool(message, response);
    const result = this.resultOf(message);
    if (message.method === 'initialize') response.setHeader('mcp-session-id', `session-${(this.sessions += 1)}`);
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
  }

  private resultOf({ method, params }: McpMessage): object {
    if (method === 'tools/list') {
      const tools = Object.keys(TOOLS).map((name) => ({ name, description: `The tool ${name}.`, inputSchema: SCHEMA }));
      return { tools: [...tools, ODD, ...LIES] };
    }
    if (method !== 'initialize') return { resources: [], resourceTemplates: [] };
    const { protocolVersion } = params as { protocolVersion?: string };
    return { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'test', version: '1' } };
  }

  private async callTool(message: McpMessage, response: ServerResponse): Promise<void> {
    const text = await TOOLS[message.params?.name ?? '']?.(message, response, this);
    if (text === undefined) return;
    const result = { content: [{ type: 'text', text }] };
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
  }

  private describe(response: ServerResponse): void {
    if (this.issuer === undefined) return void response.writeHead(404).end();
    const metadata = { resource: this.url, authorization_servers: [this.issuer()], scopes_supported: ['tools'] };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(metadata));
  }
}
