import { once } from 'node:events';
import { eventually } from '../support/eventually';

interface Reply {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** For NODE_OPTIONS of the process to look into: its inspector takes a free port of loopback, once it is asked for. */
export const INSPECTABLE = '--inspect-port=127.0.0.1:0';

/** The inspector of another Node process. */
export class Inspector {
  private readonly pending = new Map<number, PromiseWithResolvers<unknown>>();
  private nextId = 1;

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener('message', ({ data }) => this.receive(JSON.parse(String(data)) as Reply));
  }

  /** @param log what the process has printed so far; it says where its inspector listens. */
  static async attach(pid: number, log: () => string): Promise<Inspector> {
    process.kill(pid, 'SIGUSR1');
    const address = await eventually('the inspector listens', () => /Debugger listening on (ws:\S+)/.exec(log())?.[1]);
    const socket = new WebSocket(address);
    await once(socket, 'open');
    return new Inspector(socket);
  }

  /** @throws Error with what the process answers instead of a result. */
  async call<T>(method: string, params: object = {}): Promise<T> {
    const id = this.nextId++;
    const answered = Promise.withResolvers<unknown>();
    this.pending.set(id, answered);
    this.socket.send(JSON.stringify({ id, method, params }));
    return (await answered.promise) as T;
  }

  /** Bytes that the process's JavaScript holds, after a full collection. */
  async heapBytes(): Promise<number> {
    await this.call('HeapProfiler.collectGarbage');
    const { usedSize } = await this.call<{ usedSize: number }>('Runtime.getHeapUsage');
    return usedSize;
  }

  close(): void {
    this.socket.close();
  }

  private receive({ id, result, error }: Reply): void {
    if (id === undefined) return;
    const waiting = this.pending.get(id);
    this.pending.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error.message));
  }
}
