import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { textOption } from '../../bench/arguments';
import { IdentityProvider } from '../../support/identity-provider';

const PRELOADED = pathToFileURL(join(__dirname, 'signed-in.mjs')).href;
/** No browser signs in. */
const NO_PAGES = 'http://127.0.0.1:9';

/** Who talks with the service in a chaos run. */
export const USERS = ['ada', 'ben', 'cleo'] as const;

export type User = (typeof USERS)[number];

/** How the users of a world are known to the service. */
export interface SignedInUsers {
  /** What a user sends as bearer token. */
  readonly keys: Readonly<Record<User, string>>;
  /** The bearer token of an administrator who only looks; undefined: none is needed. */
  readonly operatorToken: string | undefined;
  /** What the service is started with. @param environment besides */
  environment(environment: Readonly<Record<string, string>>): Record<string, string>;
  dispose(): void;
}

/** `--security oidc`: they have tokens of an OpenID Connect provider, a program of its own; else the service is told who they are. */
export async function signInUsers(): Promise<SignedInUsers> {
  const security = textOption('security') ?? 'named';
  if (security === 'named') return NAMED;
  if (security === 'oidc') return atProvider(await IdentityProvider.start(NO_PAGES));
  throw new Error(`--security takes named or oidc, not "${security}"`);
}

const NAMED: SignedInUsers = {
  keys: { ada: 'key-of-ada', ben: 'key-of-ben', cleo: 'key-of-cleo' },
  operatorToken: undefined,
  environment: (environment) => ({
    ...environment,
    NODE_OPTIONS: [`--import=${PRELOADED}`, environment.NODE_OPTIONS ?? ''].join(' ').trim(),
    CHAOS_USERS: USERS.join(' '),
  }),
  dispose: () => undefined,
};

async function atProvider(provider: IdentityProvider): Promise<SignedInUsers> {
  const [ada, ben, cleo] = await Promise.all(USERS.map((user) => provider.accessTokenOf(user)));
  return {
    keys: { ada: ada ?? '', ben: ben ?? '', cleo: cleo ?? '' },
    operatorToken: await provider.accessTokenOf('root'),
    environment: (environment) => ({
      ...provider.environment,
      // Clients allow commands that leave the sandbox, and call as often as they can.
      ...{ CODEX_SANDBOX_MODE_MAX: 'danger-full-access', API_REQUESTS_PER_MINUTE: '0' },
      ...environment,
    }),
    dispose: () => provider.stop(),
  };
}
