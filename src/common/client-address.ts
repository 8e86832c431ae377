import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import { ConfigError } from '../config/config.error';

/** An address of a socket; IPv4 may come as `::ffff:127.0.0.1`. */
const plainAddress = (address: string): string => address.trim().replace(/^::ffff:(?=\d+\.)/i, '');

const familyOf = (address: string): 'ipv4' | 'ipv6' => (address.includes(':') ? 'ipv6' : 'ipv4');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether an address of a socket means this machine. */
export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = plainAddress(address);
  return loopback.check(plain, familyOf(plain));
}

/** The proxies that the operator trusts to decide who may call. */
export class TrustedProxies {
  private readonly ranges = new BlockList();

  /** @param ranges addresses, and ranges as `10.0.0.0/8`. @throws ConfigError for one that is neither */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) this.add(range);
  }

  includes(address: string | undefined): boolean {
    if (address === undefined) return false;
    const plain = plainAddress(address);
    return this.ranges.check(plain, familyOf(plain));
  }

  /**
   * Who calls: the peer, or whom a trusted proxy names as its peer (the last of `X-Forwarded-For` that is no trusted proxy
   * itself; what stands before that, the client has written).
   */
  callerOf(request: Pick<IncomingMessage, 'headers' | 'socket'>): string {
    return callerKey(this.addressOf(request));
  }

  /** The same as a whole address. */
  addressOf({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): string {
    const peer = plainAddress(socket.remoteAddress ?? '');
    const named = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',').map(plainAddress);
    const way = [...named.filter((address) => address !== ''), peer];
    while (way.length > 1 && this.includes(way.at(-1))) way.pop();
    return way.at(-1) ?? '';
  }

  private add(range: string): void {
    const [address = '', bits] = range.split('/');
    try {
      if (bits === undefined) this.ranges.addAddress(address, familyOf(address));
      else this.ranges.addSubnet(address, Number(bits), familyOf(address));
    } catch {
      throw new ConfigError(`TRUSTED_PROXIES has "${range}", which is no address and no range of addresses`);
    }
  }
}

/** One caller has a whole network of IPv6 addresses (/64). */
export function callerKey(address: string): string {
  const plain = plainAddress(address);
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const all = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail ?? '').split(':')];
  return `${all.slice(0, 4).join(':')}::/64`;
}
