/**
 * A real authorization server for MCP servers on a free port, as a process of its own with IPC: clients register themselves, tokens
 * are for one resource and two seconds. Its own pages take any name and password.
 *
 * Tells its parent `{issuer}`, and each grant as `{granted}`. Takes `{forget: account}`: whose refresh tokens end.
 */
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const ACCESS_TOKEN_SECONDS = 2;

const server = createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;
const forgotten = new Set();

const provider = new Provider(issuer, {
  clients: [],
  scopes: ['tools'],
  findAccount: (_context, id) => (forgotten.has(id) ? undefined : { accountId: id, claims: () => ({ sub: id }) }),
  features: {
    devInteractions: { enabled: true },
    registration: { enabled: true },
    revocation: { enabled: true, allowedPolicy: () => true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: (_context, resource) => ({
        ...{ scope: 'tools', audience: resource, accessTokenFormat: 'jwt', accessTokenTTL: ACCESS_TOKEN_SECONDS },
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  issueRefreshToken: () => true,
  pkce: { required: () => true },
  cookies: { keys: ['for tests alone'] },
});
const tell = (message) => process.send?.(message);
provider.on('grant.success', (context) => tell({ granted: context.oidc.params.grant_type }));
provider.on('registration_create.success', () => tell({ granted: 'registration' }));
provider.on('revocation.error', (_context, error) => process.stderr.write(`revocation: ${error.message}\n`));
provider.on('grant.error', (_context, error) =>
  process.stderr.write(`grant: ${error.message} ${error.error_description}\n`),
);
server.on('request', provider.callback());
process.on('message', ({ forget }) => forgotten.add(forget));
process.on('disconnect', () => process.exit());
tell({ issuer });
