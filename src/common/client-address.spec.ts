import type { IncomingMessage } from 'node:http';
import { ConfigError } from '../config/config.error';
import { callerKey, isLoopbackAddress, TrustedProxies } from './client-address';

const request = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

describe('addresses of clients', () => {
  it('are of this machine or of another', () => {
    for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) {
      expect(isLoopbackAddress(address)).toBe(true);
    }
    for (const address of ['10.0.0.1', '::ffff:10.0.0.1', '::2', '128.0.0.1', '', 'localhost', undefined]) {
      expect(isLoopbackAddress(address)).toBe(false);
    }
  });

  it('are one caller for a whole network of IPv6', () => {
    const one = ['2001:db8:1:2::7', '2001:db8:1:2:ffff::', '2001:db8:1:2:3:4:5:6'].map(callerKey);
    expect(new Set(one)).toEqual(new Set(['2001:db8:1:2::/64']));
    expect(callerKey('2001:db8::1')).toBe('2001:db8:0:0::/64');
    expect([callerKey('::ffff:10.0.0.1'), callerKey('10.0.0.1')]).toEqual(['10.0.0.1', '10.0.0.1']);
  });

  it('are what a trusted proxy names, and nothing that the client has put before that', () => {
    const proxies = new TrustedProxies(['127.0.0.1', '10.0.0.0/8', 'fd00::/8']);
    expect(proxies.callerOf(request('::ffff:127.0.0.1', '1.1.1.1, 203.0.113.9, 10.1.2.3'))).toBe('203.0.113.9');
    expect(proxies.callerOf(request('203.0.113.1', '1.1.1.1'))).toBe('203.0.113.1');
    expect(proxies.callerOf(request('127.0.0.1'))).toBe('127.0.0.1');
    expect(['fd12::1', 'fe80::1', undefined].map((address) => proxies.includes(address))).toEqual([true, false, false]);
  });

  it('of proxies are refused where they are none', () => {
    for (const range of ['999.1.1.1', '10.0.0.0/64', 'fd00::/200']) {
      expect(() => new TrustedProxies([range])).toThrow(ConfigError);
    }
  });
});
