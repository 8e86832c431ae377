import { hashOfSecret } from '../../auth/secret';
import { isSameHash, newGatewayKey } from './gateway-key-secret';

describe('the secret of a gateway key', () => {
  it('has 256 random bits behind a prefix', () => {
    const keys = Array.from({ length: 100 }, newGatewayKey);
    expect(new Set(keys).size).toBe(100);
    for (const key of keys) expect(key).toMatch(/^crg-[\w-]{43}$/);
  });

  it('is stored as its SHA-256', () => {
    expect(hashOfSecret('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('is the same or not', () => {
    const hash = hashOfSecret('abc');
    expect(isSameHash(hash, hashOfSecret('abc'))).toBe(true);
    expect(isSameHash(hash, hashOfSecret('abd'))).toBe(false);
    expect(isSameHash(hash, hash.slice(2))).toBe(false);
    expect(isSameHash(hash, '')).toBe(false);
  });
});
