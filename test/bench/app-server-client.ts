import { ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** How an app-server is started. */
export interface BareLaunch {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  /** What is asked for when the conversation begins. */
  readonly capabilities?: object;
  /** Called when it has answered for the first time. */
  readonly onAnswer?: () => Promise<void>;
}

/** What a thread is opened with, in codex's words. */
export type ThreadOptions = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: { readonly thread?: { readonly id: string } };
  readonly error?: { readonly message: string };
  readonly params?: { readonly threadId?: string; readonly turn?: { readonly status: string } };
}

/** Called with the method of each notification about one thread; with how the turn ended if it has. */
type Listener = (method: string, status?: string) => void;

/** A `codex app-server` and the least that can drive it: what a program without this service would write. */
export class AppServerClient {
  private readonly answers = new Map<number, (message: Message) => void>();
  private readonly listeners = new Map<string, Listener>();
  private nextId = 1;

  private constructor(private readonly child: ChildProcessByStdio<Writable, Readable, null>) {
    createInterface({ input: child.stdout }).on('line', (line) => this.receive(JSON.parse(line) as Message));
    child.stdin.on('error', () => undefined);
  }

  /** Resolves when codex can be given threads. */
  static async start({ file, args, cwd, env, capabilities, onAnswer }: BareLaunch): Promise<AppServerClient> {
    const client = new AppServerClient(spawn(file, args, { cwd, env, stdio: ['pipe', 'pipe', 'ignore'] }));
    const clientInfo = { name: 'bench', title: null, version: '0' };
    await client.request('initialize', { clientInfo, capabilities: { experimentalApi: true, ...capabilities } });
    client.send({ method: 'initialized' });
    await onAnswer?.();
    return client;
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  async startThread(options: ThreadOptions): Promise<string> {
    const { result } = await this.request('thread/start', options);
    return result?.thread?.id ?? '';
  }

  async resumeThread(threadId: string, options: ThreadOptions): Promise<void> {
    await this.request('thread/resume', { ...options, threadId, excludeTurns: true });
  }

  /** Resolves at the turn's end. @throws Error when it did not come to an answer */
  async turn(threadId: string, text: string, onNotification: Listener = () => undefined): Promise<void> {
    const ended = new Promise<string>((resolve) => {
      this.listeners.set(threadId, (method, status = '') => {
        onNotification(method);
        if (method === 'turn/completed') resolve(status);
      });
    });
    await this.request('turn/start', { threadId, input: [{ type: 'text', text, text_elements: [] }] });
    const status = await ended;
    if (status !== 'completed') throw new Error(`the turn ended as ${status}`);
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.stdin.end();
    await exited;
  }

  /** Ends the process at once; resolves when it has ended. */
  async kill(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
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

  private receive({ id, method, params, ...rest }: Message): void {
    if (method !== undefined) return this.listeners.get(params?.threadId ?? '')?.(method, params?.turn?.status);
    if (id === undefined) return;
    this.answers.get(id)?.({ id, ...rest });
    this.answers.delete(id);
  }
}
