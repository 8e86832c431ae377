import * as oidc from 'openid-client';
import { DomainError, messageOf } from '../../common/domain.error';
import type { McpServer } from '../catalog/mcp-server';
import { HostGuard, HostRefusedError } from '../net/host-guard';
import { fetchedObject, guardedFetch } from './guarded-fetch';

const CLIENT_NAME = 'codex-relay';
const TIMEOUT_SECONDS = 10;
const MAX_SCOPES = 50;

/** A client at an authorization server. */
export interface OauthClient {
  /** Address of the authorization server. */
  readonly issuer: string;
  readonly clientId: string;
  /** Of a client that registered itself; null: a public one, or the secret is in a variable. */
  readonly clientSecret: string | null;
}

/** What an MCP server says of how to sign in to it. */
export interface SignInTerms {
  readonly issuer: URL;
  readonly scopes: readonly string[];
}

/** @param cause for the log */
export const signInFailed = (cause: unknown): DomainError =>
  refusalIn(cause) ??
  new DomainError(502, 'mcp_sign_in_failed', `The MCP server does not let anybody sign in: ${reasonOf(cause)}`, {
    cause,
  });

/** How to sign in to an MCP server: by its metadata (RFC 9728), those of its authorization server (RFC 8414), and a client there. */
export class AuthorizationServer {
  private readonly fetching: oidc.CustomFetch;
  private readonly resource: URL;

  /** @param clientSecret of the client that the operator has registered */
  constructor(
    private readonly server: McpServer,
    private readonly clientSecret: string | undefined,
    guard: HostGuard,
  ) {
    this.fetching = guardedFetch(guard, server.scope);
    this.resource = new URL(resourceOf(server));
  }

  /** @throws DomainError `mcp_sign_in_failed`, `mcp_host_not_allowed` */
  async terms(): Promise<SignInTerms> {
    try {
      const metadata = await this.metadata();
      const [issuer] = textsIn(metadata?.authorization_servers);
      const { auth } = this.server;
      const wanted =
        auth.kind === 'oauth' && auth.scopes.length > 0 ? auth.scopes : textsIn(metadata?.scopes_supported);
      return { issuer: new URL(issuer ?? this.resource.origin), scopes: wanted.slice(0, MAX_SCOPES) };
    } catch (error) {
      throw signInFailed(error);
    }
  }

  /** A client there: the operator's, or one that is registered now. @throws as `terms` */
  async client(issuer: URL, redirectUri: string): Promise<{ client: OauthClient; configuration: oidc.Configuration }> {
    const { auth } = this.server;
    const known = auth.kind === 'oauth' ? auth.clientId : null;
    try {
      if (known !== null) {
        const client = { issuer: issuer.href, clientId: known, clientSecret: null };
        return { client, configuration: await this.discovered(client) };
      }
      const metadata = {
        ...{ client_name: CLIENT_NAME, redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' },
        ...{ grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] },
      };
      const register = (algorithm: 'oauth2' | 'oidc') =>
        oidc.dynamicClientRegistration(issuer, metadata, oidc.None(), this.options(issuer, algorithm));
      const registered = await register('oauth2').catch((error: unknown) => this.again(error, () => register('oidc')));
      const { client_id: clientId, client_secret: secret } = registered.clientMetadata();
      const client = { issuer: issuer.href, clientId, clientSecret: typeof secret === 'string' ? secret : null };
      return { client, configuration: await this.discovered(client) };
    } catch (error) {
      throw signInFailed(error);
    }
  }

  /** @throws Error of the network, or of what is said there */
  async discovered(client: OauthClient): Promise<oidc.Configuration> {
    const issuer = new URL(client.issuer);
    const secret = client.clientSecret ?? this.clientSecret;
    const authentication = secret === undefined ? oidc.None() : oidc.ClientSecretPost(secret);
    const discover = (algorithm: 'oauth2' | 'oidc') =>
      oidc.discovery(issuer, client.clientId, {}, authentication, this.options(issuer, algorithm));
    const configuration = await discover('oauth2').catch((error: unknown) => this.again(error, () => discover('oidc')));
    if (configuration.serverMetadata().supportsPKCE()) return configuration;
    throw new Error('its authorization server does not know PKCE (S256)');
  }

  /** Address that tokens are asked for, and are good for. */
  get audience(): string {
    return this.resource.href;
  }

  private async metadata() {
    const { origin, pathname } = this.resource;
    const places = pathname === '/' ? [''] : [pathname, ''];
    for (const place of places) {
      const url = new URL(`${origin}/.well-known/oauth-protected-resource${place}`);
      const found = await fetchedObject(this.fetching, url);
      if (found === undefined) continue;
      // Tokens for one resource are not to be had in the name of another.
      if (typeof found.resource !== 'string' || !isAbove(found.resource, this.resource)) {
        throw new Error('its metadata is that of another address');
      }
      return found;
    }
    return undefined;
  }

  private options(issuer: URL, algorithm: 'oauth2' | 'oidc') {
    const isPlain = issuer.protocol === 'http:';
    return {
      ...{ algorithm, timeout: TIMEOUT_SECONDS, [oidc.customFetch]: this.fetching },
      ...(isPlain && { execute: [oidc.allowInsecureRequests] }),
    };
  }

  /** What was refused is not asked for at another address. */
  private again<T>(error: unknown, attempt: () => Promise<T>): Promise<T> {
    if (refusalIn(error) !== undefined) throw error;
    return attempt();
  }
}

/** The address of a server over HTTP, as tokens are bound to it. */
export function resourceOf({ transport }: McpServer): string {
  return transport.kind === 'http' ? new URL(transport.url).href : '';
}

function isAbove(resource: string, url: URL): boolean {
  const above = URL.canParse(resource) ? new URL(resource) : undefined;
  return above?.origin === url.origin && url.pathname.startsWith(above.pathname);
}

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

function refusalIn(error: unknown): HostRefusedError | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at instanceof HostRefusedError) return at;
  }
  return undefined;
}

/** Without what a server has said itself. */
const reasonOf = (cause: unknown): string =>
  cause instanceof oidc.ClientError ? 'what it says of itself is not enough.' : `${messageOf(cause)}.`;
