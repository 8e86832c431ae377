import { PrincipalWatch } from '../../../src/auth/principal-watch';
import { Revocations } from '../../../src/auth/revocations';
import { BrowserSessions } from '../../../src/auth/sessions/browser-sessions';
import { StreamTickets } from '../../../src/auth/stream-tickets';
import { UserTokens } from '../../../src/auth/tokens/user-tokens';
import { Users } from '../../../src/auth/users';
import { SignInConfig } from '../../../src/config/sign-in.config';
import { Database } from '../../../src/database/database';
import { closeDatabase, openDatabase } from '../../support/open-database';

const BROWSER = { userAgent: 'test', address: '127.0.0.1' };

describe('what a user has signed in with', () => {
  let database: Database;
  let revocations: Revocations;
  let users: Users;
  let sessions: BrowserSessions;
  let tokens: UserTokens;
  let userId: string;

  beforeEach(async () => {
    database = await openDatabase();
    revocations = new Revocations();
    users = new Users(database, revocations);
    const config = new SignInConfig();
    sessions = new BrowserSessions(database, users, revocations, config);
    tokens = new UserTokens(database, users, revocations, config);
    userId = (await users.ofIdentity({ issuer: 'https://sso', subject: 'ada', displayName: 'Ada', isAdmin: false })).id;
  });
  afterEach(() => closeDatabase(database));

  it('is over at once when the user is disabled: sessions, tokens, tickets, and what is open', async () => {
    const { secret } = await sessions.start(userId, BROWSER);
    const token = await tokens.create(userId, { name: 'ci', scopes: ['chat'], expiresAt: null });
    const principal = await sessions.principalOf(secret);
    if (principal === undefined) throw new Error('the session is nobody’s');
    expect(await tokens.principalOf(token.secret)).toMatchObject({ id: userId, scopes: ['chat'], isAdmin: false });
    const tickets = new StreamTickets(revocations);
    const { ticket } = tickets.issue(principal);
    const ended: string[] = [];
    new PrincipalWatch(revocations, sessions).watch(principal, (code) => ended.push(code));

    await users.disable(userId);
    expect(ended).toEqual(['session_expired']);
    expect(await sessions.principalOf(secret)).toBeUndefined();
    expect(await tokens.principalOf(token.secret)).toBeUndefined();
    expect(tickets.take(ticket)).toBeUndefined();
  });

  it('is over when it is ended or revoked, and nothing else with it', async () => {
    const [one, other] = [await sessions.start(userId, BROWSER), await sessions.start(userId, BROWSER)];
    const token = await tokens.create(userId, { name: 'ci', scopes: ['read'], expiresAt: null });
    const principal = await sessions.principalOf(one.secret);
    await sessions.end(userId, principal?.sessionId ?? '');
    expect(await sessions.principalOf(one.secret)).toBeUndefined();
    expect(await sessions.principalOf(other.secret)).toMatchObject({ id: userId });

    expect(await tokens.principalOf(token.secret)).toBeDefined();
    await expect(tokens.revoke('somebody-else', token.token.id)).rejects.toMatchObject({ code: 'token_not_found' });
    await tokens.revoke(userId, token.token.id);
    expect(await tokens.principalOf(token.secret)).toBeUndefined();
  });

  it('is nothing that the database would give away', async () => {
    const { secret } = await sessions.start(userId, {
      ...BROWSER,
      provider: { refreshToken: 'refresh-me', idToken: 'id' },
    });
    const rows = JSON.stringify(await database.read.query('SELECT * FROM browser_sessions'));
    expect(rows).not.toContain(secret);
    expect(rows).not.toContain('refresh-me');
    expect(await sessions.tokensOf(secret)).toEqual({ refreshToken: 'refresh-me', idToken: 'id' });
  });

  it('is a ticket for one stream alone', () => {
    const tickets = new StreamTickets(revocations);
    const { ticket } = tickets.issue({ id: userId, displayName: '', role: 'member', isAdmin: false, via: 'session' });
    expect(tickets.take(ticket)).toMatchObject({ id: userId });
    expect(tickets.take(ticket)).toBeUndefined();
  });

  it('belongs to a name without what is not seen', async () => {
    const identity = {
      issuer: 'https://sso',
      subject: 'eve',
      displayName: '\u202eEve\u0000\n\u200b  of it',
      isAdmin: true,
    };
    expect(await users.ofIdentity(identity)).toMatchObject({ displayName: 'Eve of it', role: 'admin' });
    expect(await users.ofIdentity({ ...identity, isAdmin: false })).toMatchObject({ role: 'member' });
  });
});
