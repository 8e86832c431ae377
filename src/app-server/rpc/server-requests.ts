import type { ServerRequest } from '../protocol/generated/ServerRequest';
import { NO_REPLY, RequestId } from './message';

const MAX_KNOWN = 1_000;

/** The requests of one app-server: each is answered once, and not after it was withdrawn. */
export class ServerRequests {
  /** Not answered; gives the library what it is to write. */
  private readonly open = new Map<RequestId, (answer: unknown) => void>();
  /** The newest ones, answered or not: codex may send one again with the same id. */
  private readonly known = new Set<RequestId>();

  /** Asks `listener`, unless the request was sent before, and resolves with what is to be written. */
  ask(request: ServerRequest, listener: (request: ServerRequest) => void): Promise<unknown> {
    if (this.known.has(request.id) || this.open.has(request.id)) return Promise.resolve(NO_REPLY);
    this.remember(request.id);
    return new Promise((resolve) => {
      this.open.set(request.id, resolve);
      listener(request);
    });
  }

  /** @param answer the result, or a ResponseError; without effect when there is an answer already. */
  answer(id: RequestId, answer: unknown): void {
    this.open.get(id)?.(answer);
    this.open.delete(id);
  }

  withdraw(id: RequestId): void {
    this.answer(id, NO_REPLY);
  }

  withdrawAll(): void {
    for (const id of [...this.open.keys()]) this.withdraw(id);
  }

  private remember(id: RequestId): void {
    this.known.add(id);
    if (this.known.size <= MAX_KNOWN) return;
    const [oldest] = this.known;
    if (oldest !== undefined) this.known.delete(oldest);
  }
}
