import { BlockList, isIP } from 'node:net';

/** What is not on the public internet (IANA's special-purpose registries), or leads somewhere else from there. */
const V4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
];
/** `::`, `64:ff9b::`, `2002::` and `::ffff:0:0:0` carry an address of version 4. */
const V6 = [
  ...['::/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16'],
  ...['3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8', '::ffff:0:0:0/96'],
];

const blocked = new BlockList();
for (const network of V4) add(network, 'ipv4');
for (const network of V6) add(network, 'ipv6');

function add(network: string, family: 'ipv4' | 'ipv6'): void {
  const [address = '', prefix] = network.split('/');
  blocked.addSubnet(address, Number(prefix), family);
}

/** Whether an address of version 4 or 6 is none of the public internet; those of version 4 written as 6, too. */
export function isPrivateAddress(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const version = isIP(plain);
  return version === 0 || blocked.check(plain, version === 4 ? 'ipv4' : 'ipv6');
}
