import type { CDPSession, Page } from 'playwright-core';

/** Counts what a page gets over the network, as the browser counts it: headers and bodies as they are on the wire, and frames. */
export class WireBytes {
  private readonly urls = new Map<string, string>();
  private readonly kinds = new Map<string, string>();
  /** Bytes of each answer, by its path. */
  readonly answers: { readonly path: string; readonly kind: string; readonly bytes: number }[] = [];
  private frameBytes = 0;

  static async of(page: Page): Promise<WireBytes> {
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    return new WireBytes(session);
  }

  private constructor(session: CDPSession) {
    session.on('Network.responseReceived', ({ requestId, response, type }) => {
      this.urls.set(requestId, response.url);
      this.kinds.set(requestId, type);
    });
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength: bytes }) => {
      const path = new URL(this.urls.get(requestId) ?? 'http://unknown/').pathname;
      this.answers.push({ path, kind: this.kinds.get(requestId) ?? 'unknown', bytes });
    });
    session.on('Network.webSocketFrameReceived', ({ response }) => (this.frameBytes += response.payloadData.length));
  }

  get total(): number {
    return this.answers.reduce((sum, { bytes }) => sum + bytes, this.frameBytes);
  }

  /** Bytes of the answers by what the browser took them for: `Document`, `Script`, `Stylesheet`, `Fetch`. */
  get byKind(): Map<string, number> {
    const kinds = new Map<string, number>();
    for (const { kind, bytes } of this.answers) kinds.set(kind, (kinds.get(kind) ?? 0) + bytes);
    return kinds;
  }

  /** Of the service's data: without pages, scripts and styles. */
  get data(): number {
    const api = this.answers.filter(({ path }) => path.includes('/api/'));
    return api.reduce((sum, { bytes }) => sum + bytes, this.frameBytes);
  }
}
