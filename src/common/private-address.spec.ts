import { isPrivateAddress } from './private-address';

describe('a private address', () => {
  it.each([
    ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1'],
    ...['0.0.0.0', '255.255.255.255', '224.0.0.1', '::1', '[::1]', '::', 'fe80::1%eth0', 'fd00::1', 'ff02::1'],
    ...[
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::ffff:192.168.0.1',
      '::ffff:10.0.0.1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
    ],
    // Addresses of version 4 written as 6, in the oldest form.
    ...['::7f00:1', '::a00:1', 'localhost', ''],
  ])('is %s', (address) => expect(isPrivateAddress(address)).toBe(true));

  it.each([
    '1.1.1.1',
    '93.184.215.14',
    '172.32.0.1',
    '192.169.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '::ffff:1.1.1.1',
  ])('is not %s', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });

  it('is what is no address at all', () => expect(isPrivateAddress('example.org')).toBe(true));
});
