import { generateKeyPair, exportJWK, type JWTPayload, SignJWT } from 'jose';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

/** An issuer of tokens over HTTP: its discovery document and its keys, which can be away, and rotate. */
export class ScriptedIssuer {
  keysAreAway = false;
  /** How often its keys were asked for. */
  keyRequests = 0;
  private keys: { readonly kid: string; readonly pair: KeyPair }[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ScriptedIssuer> {
    const server = createServer();
    const issuer = new ScriptedIssuer(server);
    server.on('request', (request, response) => {
      void issuer.answer(request.url ?? '').then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await issuer.rotate('one');
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on it signs with another key, and shows that one alone. */
  async rotate(kid: string): Promise<void> {
    this.keys = [{ kid, pair: await generateKeyPair('RS256', { extractable: true }) }];
  }

  /** Its public key as others see it, in PEM-like bytes: what RS/HS confusion signs with. */
  async publicKeyBytes(): Promise<Uint8Array> {
    const [key] = this.keys;
    if (key === undefined) throw new Error('the issuer has no key');
    return new TextEncoder().encode(JSON.stringify(await exportJWK(key.pair.publicKey)));
  }

  async token(claims: JWTPayload, header: { kid?: string } = {}): Promise<string> {
    const [key] = this.keys;
    if (key === undefined) throw new Error('the issuer has no key');
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: key.kid, ...header }).sign(key.pair.privateKey);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(path: string): Promise<{ status: number; body: object }> {
    if (path === '/.well-known/openid-configuration') {
      const endpoints = { jwks_uri: `${this.url}/jwks`, authorization_endpoint: `${this.url}/auth` };
      return {
        status: 200,
        body: {
          issuer: this.url,
          ...endpoints,
          token_endpoint: `${this.url}/token`,
          response_types_supported: ['code'],
        },
      };
    }
    if (path !== '/jwks') return { status: 404, body: {} };
    this.keyRequests += 1;
    if (this.keysAreAway) return { status: 503, body: {} };
    const keys = await Promise.all(
      this.keys.map(async ({ kid, pair }) => ({ ...(await exportJWK(pair.publicKey)), kid, use: 'sig', alg: 'RS256' })),
    );
    return { status: 200, body: { keys } };
  }
}
