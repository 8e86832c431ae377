import { isPrivateAddress } from './private-address';

describe('a private address', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '100.64.0.1',
    '::1',
    '::',
    'fd00::1',
    '::ffff:10.0.0.1',
    '[::1]',
    'fe80::1%eth0',
  ])('is %s', (address) => expect(isPrivateAddress(address)).toBe(true));

  it.each(['1.1.1.1', '93.184.215.14', '2606:4700::1111'])('is not %s', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });

  it('is what is no address at all', () => expect(isPrivateAddress('example.org')).toBe(true));
});
