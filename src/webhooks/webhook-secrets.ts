import { Injectable } from '@nestjs/common';
import { conflict } from '../common/domain.error';
import { SecretCipher } from '../gateway/catalog/secret-cipher';
import { newSecret } from './signature';
import type { WebhookEntity } from './webhook.entity';

/** How long a secret signs beside the one that has taken its place. */
const GRACE_MS = 24 * 3_600_000;

const purpose = (webhookId: string): string => `webhook:${webhookId}`;

type Stored = Pick<WebhookEntity, 'secret' | 'previousSecret' | 'previousSecretUntil'>;

/** The secrets that sign calls, encrypted under ENCRYPTION_KEY. */
@Injectable()
export class WebhookSecrets {
  constructor(private readonly cipher: SecretCipher) {}

  /** @returns the secret, to be shown once, and what is stored of it. @throws DomainError `encryption_key_missing` */
  make(webhookId: string): { readonly secret: string; readonly stored: Stored } {
    if (!this.cipher.canEncrypt) {
      throw conflict('encryption_key_missing', 'Secrets can be stored once the operator has set ENCRYPTION_KEY.');
    }
    const secret = newSecret();
    const ciphertext = this.cipher.encrypt(secret, purpose(webhookId));
    return { secret, stored: { secret: ciphertext, previousSecret: null, previousSecretUntil: null } };
  }

  /** The same for a webhook that has one, which goes on signing for a day. @throws DomainError `encryption_key_missing` */
  rotate(webhook: WebhookEntity): { readonly secret: string; readonly stored: Stored } {
    const { secret, stored } = this.make(webhook.id);
    const previousSecretUntil = new Date(Date.now() + GRACE_MS).toISOString();
    return { secret, stored: { ...stored, previousSecret: webhook.secret, previousSecretUntil } };
  }

  /** Those that sign now. @throws UndecryptableError where one was stored under another ENCRYPTION_KEY */
  open({ id, secret, previousSecret, previousSecretUntil }: WebhookEntity): string[] {
    const isGrace = previousSecretUntil !== null && Date.parse(previousSecretUntil) > Date.now();
    const ciphertexts = [secret, ...(previousSecret !== null && isGrace ? [previousSecret] : [])];
    return ciphertexts.map((ciphertext) => this.cipher.decrypt(ciphertext, purpose(id)));
  }
}
