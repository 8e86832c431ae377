import { OutcomeUnknownError, RequestRefusedError } from './rpc.errors';
import { RequestId, RpcResponse } from './message';

interface Pending {
  readonly method: string;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The requests that were written and are not answered. Each one settles: by its answer, its deadline or the end. */
export class PendingResponses {
  private readonly pending = new Map<RequestId, Pending>();

  /** @throws RequestRefusedError, OutcomeUnknownError */
  wait(id: RequestId, method: string, timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.fail(id, `no answer within ${Math.round(timeoutMs)} ms`), timeoutMs);
      this.pending.set(id, { method, timer, resolve, reject });
    });
  }

  /** False when nothing waits for this answer (any more). */
  settle({ id, result, error }: RpcResponse): boolean {
    const pending = this.take(id);
    if (pending === undefined) return false;
    if (error === undefined) pending.resolve(result);
    else pending.reject(new RequestRefusedError(pending.method, error.code, error.message, error.data));
    return true;
  }

  fail(id: RequestId, reason: string): void {
    const pending = this.take(id);
    pending?.reject(new OutcomeUnknownError(pending.method, reason));
  }

  failAll(reason: string): void {
    for (const id of [...this.pending.keys()]) this.fail(id, reason);
  }

  private take(id: RequestId): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    clearTimeout(pending?.timer);
    return pending;
  }
}
