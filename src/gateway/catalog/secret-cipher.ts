import { Injectable } from '@nestjs/common';
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { EncryptionConfig } from '../../config/encryption.config';

const ALGORITHM = 'aes-256-gcm';
const VERSION = 'v1';
/** The length that NIST SP 800-38D recommends for GCM. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A ciphertext that no known key opens, or that has been changed. */
export class UndecryptableError extends Error {
  override readonly name = 'UndecryptableError';
}

interface Key {
  /** Names the key inside its ciphertexts, without revealing anything about it. */
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * AES-256-GCM under ENCRYPTION_KEY. A ciphertext is `v1.<key id>.<nonce>.<tag>.<bytes>`; the key id says which key
 * opens it, so that keys can change one after the other.
 */
@Injectable()
export class SecretCipher {
  private readonly current: Key | undefined;
  private readonly keys: ReadonlyMap<string, Key>;

  constructor({ key, previousKeys }: EncryptionConfig) {
    this.current = key === '' ? undefined : keyOf(key);
    const all = [...previousKeys.map(keyOf), ...(this.current === undefined ? [] : [this.current])];
    this.keys = new Map(all.map((known) => [known.id, known]));
  }

  /** False while ENCRYPTION_KEY is not set. */
  get canEncrypt(): boolean {
    return this.current !== undefined;
  }

  /**
   * @param purpose what the secret is for; the ciphertext opens nowhere else.
   * @throws Error without ENCRYPTION_KEY.
   */
  encrypt(secret: string, purpose: string): string {
    if (this.current === undefined) throw new Error('ENCRYPTION_KEY is not set');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.current.bytes, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(bound(this.current.id, purpose));
    const bytes = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    const parts = [nonce, cipher.getAuthTag(), bytes].map((part) => part.toString('base64url'));
    return [VERSION, this.current.id, ...parts].join('.');
  }

  /** @throws UndecryptableError. */
  decrypt(ciphertext: string, purpose: string): string {
    const [version, keyId = '', ...parts] = ciphertext.split('.');
    const [nonce, tag, bytes] = parts.map((part) => Buffer.from(part, 'base64url'));
    if (version !== VERSION || !nonce || !tag || !bytes) throw new UndecryptableError('it is not a ciphertext of ours');
    const key = this.keys.get(keyId);
    if (key === undefined) throw new UndecryptableError('its key is neither ENCRYPTION_KEY nor a previous one');
    try {
      const decipher = createDecipheriv(ALGORITHM, key.bytes, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(bound(key.id, purpose)).setAuthTag(tag);
      return Buffer.concat([decipher.update(bytes), decipher.final()]).toString('utf8');
    } catch {
      throw new UndecryptableError('it has been changed or belongs elsewhere');
    }
  }

  /** Whether an earlier key made the ciphertext, so that it should be encrypted anew. */
  isOutdated(ciphertext: string): boolean {
    return this.current !== undefined && ciphertext.split('.')[1] !== this.current.id;
  }
}

const bound = (keyId: string, purpose: string): Buffer => Buffer.from(`${VERSION}.${keyId}.${purpose}`, 'utf8');

/** @param text 32 bytes in hex or base64, checked by EncryptionConfig. */
function keyOf(text: string): Key {
  const bytes = Buffer.from(text, text.length === 64 ? 'hex' : 'base64');
  const id = createHash('sha256').update('codex-relay key id').update(bytes).digest('hex').slice(0, 12);
  return { id, bytes };
}
