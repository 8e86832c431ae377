import { Injectable } from '@nestjs/common';
import * as oidc from 'openid-client';
import { AuditLog } from '../../access/audit/audit-log';
import type { User } from '../../auth/user';
import { BoundedMap } from '../../common/bounded-map';
import { conflict, invalid } from '../../common/domain.error';
import { SecretCipher } from '../../gateway/catalog/secret-cipher';
import type { McpServer } from '../catalog/mcp-server';
import { McpBindings } from '../proxy/mcp-bindings';
import { OauthClient, signInFailed } from './authorization-server';
import { grantOf, McpGrants } from './mcp-grants';

/** A person signs in within this time. */
const PENDING_MS = 10 * 60_000;
const MAX_PENDING = 10_000;

interface Pending {
  readonly userId: string;
  readonly server: McpServer;
  readonly client: OauthClient;
  readonly configuration: oidc.Configuration;
  readonly verifier: string;
  readonly redirectUri: string;
  readonly audience: string;
  readonly until: number;
}

const UNKNOWN = invalid(
  'mcp_sign_in_unknown',
  'This sign-in is not one that you have begun here, or it took too long: begin anew.',
);

/** Signs users in to MCP servers: authorization code with PKCE; who has begun it here must be who comes back. */
@Injectable()
export class McpSignIn {
  /** In memory: after a restart a sign-in begins anew. */
  private readonly pending = new BoundedMap<string, Pending>(MAX_PENDING);

  constructor(
    private readonly grants: McpGrants,
    private readonly cipher: SecretCipher,
    private readonly bindings: McpBindings,
    private readonly audit: AuditLog,
  ) {}

  /**
   * @param redirectUri where the browser comes back to
   * @returns where the user signs in, and until when
   * @throws DomainError `encryption_key_missing`, `mcp_server_takes_no_sign_in`, `mcp_sign_in_failed`, `mcp_host_not_allowed`
   */
  async begin(user: User, server: McpServer, redirectUri: string): Promise<{ url: string; expiresAt: string }> {
    requireOauth(server);
    if (!this.cipher.canEncrypt) {
      throw conflict('encryption_key_missing', 'Sign-ins can be stored once the operator has set ENCRYPTION_KEY.');
    }
    const there = this.grants.serverAt(server);
    const { issuer, scopes } = await there.terms();
    const { client, configuration } = await there.client(issuer, redirectUri);
    const verifier = oidc.randomPKCECodeVerifier();
    const state = oidc.randomState();
    const challenge = await oidc.calculatePKCECodeChallenge(verifier);
    const url = oidc.buildAuthorizationUrl(configuration, {
      ...{ redirect_uri: redirectUri, state, resource: there.audience },
      ...{ code_challenge: challenge, code_challenge_method: 'S256' },
      ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    });
    // It is a link that a person follows.
    if (!/^https?:$/.test(url.protocol)) throw signInFailed(new Error('its page to sign in is none'));
    const until = Date.now() + PENDING_MS;
    const { audience } = there;
    this.pending.set(state, { userId: user.id, server, client, configuration, verifier, redirectUri, audience, until });
    return { url: url.href, expiresAt: new Date(until).toISOString() };
  }

  /** @param query of the address that the browser came back to @throws DomainError `mcp_sign_in_unknown`, `mcp_sign_in_failed` */
  async complete(user: User, query: URLSearchParams): Promise<McpServer> {
    const state = query.get('state') ?? '';
    const pending = this.pending.get(state);
    if (pending === undefined || pending.userId !== user.id || pending.until < Date.now()) throw UNKNOWN;
    // A code is tried once.
    this.pending.delete(state);
    const { server, configuration, verifier, client, audience } = pending;
    const address = new URL(pending.redirectUri);
    address.search = query.toString();
    try {
      const checks = { expectedState: state, pkceCodeVerifier: verifier };
      const tokens = await oidc.authorizationCodeGrant(configuration, address, checks, { resource: audience });
      await this.grants.store(server, user.id, grantOf(client, tokens));
    } catch (error) {
      throw signInFailed(error);
    }
    this.bindings.askAgain(user.id, server.id);
    this.note('mcp_server.signed_in', user, server);
    return server;
  }

  /** @returns whether the user was signed in @throws DomainError `mcp_server_takes_no_sign_in` */
  async revoke(user: User, server: McpServer): Promise<boolean> {
    requireOauth(server);
    const was = await this.grants.revoke(server, user.id);
    this.bindings.askAgain(user.id, server.id);
    if (was) this.note('mcp_server.signed_out', user, server);
    return was;
  }

  private note(action: string, user: User, { id }: McpServer): void {
    this.audit.record({ action, by: user, target: { kind: 'mcp_server', id } });
  }
}

function requireOauth({ auth, name }: McpServer): void {
  if (auth.kind !== 'oauth') {
    throw conflict('mcp_server_takes_no_sign_in', `The MCP server "${name}" is not one that users sign in to.`);
  }
}
