import { ServerConfig } from '../config/server.config';
import { credentialsOf } from './credentials';

const settings = Object.assign(new ServerConfig(), { port: 8000 });
const OWN = { host: 'relay.example:8000', 'sec-fetch-site': 'same-origin' };

const of = (headers: Record<string, string>, method = 'GET', url = '/api/v1/chats') =>
  credentialsOf({ headers: { host: 'relay.example:8000', ...headers }, method, url }, settings);

describe('what a request says of who sends it', () => {
  it('is a cookie that this host alone can have set, where it came by TLS', () => {
    const tls = { 'x-forwarded-proto': 'https' };
    expect(of({ ...tls, cookie: '__Host-codex_relay_session=ours' }).session).toBe('ours');
    // A neighbour of the same domain can set such a name, and no other.
    expect(
      of({ ...tls, cookie: 'codex_relay_session_8000=planted; codex_relay_session=planted' }).session,
    ).toBeUndefined();
    expect(of({ ...tls, cookie: 'codex_relay_session_8000=planted; __Host-codex_relay_session=ours' }).session).toBe(
      'ours',
    );
  });

  it('is on plain HTTP no cookie of a service on another port', () => {
    expect(of({ cookie: 'codex_relay_session_8001=other; codex_relay_session_8000=ours' }).session).toBe('ours');
    expect(of({ cookie: 'codex_relay_session_8001=other; xcodex_relay_session_8000=other' }).session).toBeUndefined();
  });

  it('is no cookie where a page of elsewhere changes something, or opens a connection', () => {
    const cookie = 'codex_relay_session_8000=ours; codex_relay_8000=ours';
    expect(of({ ...OWN, cookie }, 'POST')).toMatchObject({ session: 'ours', cookie: 'ours' });
    for (const headers of [
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'null' },
    ]) {
      const forged = of({ ...headers, cookie } as Record<string, string>, 'POST');
      expect([forged.session, forged.cookie]).toEqual([undefined, undefined]);
      const opening = of({ ...headers, cookie, upgrade: 'websocket' } as Record<string, string>);
      expect([opening.session, opening.cookie]).toEqual([undefined, undefined]);
    }
  });

  it('is a ticket of an address for event streams alone, and no token of one', () => {
    const stream = { accept: 'text/event-stream' };
    const address = '/api/v1/chats/1/events?ticket=once&access_token=x&token=x';
    expect(of(stream, 'GET', address)).toMatchObject({ ticket: 'once', bearer: undefined });
    expect(of(stream, 'POST', address).ticket).toBeUndefined();
    expect(of({}, 'GET', address).ticket).toBeUndefined();
  });

  it.each(['Bearer', 'Bearer a b', 'Basic YTpi', 'Bearer\ta', ''])('is no token: "%s"', (authorization) => {
    expect(of({ authorization }).bearer).toBeUndefined();
  });
});
