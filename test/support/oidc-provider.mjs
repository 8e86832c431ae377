/**
 * A real OpenID Connect provider on a free port, as a process of its own with IPC: `node oidc-provider.mjs <redirect URI> <page
 * after a sign-out> <back-channel address>`. Its own pages take any name and password.
 *
 * Tells its parent `{issuer}`, and each grant as `{granted}`. Takes `{mint: account, id}`, answered by `{id, token}`: an access
 * token for the service; and `{forget: account}`: whoever that is has no account there any more.
 */
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

/** Of a browser's tokens: they are asked for anew after it. */
const ACCESS_TOKEN_SECONDS = 2;
/** Of a program's. */
const MINTED_SECONDS = 6 * 3600;

const [redirectUri, afterSignOut, backChannel] = process.argv.slice(2);
const server = createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

const forgotten = new Set();
const groupsOf = (id) => (id === 'root' ? ['admin'] : ['people']);
const nameOf = (id) => `\u202e${id}\u0007 of the provider`;

const provider = new Provider(issuer, {
  clients: [
    {
      ...{ client_id: 'relay', client_secret: 'relay-secret-relay-secret-relay-1', redirect_uris: [redirectUri] },
      ...{ post_logout_redirect_uris: [afterSignOut], grant_types: ['authorization_code', 'refresh_token'] },
      ...{ backchannel_logout_uri: backChannel, backchannel_logout_session_required: true },
    },
  ],
  claims: { openid: ['sub'], profile: ['name', 'groups'], email: ['email'] },
  findAccount: (_context, id) =>
    forgotten.has(id)
      ? undefined
      : {
          accountId: id,
          claims: () => ({ sub: id, name: nameOf(id), email: `${id}@provider.example`, groups: groupsOf(id) }),
        },
  extraTokenClaims: (_context, token) => ({ name: nameOf(token.accountId), groups: groupsOf(token.accountId) }),
  features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true } },
  // It calls no address of the same machine otherwise, where the service is.
  fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined }),
  issueRefreshToken: () => true,
  pkce: { required: () => true },
  cookies: { keys: ['for tests alone'] },
  ttl: { AccessToken: ACCESS_TOKEN_SECONDS },
});
const tell = (message) => process.send?.(message);
provider.on('grant.success', (context) => tell({ granted: context.oidc.params.grant_type }));
provider.on('backchannel.success', () => tell({ granted: 'back-channel' }));
provider.on('backchannel.error', (_context, error) => process.stderr.write(`back-channel: ${error.message}\n`));
server.on('request', provider.callback());

async function mint(accountId) {
  const token = new provider.AccessToken({
    ...{ accountId, client: await provider.Client.find('relay'), gty: 'authorization_code', scope: 'use' },
    expiresIn: MINTED_SECONDS,
  });
  token.resourceServer = new provider.ResourceServer('urn:relay', {
    ...{ scope: 'use', audience: 'relay', accessTokenFormat: 'jwt', accessTokenTTL: MINTED_SECONDS },
    jwt: { sign: { alg: 'RS256' } },
  });
  return token.save();
}

process.on('message', async ({ mint: account, forget, id }) => {
  if (forget !== undefined) forgotten.add(forget);
  if (account !== undefined) tell({ id, token: await mint(account) });
});
process.on('disconnect', () => process.exit());
tell({ issuer });
