import type { IncomingMessage } from 'node:http';

/**
 * Takes the path below which a proxy shows the service off the addresses of requests. One that comes without it is left as
 * it is: the proxy has cut it off.
 */
export class BasePath {
  /** A request whose upgrade is not made is seen a second time. */
  private readonly done = new WeakSet<IncomingMessage>();

  /** @param path as `/relay`; empty for none */
  constructor(private readonly path: string) {}

  cutOff(request: IncomingMessage): void {
    const { url = '' } = request;
    if (this.path === '' || this.done.has(request) || !url.startsWith(`${this.path}/`)) return;
    this.done.add(request);
    request.url = url.slice(this.path.length);
  }
}
