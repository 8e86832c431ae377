import type { Socket } from 'socket.io-client';
import { Agent, request } from 'undici';
import { childrenOf } from '../support/marked-processes';
import { RelayService, writeBackends } from '../support/service';
import { ChatViewer } from './chat-viewer';
import type { BenchChat, Contender, Processes } from './contender';

/** How the gateway asks the model: its own Responses API passed through, or translated to chat completions. */
export type Protocol = 'responses' | 'chat';
/** How a client learns that its turn has ended. */
export type Client = 'wait' | 'socket' | 'sse';

const PROTOCOLS = { responses: 'passed through', chat: 'translated' };
const CLIENTS = { wait: '?wait=true', socket: 'Socket.IO', sse: 'SSE' };

const backends = (modelUrl: string): string => `backends:
  - { id: responses, type: openai, base_url: '${modelUrl}', api_key_env: BENCH_KEY, model: scripted }
  - { id: chat, type: openai-compatible, base_url: '${modelUrl}', model: scripted }
default_backend: responses
`;

/** The service with both kinds of backend, and the connections of its clients. */
export class BenchedService {
  readonly agent = new Agent({ keepAliveTimeout: 60_000, bodyTimeout: 0, headersTimeout: 0 });

  private constructor(private readonly service: RelayService) {}

  /** @param environment besides the product's own defaults, at which everything else is left. */
  static async start(modelUrl: string, environment: Record<string, string> = {}): Promise<BenchedService> {
    const service = await RelayService.start({
      environment: { LOG_LEVEL: 'warn', CODEX_POOL_SIZE: '3', BENCH_KEY: 'none', ...environment },
      prepare: (dataRoot) => writeBackends(dataRoot, backends(modelUrl)),
    });
    return new BenchedService(service);
  }

  get url(): string {
    return this.service.url;
  }

  get pid(): number {
    return this.service.pid;
  }

  get log(): string {
    return this.service.log;
  }

  health(): ReturnType<RelayService['health']> {
    return this.service.health();
  }

  /** Node, and the app-servers that it has started. */
  get processes(): Processes {
    return { service: [this.pid], codex: childrenOf(this.pid) };
  }

  async post<T>(path: string, body: object): Promise<T> {
    const answer = await this.send(path, body);
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${path} was answered ${answer.statusCode}: ${text}`);
    return JSON.parse(text) as T;
  }

  send(path: string, body: object, headers: Record<string, string> = {}): ReturnType<typeof request> {
    return request(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      dispatcher: this.agent,
    });
  }

  async stop(): Promise<void> {
    await this.agent.close();
    await this.service.dispose();
  }
}

/** The whole service: HTTP in, database, pool, gateway, answer. */
export class Relay implements Contender {
  readonly name: string;
  private readonly sockets: Socket[] = [];

  /** @param on which database, where that is compared */
  constructor(
    readonly service: BenchedService,
    private readonly protocol: Protocol,
    private readonly client: Client,
    on?: string,
  ) {
    this.name = ['codex-relay', PROTOCOLS[protocol], CLIENTS[client], on].filter(Boolean).join(', ');
  }

  get processes(): Processes {
    return this.service.processes;
  }

  async newChat(): Promise<BenchChat> {
    const { id } = await this.service.post<{ id: string }>('/api/v1/chats', { backend: this.protocol });
    const path = `/api/v1/chats/${id}/messages`;
    if (this.client === 'wait') return { turn: (content) => this.wait(path, content) };
    if (this.client === 'sse') return { turn: (content) => this.stream(path, content) };
    const viewer = await ChatViewer.join(this.service.url, id);
    this.sockets.push(viewer.socket);
    return {
      turn: async (content) => {
        const ended = viewer.nextEnd();
        await this.service.post(path, { content });
        requireCompleted(await ended);
      },
    };
  }

  stop(): Promise<void> {
    for (const socket of this.sockets) socket.disconnect();
    return Promise.resolve();
  }

  private async wait(path: string, content: string): Promise<void> {
    const { turn } = await this.service.post<{ turn: { status: string } }>(`${path}?wait=true`, { content });
    requireCompleted(turn.status);
  }

  private async stream(path: string, content: string): Promise<void> {
    const answer = await this.service.send(path, { content }, { accept: 'text/event-stream' });
    const text = await answer.body.text();
    requireCompleted(/"type":"turn.completed".*?"status":"(\w+)"/.exec(text)?.[1] ?? 'cut off');
  }
}

function requireCompleted(status: string): void {
  if (status !== 'completed') throw new Error(`the turn ended as ${status}`);
}
