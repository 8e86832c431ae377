import { BoundedMap } from '../../common/bounded-map';
import { messageOf, unavailable } from '../../common/domain.error';
import { KeycloakConfig } from '../../config/keycloak.config';
import { hashOfSecret } from '../secret';

const MAX_REMEMBERED = 10_000;
const MAX_TOKEN_LENGTH = 16_384;

/** What Keycloak says of a token that is good. */
export interface ActiveToken {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly subject: string;
  /** Unix milliseconds; undefined: Keycloak does not say. */
  readonly expiresAt: number | undefined;
}

interface Remembered {
  readonly token: ActiveToken | undefined;
  /** Unix milliseconds. */
  readonly until: number;
}

/** Asks Keycloak whose a token is (RFC 7662), once for the calls of some seconds. */
export class Introspection {
  /** By hash of the token, also those that are good for nothing. */
  private readonly remembered = new BoundedMap<string, Remembered>(MAX_REMEMBERED);
  private readonly asking = new Map<string, Promise<ActiveToken | undefined>>();

  constructor(private readonly config: KeycloakConfig) {}

  /** @returns undefined for a token that is good for nothing. @throws DomainError 503 `identity_provider_unavailable` */
  async of(token: string): Promise<ActiveToken | undefined> {
    if (token.length > MAX_TOKEN_LENGTH) return undefined;
    const hash = hashOfSecret(token);
    const known = this.remembered.get(hash);
    if (known !== undefined && known.until > Date.now()) return known.token;
    const asking = this.asking.get(hash) ?? this.askOnce(token, hash);
    return asking;
  }

  private askOnce(token: string, hash: string): Promise<ActiveToken | undefined> {
    const asking = this.ask(token)
      .then((found) => {
        const longest = Date.now() + this.config.cacheSeconds * 1000;
        this.remembered.set(hash, { token: found, until: Math.min(longest, found?.expiresAt ?? longest) });
        return found;
      })
      .finally(() => this.asking.delete(hash));
    this.asking.set(hash, asking);
    return asking;
  }

  private async ask(token: string): Promise<ActiveToken | undefined> {
    const { clientId, clientSecret, timeoutSeconds } = this.config;
    let answer: unknown;
    try {
      const response = await fetch(introspectionUrlOf(this.config), {
        method: 'POST',
        headers: { accept: 'application/json', authorization: basicOf(clientId, clientSecret) },
        body: new URLSearchParams({ token, token_type_hint: 'access_token' }),
        signal: AbortSignal.timeout(timeoutSeconds * 1000),
        redirect: 'error',
      });
      if (!response.ok) throw new Error(`it answered ${response.status}`);
      answer = await response.json();
    } catch (error) {
      throw Object.assign(unavailable('identity_provider_unavailable', 'Keycloak does not answer now: try again.'), {
        cause: new Error(`Keycloak's introspection failed: ${messageOf(error)}`),
      });
    }
    return activeTokenIn(answer);
  }
}

/** RFC 6749, 2.3.1: both are encoded as in a form. */
function basicOf(id: string, secret: string): string {
  const encode = (text: string): string => new URLSearchParams({ x: text }).toString().slice(2);
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}`;
}

/** Where Keycloak is asked. */
export const introspectionUrlOf = ({ baseUrl, realm, introspectionUrl }: KeycloakConfig): string =>
  introspectionUrl || `${issuerOf({ baseUrl, realm })}/protocol/openid-connect/token/introspect`;

/** The realm's own address, which is the issuer of its users. */
export const issuerOf = ({ baseUrl, realm }: Pick<KeycloakConfig, 'baseUrl' | 'realm'>): string =>
  `${baseUrl.replace(/\/+$/, '')}/realms/${encodeURIComponent(realm)}`;

function activeTokenIn(answer: unknown): ActiveToken | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const claims = answer as Record<string, unknown>;
  const { active, sub, exp, nbf } = claims;
  if (active !== true || typeof sub !== 'string' || sub === '') return undefined;
  const expiresAt = typeof exp === 'number' ? exp * 1000 : undefined;
  if (expiresAt !== undefined && expiresAt <= Date.now()) return undefined;
  if (typeof nbf === 'number' && nbf * 1000 > Date.now() + 60_000) return undefined;
  return { claims, subject: sub, expiresAt };
}
