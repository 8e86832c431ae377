import { AuthConfig } from '../../config/auth.config';
import { ServerConfig } from '../../config/server.config';
import { isLoopbackAddress, OpenAccess } from './open-access';

const server = Object.assign(new ServerConfig(), {
  host: '0.0.0.0',
  corsOrigins: ['https://app.example'],
  allowedHosts: ['relay.example'],
});
const access = new OpenAccess(new AuthConfig(), server);
const allows = (headers: Record<string, string>, address = '127.0.0.1'): boolean =>
  access.allows({ host: '127.0.0.1:8000', ...headers }, address);

describe('OpenAccess', () => {
  it('knows the addresses of this machine', () => {
    for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) {
      expect(isLoopbackAddress(address)).toBe(true);
    }
    for (const address of ['10.0.0.1', '::ffff:10.0.0.1', '::2', '128.0.0.1', '', 'localhost', undefined]) {
      expect(isLoopbackAddress(address)).toBe(false);
    }
  });

  it('is for peers on this machine, under a name of this machine', () => {
    expect(allows({})).toBe(true);
    expect(allows({ host: 'localhost:8000' })).toBe(true);
    expect(allows({ host: '[::1]:8000' }, '::1')).toBe(true);
    expect(allows({}, '192.168.1.5')).toBe(false);
    for (const host of ['rebound.example:8000', 'relay.example', '127.0.0.1.example', '']) {
      expect(allows({ host })).toBe(false);
    }
  });

  it('is not for what a proxy on this machine passes on', () => {
    for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via']) {
      expect(allows({ [header]: '127.0.0.1' })).toBe(false);
    }
  });

  it('is for pages of this service and of CORS_ORIGINS only', () => {
    expect(allows({ origin: 'http://127.0.0.1:8000', 'sec-fetch-site': 'same-origin' })).toBe(true);
    expect(allows({ origin: 'https://app.example', 'sec-fetch-site': 'cross-site' })).toBe(true);
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:9999', 'http://localhost:8000', '']) {
      expect(allows({ origin })).toBe(false);
    }
    expect(allows({ 'sec-fetch-site': 'cross-site' })).toBe(false);
    expect(allows({ 'sec-fetch-site': 'same-site' })).toBe(false);
    expect(allows({ 'sec-fetch-site': 'none' })).toBe(true);
  });

  it('ends when callers sign in', () => {
    const closed = new OpenAccess({ method: 'Keycloak' } as unknown as AuthConfig, server);
    expect(closed.allows({ host: '127.0.0.1:8000' }, '127.0.0.1')).toBe(false);
  });
});
