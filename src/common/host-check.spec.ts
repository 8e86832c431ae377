import { answersFor, foreignHost } from './host-check';

const loopback = { host: '127.0.0.1', allowedHosts: ['relay.example'] };
const open = { host: '0.0.0.0', allowedHosts: ['relay.example'] };
const own = ['localhost', 'localhost:8000', 'app.localhost:1', '127.0.0.1:8000', '[::1]:8000', 'RELAY.example:443'];

describe('the name that a request is sent to', () => {
  it('must be one that only this machine has, or an allowed one, whatever the service listens on', () => {
    for (const settings of [loopback, open]) {
      for (const host of own) expect([host, answersFor(host, settings)]).toEqual([host, true]);
      for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '']) {
        expect([host, answersFor(host, settings)]).toEqual([host, false]);
      }
    }
  });

  it('may be any address where the service listens beyond loopback', () => {
    for (const host of ['192.168.1.5:8000', '[2001:db8::1]:8000']) {
      expect([answersFor(host, loopback), answersFor(host, open)]).toEqual([false, true]);
    }
    expect(answersFor('build-7:8000', { host: 'build-7', allowedHosts: [] })).toBe(true);
  });

  it('may be missing where no browser can be meant', () => {
    expect([answersFor(undefined, loopback), answersFor(undefined, open)]).toEqual([false, true]);
  });

  it('is named in the refusal', () => {
    expect(foreignHost('evil.example:1', open)).toMatchObject({ status: 421, code: 'host_not_allowed' });
    expect(foreignHost('evil.example:1', open)?.detail).toContain('"evil.example"');
  });
});
