import { withoutSecrets } from './secrets-file';

const PEM = '-----BEGIN KEY-----\nab"c\\d\n-----END KEY-----\n';

describe('the secrets of a tool', () => {
  it('are not in what it says, as they are, in JSON, or in an address', () => {
    const said = [PEM, JSON.stringify({ key: PEM }), `https://example.org/?key=${encodeURIComponent(PEM)}`].join(' ');
    expect(withoutSecrets(said, { PEM })).toBe('[PEM] {"key":"[PEM]"} https://example.org/?key=[PEM]');
  });

  it('are replaced whole, where one is the beginning of another', () => {
    const secrets = { SHORT: 'secret', LONG: 'secret-and-more', TINY: 'abc' };
    expect(withoutSecrets('secret-and-more, secret, abc', secrets)).toBe('[LONG], [SHORT], abc');
  });
});
