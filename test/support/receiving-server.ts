import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as its receiver has it. */
export interface ReceivedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly at: number;
}

/** @param calls how many this path has had, this one with them */
export type ReceiverAnswer = (response: ServerResponse, calls: number) => void;

export interface ReceiverTerms {
  /** How it answers, by the beginning of the path. */
  readonly answers: Readonly<Record<string, ReceiverAnswer>>;
  /** How it answers at any other. */
  readonly usual: (response: ServerResponse) => void;
}

/** Somebody's server that the service calls: it keeps what it was sent. */
export abstract class ReceivingServer<T extends { readonly path: string }> {
  /** Whether `/never` answers all the same, and every other path as usual. */
  answersAll = false;
  protected readonly received: T[] = [];
  private readonly server = createServer((request, response) => void this.serve(request, response));

  protected constructor(private readonly terms: ReceiverTerms) {}

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  at(path: string): T[] {
    return this.received.filter((each) => each.path === path);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  protected async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  /** What is kept of a request. */
  protected abstract kept(request: ReceivedRequest, response: ServerResponse): T;

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url ?? '';
    const headers = request.headers as Record<string, string>;
    this.received.push(this.kept({ path, headers, body: Buffer.concat(chunks), at: performance.now() }, response));
    const answer = this.answersAll ? undefined : this.terms.answers[/^\/(\w+)/.exec(path)?.[1] ?? ''];
    if (answer === undefined) this.terms.usual(response);
    else answer(response, this.at(path).length);
  }
}
