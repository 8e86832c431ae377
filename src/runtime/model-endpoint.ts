import { randomBytes } from 'node:crypto';

/**
 * The gateway as codex sees it: an address on loopback and one key per app-server process.
 *
 * A key is valid from the launch of its process until that process has ended.
 */
export class ModelEndpoint {
  private readonly instanceOf = new Map<string, string>();
  private url: string | undefined;

  /** Called once the internal listener is bound. */
  open(port: number): void {
    this.url = `http://127.0.0.1:${port}/v1`;
  }

  /** @throws Error before the internal listener is bound. */
  get baseUrl(): string {
    if (this.url === undefined) throw new Error('the internal listener is not bound yet');
    return this.url;
  }

  issueKey(instanceId: string): string {
    const key = `crk-${randomBytes(32).toString('base64url')}`;
    this.instanceOf.set(key, instanceId);
    return key;
  }

  revokeKey(key: string): void {
    this.instanceOf.delete(key);
  }

  /** The instance that a key was issued to. */
  instanceForKey(key: string): string | undefined {
    return this.instanceOf.get(key);
  }
}
