import { SignJWT, UnsecuredJWT } from 'jose';
import { OidcConfig } from '../../../src/config/oidc.config';
import { ServerConfig } from '../../../src/config/server.config';
import { OidcProvider } from '../../../src/auth/oidc/oidc-provider';
import { OidcTokens } from '../../../src/auth/oidc/oidc-tokens';
import { ScriptedIssuer } from '../../support/scripted-issuer';

const AUDIENCE = 'relay';
const seconds = (): number => Math.floor(Date.now() / 1000);

describe('a bearer token of an OpenID Connect provider', () => {
  let issuer: ScriptedIssuer;
  let tokens: OidcTokens;

  beforeEach(async () => {
    issuer = await ScriptedIssuer.start();
    tokens = tokensFor(issuer.url);
  });
  afterEach(() => issuer.stop());

  const tokensFor = (url: string, publicUrl = ''): OidcTokens =>
    new OidcTokens(
      new OidcProvider(Object.assign(new OidcConfig(), { issuer: url, clientId: AUDIENCE, timeoutSeconds: 2 })),
      Object.assign(new ServerConfig(), { publicUrl }),
    );

  const claims = (changes: object = {}) => ({
    ...{ iss: issuer.url, aud: AUDIENCE, sub: 'ada', iat: seconds(), exp: seconds() + 300 },
    ...changes,
  });

  it('is taken when the issuer has signed it for this service', async () => {
    expect(await tokens.claimsOf(await issuer.token(claims()))).toMatchObject({ sub: 'ada' });
  });

  it('is taken when it is for the address of the MCP server, and for no other one', async () => {
    const published = tokensFor(issuer.url, 'https://relay.example');
    const forMcp = await issuer.token(claims({ aud: 'https://relay.example/mcp' }));
    expect(await published.claimsOf(forMcp)).toMatchObject({ sub: 'ada' });
    expect(await published.claimsOf(await issuer.token(claims({ aud: 'https://relay.example' })))).toBeUndefined();
    expect(await tokens.claimsOf(forMcp)).toBeUndefined();
  });

  it('is taken although the clocks differ by less than two minutes, and not beyond', async () => {
    expect(await tokens.claimsOf(await issuer.token(claims({ exp: seconds() - 110 })))).toBeDefined();
    expect(await tokens.claimsOf(await issuer.token(claims({ nbf: seconds() + 110 })))).toBeDefined();
    expect(await tokens.claimsOf(await issuer.token(claims({ exp: seconds() - 130 })))).toBeUndefined();
    expect(await tokens.claimsOf(await issuer.token(claims({ nbf: seconds() + 130 })))).toBeUndefined();
  });

  it.each([
    ['of another audience', { aud: 'another' }],
    ['of another issuer', { iss: 'https://elsewhere.example' }],
    ['without an end', { exp: undefined }],
    ['without a user', { sub: undefined }],
    ['that is an ID token', { nonce: 'n' }],
    ['that ends a session', { events: {} }],
  ])('is nobody’s: one %s', async (_what, change) => {
    expect(await tokens.claimsOf(await issuer.token(claims(change)))).toBeUndefined();
  });

  it('is nobody’s when nobody has signed it', async () => {
    expect(await tokens.claimsOf(new UnsecuredJWT(claims()).encode())).toBeUndefined();
  });

  it('is nobody’s when it is signed with the public key as a shared secret', async () => {
    const confused = new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'one' });
    expect(await tokens.claimsOf(await confused.sign(await issuer.publicKeyBytes()))).toBeUndefined();
  });

  it('is nobody’s when another key of the same name has signed it, or it was changed', async () => {
    const other = await ScriptedIssuer.start();
    expect(await tokens.claimsOf(await other.token(claims()))).toBeUndefined();
    other.stop();
    const [head, , signature] = (await issuer.token(claims())).split('.');
    const body = Buffer.from(JSON.stringify(claims({ sub: 'eve' }))).toString('base64url');
    expect(await tokens.claimsOf(`${head}.${body}.${signature}`)).toBeUndefined();
  });

  it('with a key that is not known has the keys fetched once, however many come', async () => {
    expect(await tokens.claimsOf(await issuer.token(claims()))).toBeDefined();
    const unknown = await issuer.token(claims(), { kid: 'unknown' });
    expect(await Promise.all(Array.from({ length: 20 }, () => tokens.claimsOf(unknown)))).toEqual(
      Array(20).fill(undefined),
    );
    expect(issuer.keyRequests).toBeLessThanOrEqual(2);
  });

  it('goes on being taken while the keys cannot be fetched, once they were', async () => {
    const token = await issuer.token(claims());
    expect(await tokens.claimsOf(token)).toBeDefined();
    issuer.keysAreAway = true;
    expect(await tokens.claimsOf(token)).toBeDefined();
  });

  it('is answered with an outage, and not let in, while no key was ever fetched', async () => {
    issuer.keysAreAway = true;
    await expect(tokens.claimsOf(await issuer.token(claims()))).rejects.toMatchObject({
      ...{ status: 503, code: 'identity_provider_unavailable' },
    });
    issuer.keysAreAway = false;
    expect(await tokens.claimsOf(await issuer.token(claims()))).toBeDefined();
  });

  it('is answered with an outage while the provider is away altogether', async () => {
    const token = await issuer.token(claims());
    const { url } = issuer;
    issuer.stop();
    await expect(tokensFor(url).claimsOf(token)).rejects.toMatchObject({ status: 503 });
  });

  it('that tells of a sign-out at the provider counts once', async () => {
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
    const notice = await issuer.token(claims({ events, sid: 'session-1', jti: 'notice-1' }));
    expect(await tokens.logoutNoticeIn(notice)).toMatchObject({ session: 'session-1' });
    expect(await tokens.logoutNoticeIn(notice)).toBeUndefined();
    expect(await tokens.logoutNoticeIn(await issuer.token(claims({ sid: 'session-1', jti: 'x' })))).toBeUndefined();
  });
});
