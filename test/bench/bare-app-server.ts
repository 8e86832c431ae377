import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CodexBinary } from '../../src/runtime/codex-binary';
import { PoolConfig } from '../../src/config/pool.config';
import type { BenchChat, Contender } from './contender';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: { thread?: { id: string } };
  readonly error?: { message: string };
  readonly params?: { threadId?: string };
}

/** A `codex app-server` as one gets it, with default settings and the environment of a shell. */
export class BareAppServer implements Contender {
  readonly name = 'bare app-server, default settings';
  private readonly answers = new Map<number, (message: Message) => void>();
  private readonly turnEnds = new Map<string, () => void>();
  private nextId = 1;

  private constructor(
    private readonly child: ReturnType<typeof BareAppServer.launch>,
    private readonly home: string,
  ) {
    createInterface({ input: child.stdout }).on('line', (line) => this.receive(JSON.parse(line) as Message));
  }

  static async start(modelUrl: string, home: string): Promise<BareAppServer> {
    await mkdir(home, { recursive: true });
    const server = new BareAppServer(BareAppServer.launch(modelUrl, home), home);
    const clientInfo = { name: 'bench', title: null, version: '0' };
    await server.request('initialize', { clientInfo, capabilities: { experimentalApi: true } });
    server.send({ method: 'initialized' });
    return server;
  }

  async newChat(): Promise<BenchChat> {
    const cwd = join(this.home, `workspace-${randomUUID()}`);
    await mkdir(cwd);
    const { result } = await this.request('thread/start', { cwd, model: 'scripted', approvalPolicy: 'never' });
    const threadId = result?.thread?.id ?? '';
    return { turn: (text) => this.turn(threadId, text) };
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.stdin.end();
    await exited;
  }

  private static launch(modelUrl: string, home: string) {
    const provider = `{name="bench",base_url="${modelUrl}",wire_api="responses",env_key="BENCH_KEY"}`;
    const settings = ['model_provider="bench"', `model_providers.bench=${provider}`];
    const args = ['app-server', ...settings.flatMap((setting) => ['-c', setting])];
    return spawn(new CodexBinary(new PoolConfig()).path, args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, CODEX_HOME: home, BENCH_KEY: 'none' },
    });
  }

  private async turn(threadId: string, text: string): Promise<void> {
    const ended = new Promise<void>((resolve) => this.turnEnds.set(threadId, resolve));
    await this.request('turn/start', { threadId, input: [{ type: 'text', text, text_elements: [] }] });
    await ended;
  }

  private request(method: string, params: object): Promise<Message> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.answers.set(id, (message) => (message.error ? reject(new Error(message.error.message)) : resolve(message)));
      this.send({ id, method, params });
    });
  }

  private send(message: object): void {
    this.child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  private receive(message: Message): void {
    if (message.method === 'turn/completed') this.turnEnds.get(message.params?.threadId ?? '')?.();
    if (message.id !== undefined && message.method === undefined) this.answers.get(message.id)?.(message);
  }
}
