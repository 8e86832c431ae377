import type { INestApplication } from '@nestjs/common';
import { AuthenticationMethod } from './auth/authentication-method';
import { descriptorWarning } from './common/descriptor-limit';
import { isLoopbackHost } from './common/host-check';
import { AuthConfig } from './config/auth.config';
import { CONFIG_CLASSES } from './config/config.module';
import { ConnectionConfig } from './config/connection.config';
import { envBindings } from './config/env.decorator';
import { Environment } from './config/environment';
import { PoolConfig } from './config/pool.config';
import { ServerConfig } from './config/server.config';
import { unknownVariables } from './config/unknown-variables';
import { OpenAccess } from './gateway/accounts/open-access';

/** What a person is told at the start: where the service is, and who can call it. @param address without a path */
export async function welcome(app: INestApplication, address: string): Promise<string> {
  const { basePath } = app.get(ServerConfig);
  const method = app.get(AuthenticationMethod);
  const secret = method.shownSecret;
  const link = await method.firstLink();
  const at = `${address}${basePath}`;
  return [
    'codex-relay is listening',
    `  web client  ${at}/${secret === undefined ? '' : `?token=${secret}`}`,
    `  API         ${at}/docs`,
    `  health      ${at}/health`,
    `  callers     ${callersOf(app)}; /v1 without a key: ${app.get(OpenAccess).description}`,
    `  agents      ${agentsOf(app)}`,
    ...(link === undefined ? [] : [`  first administrator, once  ${app.get(ServerConfig).publicUrl || at}/${link}`]),
    '',
  ].join('\n');
}

const CALLERS: Partial<Record<AuthConfig['method'], string>> = {
  Token: 'whoever has the access token, as administrator',
  Local: 'whoever has an account here',
  Keycloak: 'whoever Keycloak knows',
  OIDC: 'whoever the identity provider knows',
};

function callersOf(app: INestApplication): string {
  const { host, trustedProxies } = app.get(ServerConfig);
  const said = CALLERS[app.get(AuthConfig).method];
  if (said !== undefined) return said;
  const own = isLoopbackHost(host)
    ? 'every user and program of this machine, and an agent with full access'
    : `whoever reaches ${host}`;
  const proxied = trustedProxies.length === 0 ? '' : `, and whom ${trustedProxies.join(', ')} let through`;
  return `${own}${proxied}, as administrator`;
}

/** What one agent may touch, and whether another user's lies in its process. */
function agentsOf(app: INestApplication): string {
  const { sandboxModeMax, isolation } = app.get(PoolConfig);
  const processes = { shared: 'all users share', user: 'each user has alone', session: 'each chat has alone' };
  return `at most ${sandboxModeMax}, in processes of codex that ${processes[isolation]}`;
}

/** By which of codex's own tools an agent gets at files of another user, where users that sign in share processes. */
function sharedProcessWarning(app: INestApplication): string | undefined {
  const { sandboxCeiling, sandboxModeMax, isolation } = app.get(PoolConfig);
  if (app.get(AuthConfig).method === 'None' || isolation !== 'shared') return undefined;
  const open = sandboxCeiling.confines
    ? `CODEX_SANDBOX_MODE_MAX=${sandboxModeMax} keeps codex from opening images by their paths and, with mount isolation, from ` +
      'following links; a patch to a path that an agent knows still tells it whether a line that it guesses is in the file'
    : 'codex reads any of them by a patch, through a link, or as an image that it opens by its path';
  return `users share processes (CODEX_ISOLATION=shared), which can reach the files of each: ${open}; CODEX_ISOLATION=user closes this`;
}

/** Sentences about what the operator may not want as it is. */
export function startWarnings(app: INestApplication): string[] {
  const environment = app.get(Environment);
  const { host, allowedHosts } = app.get(ServerConfig);
  const warnings = [...environment.remarks, ...unknownVariables(environment, knownVariables())];
  const descriptors = descriptorWarning(app.get(ConnectionConfig));
  if (descriptors !== undefined) warnings.push(descriptors);
  const shared = sharedProcessWarning(app);
  if (shared !== undefined) warnings.push(shared);
  if (isLoopbackHost(host)) return warnings;
  if (app.get(AuthConfig).method === 'None') {
    warnings.push(`HOST is ${host} and SECURITY_METHOD is None: whoever reaches this port is administrator`);
  }
  if (allowedHosts.length === 0) {
    warnings.push(
      `HOST is ${host} and ALLOWED_HOSTS is empty: requests for a host name are refused, for an address answered`,
    );
  }
  return warnings;
}

const knownVariables = (): string[] =>
  CONFIG_CLASSES.flatMap((configClass) =>
    envBindings(configClass).flatMap(({ variable, otherName }) => [variable, ...(otherName ? [otherName] : [])]),
  );
