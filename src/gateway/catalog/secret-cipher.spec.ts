import { randomBytes } from 'node:crypto';
import { EncryptionConfig } from '../../config/encryption.config';
import { Environment } from '../../config/environment';
import { loadConfig } from '../../config/load-config';
import { SecretCipher, UndecryptableError } from './secret-cipher';

const OLD = randomBytes(32).toString('hex');
const NEW = randomBytes(32).toString('base64');
const PURPOSE = 'provider-key:openai';

const cipherOf = (key: string, previousKeys: string[] = []): SecretCipher =>
  new SecretCipher(Object.assign(new EncryptionConfig(), { key, previousKeys }));

describe('SecretCipher', () => {
  const cipher = cipherOf(OLD);
  const ciphertext = cipher.encrypt('sk-secret-ÄÖ', PURPOSE);

  it('gives back what it was given, and never the same ciphertext twice', () => {
    expect(cipher.decrypt(ciphertext, PURPOSE)).toBe('sk-secret-ÄÖ');
    expect(cipher.encrypt('sk-secret-ÄÖ', PURPOSE)).not.toBe(ciphertext);
    expect(ciphertext).not.toContain(Buffer.from('sk-secret').toString('base64url').slice(0, 8));
  });

  it('takes the same key in hex and in both forms of base64', () => {
    const bytes = Buffer.from(OLD, 'hex');
    for (const form of [bytes.toString('base64'), bytes.toString('base64url'), OLD.toUpperCase()]) {
      expect(cipherOf(form).decrypt(ciphertext, PURPOSE)).toBe('sk-secret-ÄÖ');
    }
  });

  it('refuses a ciphertext of which any part was changed', () => {
    const parts = ciphertext.split('.');
    parts.forEach((part, index) => {
      const changed = parts.with(index, part.startsWith('A') ? `B${part.slice(1)}` : `A${part.slice(1)}`).join('.');
      expect(() => cipher.decrypt(changed, PURPOSE)).toThrow(UndecryptableError);
    });
    const [version, id, nonce, tag = '', bytes] = parts;
    expect(() => cipher.decrypt([version, id, nonce, tag.slice(0, 6), bytes].join('.'), PURPOSE)).toThrow(
      UndecryptableError,
    );
    expect(() => cipher.decrypt(parts.slice(0, 4).join('.'), PURPOSE)).toThrow(UndecryptableError);
    expect(() => cipher.decrypt('', PURPOSE)).toThrow(UndecryptableError);
  });

  it('refuses a ciphertext that was made for another purpose', () => {
    expect(() => cipher.decrypt(ciphertext, 'provider-key:other')).toThrow(UndecryptableError);
  });

  it('refuses what another key encrypted, and says nothing of the secret', () => {
    expect(() => cipherOf(NEW).decrypt(ciphertext, PURPOSE)).toThrow(
      'its key is neither ENCRYPTION_KEY nor a previous one',
    );
  });

  it('reads what a previous key encrypted, and reports that it is outdated', () => {
    const rotated = cipherOf(NEW, [OLD]);
    expect(rotated.isOutdated(ciphertext)).toBe(true);
    const renewed = rotated.encrypt(rotated.decrypt(ciphertext, PURPOSE), PURPOSE);
    expect(rotated.isOutdated(renewed)).toBe(false);
    expect(cipherOf(NEW).decrypt(renewed, PURPOSE)).toBe('sk-secret-ÄÖ');
    expect(() => cipher.decrypt(renewed, PURPOSE)).toThrow(UndecryptableError);
  });

  it('encrypts nothing without a key', () => {
    const keyless = cipherOf('', [OLD]);
    expect(keyless.canEncrypt).toBe(false);
    expect(() => keyless.encrypt('x', PURPOSE)).toThrow('ENCRYPTION_KEY');
    expect(keyless.isOutdated(ciphertext)).toBe(false);
  });
});

describe('ENCRYPTION_KEY', () => {
  const load = (variables: Record<string, string>) => loadConfig(EncryptionConfig, new Environment(variables));

  it.each(['short', OLD.slice(1), `${OLD}0`, 'x'.repeat(64), NEW.slice(2)])(
    'of a wrong form is refused unseen',
    (key) => {
      for (const name of ['ENCRYPTION_KEY', 'ENCRYPTION_KEY_PREVIOUS']) {
        const failure = (() => {
          try {
            load({ [name]: key });
          } catch (error) {
            return String(error);
          }
          return 'no error';
        })();
        expect(failure).toContain('32 bytes in hex or base64');
        expect(failure).toContain(name);
        expect(failure).not.toContain(key);
      }
    },
  );

  it('of a right form is taken', () => {
    expect(load({ ENCRYPTION_KEY: NEW, ENCRYPTION_KEY_PREVIOUS: `${OLD}, ${NEW}` })).toEqual({
      key: NEW,
      previousKeys: [OLD, NEW],
    });
  });
});
