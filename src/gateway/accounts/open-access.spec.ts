import { AuthConfig } from '../../config/auth.config';
import { GatewayConfig } from '../../config/gateway.config';
import { ServerConfig } from '../../config/server.config';
import { Connection, OpenAccess } from './open-access';

const serverOf = (settings: Partial<ServerConfig> = {}): ServerConfig =>
  Object.assign(new ServerConfig(), { host: '0.0.0.0', corsOrigins: ['https://app.example'] }, settings);
const gatewayOf = (keylessAccess: GatewayConfig['keylessAccess']): GatewayConfig =>
  Object.assign(new GatewayConfig(), { keylessAccess });
const access = new OpenAccess(new AuthConfig(), serverOf(), new GatewayConfig());

const request = (headers: Record<string, string> = {}, remoteAddress = '127.0.0.1', httpVersion = '1.1'): Connection =>
  ({ headers: { host: '127.0.0.1:8000', ...headers }, socket: { remoteAddress }, httpVersion }) as Connection;
const allows = (headers: Record<string, string>, address?: string): boolean => access.allows(request(headers, address));

describe('OpenAccess', () => {
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
    for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via', 'cf-connecting-ip', 'x-client-ip']) {
      expect(allows({ [header]: '127.0.0.1' })).toBe(false);
    }
  });

  it('is not for a proxy that says nothing of those it speaks for, unless the operator wants it', () => {
    const plain = request({}, '127.0.0.1', '1.0');
    const local = new OpenAccess(new AuthConfig(), serverOf(), gatewayOf('local'));
    expect([access.allows(plain), local.allows(plain)]).toEqual([false, true]);
    for (const settings of [{ allowedHosts: ['relay.example'] }, { trustedProxies: ['127.0.0.1'] }]) {
      const behind = new OpenAccess(new AuthConfig(), serverOf(settings), new GatewayConfig());
      expect([behind.allows(request()), behind.description]).toEqual([false, 'nobody']);
      expect(new OpenAccess(new AuthConfig(), serverOf(settings), gatewayOf('local')).allows(request())).toBe(true);
    }
    expect(new OpenAccess(new AuthConfig(), serverOf(), gatewayOf('none')).allows(request())).toBe(false);
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
    const signedIn = Object.assign(new AuthConfig(), { method: 'Token' });
    expect(new OpenAccess(signedIn, serverOf(), gatewayOf('local')).allows(request())).toBe(false);
  });
});
