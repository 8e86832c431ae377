import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const PRELOADED = pathToFileURL(join(__dirname, 'signed-in.mjs')).href;

/** Who talks with the service in a chaos run. */
export const USERS = ['ada', 'ben', 'cleo'] as const;

export type User = (typeof USERS)[number];

/** What a user sends as bearer token. */
export const keyOf = (user: User): string => `key-of-${user}`;

/** Gives the service these users. @param environment what it is started with besides. */
export const withUsers = (environment: Readonly<Record<string, string>>): Record<string, string> => ({
  ...environment,
  NODE_OPTIONS: [`--import=${PRELOADED}`, environment.NODE_OPTIONS ?? ''].join(' ').trim(),
  CHAOS_USERS: USERS.join(' '),
});
