import { Principal } from './principal';

/** What a request brings to say who sends it. */
export interface Credentials {
  /** Of `?ticket=`, for an event stream. */
  readonly ticket?: string;
  /** Of `Authorization: Bearer`, or of a Socket.IO handshake. */
  readonly bearer?: string;
  /** Of the cookie that signing in has set, where the request may be believed to be a page of ours. */
  readonly cookie?: string;
  /** Of the cookie of a browser session, where the request may be believed to be a page of ours. */
  readonly session?: string;
  /** The user that the request names without proving anything: `?user_id=` or `X-User-Id`. */
  readonly named?: string;
}

export type Identified = Principal | undefined;

/** How callers are known: one of `SECURITY_METHOD`. Also the class by which Nest injects the chosen one. */
export abstract class AuthenticationMethod {
  /** Whether a caller needs credentials at all. */
  abstract readonly isRequired: boolean;

  /** Whether people sign in on the pages below `/sign-in`, which anybody may see then. */
  readonly hasSignInPages: boolean = true;

  /** Called once before the first request, when the data root is this service's. @throws ConfigError */
  abstract prepare(): Promise<void>;

  /**
   * Who has such credentials; undefined for nobody, whether they are unknown, expired or revoked. In a time that tells
   * nothing of the right ones.
   *
   * @throws DomainError 503 when who it is cannot be found out now
   */
  abstract identify(credentials: Credentials): Identified | Promise<Identified>;

  /** What a browser keeps that has shown the right secret; undefined where there is none, or it is wrong. */
  abstract cookieFor(secret: string): string | undefined;

  /** What the operator is shown at the start as a part of the address to open; undefined for nothing. */
  abstract readonly shownSecret: string | undefined;

  /** What the operator is shown as a link of its own, while nobody can sign in; undefined for none. */
  firstLink(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }

  /** Whose a bearer token is that somebody signs in with in a browser; undefined where that is no way, or it is nobody's. */
  signInWith(_token: string): Promise<Principal | undefined> {
    return Promise.resolve(undefined);
  }
}
