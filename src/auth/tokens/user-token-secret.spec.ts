import { isWellFormed, newUserToken } from './user-token-secret';

describe('the token of a user', () => {
  it('is another each time, and of its form', () => {
    const tokens = Array.from({ length: 100 }, newUserToken);
    expect(new Set(tokens).size).toBe(100);
    expect(tokens.every(isWellFormed)).toBe(true);
  });

  it('is known to be wrong by its checksum when a character of it is', () => {
    const token = newUserToken();
    for (let at = 4; at < token.length; at++) {
      const other = token[at] === 'a' ? 'b' : 'a';
      expect(isWellFormed(`${token.slice(0, at)}${other}${token.slice(at + 1)}`)).toBe(false);
    }
  });
});
