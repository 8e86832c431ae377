/**
 * A real OpenID Connect provider on a free port, as a process of its own: `node oidc-provider.mjs <client's redirect URI>`.
 * Prints its issuer. Its own pages take any name and password.
 */
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [redirectUri, afterSignOut, backChannel] = process.argv.slice(2);
const server = createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      ...{ client_id: 'relay', client_secret: 'relay-secret-relay-secret-relay-1', redirect_uris: [redirectUri] },
      ...{ post_logout_redirect_uris: [afterSignOut], grant_types: ['authorization_code', 'refresh_token'] },
      ...{ backchannel_logout_uri: backChannel, backchannel_logout_session_required: true },
    },
  ],
  claims: { openid: ['sub'], profile: ['name', 'groups'], email: ['email'] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: `\u202e${id}\u0007 of the provider`,
      email: `${id}@provider.example`,
      groups: id === 'root' ? ['admin'] : ['people'],
    }),
  }),
  features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true } },
  issueRefreshToken: () => true,
  pkce: { required: () => true },
  cookies: { keys: ['for tests alone'] },
});
server.on('request', provider.callback());
process.stdout.write(`issuer ${issuer}\n`);
