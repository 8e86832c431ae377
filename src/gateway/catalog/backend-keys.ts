import { Injectable } from '@nestjs/common';
import { now } from '../../common/clock';
import { conflict, messageOf } from '../../common/domain.error';
import { ComponentLogger, Logger } from '../../common/logger';
import { Environment } from '../../config/environment';
import { Database } from '../../database/database';
import { update } from '../../database/rows';
import { ProviderKeyEntity } from './provider-key.entity';
import { SecretCipher } from './secret-cipher';

interface StoredKey {
  /** Null while no key of ours opens its ciphertext. */
  readonly secret: string | null;
  readonly setAt: string;
}

/** What may be shown of a stored key. */
export interface StoredKeyFacts {
  readonly last4: string | null;
  /** ISO 8601 UTC. */
  readonly setAt: string;
  /** False: encrypted under a key that is neither ENCRYPTION_KEY nor a previous one. */
  readonly isReadable: boolean;
}

/** Of a shorter key the last four characters would be too much of it. */
const SHOWN_FROM_LENGTH = 16;
const purposeOf = (deploymentId: string): string => `provider-key:${deploymentId}`;

/** The last four characters of a secret; null for a short one. */
export const last4Of = (secret: string): string | null => (secret.length < SHOWN_FROM_LENGTH ? null : secret.slice(-4));

/** The providers' keys that were set over the API: encrypted in the database, open in memory for the calls. */
@Injectable()
export class ProviderKeys {
  private keys: ReadonlyMap<string, StoredKey> = new Map();
  private readonly logger: ComponentLogger;

  constructor(
    private readonly database: Database,
    private readonly cipher: SecretCipher,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'provider-keys' });
  }

  /** Reads the keys, and encrypts anew what an earlier ENCRYPTION_KEY encrypted. Called once at boot. */
  async load(): Promise<void> {
    const rows = await this.database.read.find(ProviderKeyEntity);
    this.keys = new Map(rows.map((row) => [row.backendId, this.opened(row)]));
    for (const row of rows) await this.renew(row);
  }

  /** The key itself. */
  find(deploymentId: string): string | undefined {
    return this.keys.get(deploymentId)?.secret ?? undefined;
  }

  facts(deploymentId: string): StoredKeyFacts | undefined {
    const key = this.keys.get(deploymentId);
    if (key === undefined) return undefined;
    const { secret, setAt } = key;
    return { last4: secret === null ? null : last4Of(secret), setAt, isReadable: secret !== null };
  }

  /**
   * Stores the key; the next call uses it.
   *
   * @throws DomainError `encryption_key_missing`.
   */
  async set(deploymentId: string, userId: string, secret: string): Promise<void> {
    if (!this.cipher.canEncrypt) {
      throw conflict('encryption_key_missing', 'Keys can be stored once the operator has set ENCRYPTION_KEY.');
    }
    const setAt = now();
    const ciphertext = this.cipher.encrypt(secret, purposeOf(deploymentId));
    const row: ProviderKeyEntity = { backendId: deploymentId, userId, ciphertext, setAt };
    await this.database.write((tx) => tx.upsert(ProviderKeyEntity, { ...row }, ['backendId']));
    this.keys = new Map(this.keys).set(deploymentId, { secret, setAt });
  }

  /** Returns whether there was a key. */
  async delete(deploymentId: string): Promise<boolean> {
    if (!this.keys.has(deploymentId)) return false;
    await this.database.write((tx) => tx.delete(ProviderKeyEntity, { backendId: deploymentId }));
    // Others may have been set or deleted meanwhile.
    const keys = new Map(this.keys);
    keys.delete(deploymentId);
    this.keys = keys;
    return true;
  }

  private opened({ backendId, ciphertext, setAt }: ProviderKeyEntity): StoredKey {
    try {
      return { secret: this.cipher.decrypt(ciphertext, purposeOf(backendId)), setAt };
    } catch (error) {
      this.logger.error({ backend: backendId, reason: messageOf(error) }, 'a stored key cannot be decrypted');
      return { secret: null, setAt };
    }
  }

  private async renew({ backendId, ciphertext }: ProviderKeyEntity): Promise<void> {
    const secret = this.find(backendId);
    if (secret === undefined || !this.cipher.isOutdated(ciphertext)) return;
    const renewed = this.cipher.encrypt(secret, purposeOf(backendId));
    await this.database.write(update(ProviderKeyEntity, { backendId, ciphertext }, { ciphertext: renewed }));
    this.logger.info({ backend: backendId }, 'a stored key was encrypted anew under ENCRYPTION_KEY');
  }
}

/** The providers' API keys, looked up when a call is made so that no backend object ever carries one. */
@Injectable()
export class BackendKeys {
  constructor(
    private readonly environment: Environment,
    private readonly stored?: ProviderKeys,
  ) {}

  /**
   * The key that was stored for the deployment, else that of the named variable; `undefined` when there is neither.
   *
   * @param deploymentId the backend's own id for its first deployment.
   */
  find(apiKeyEnv: string | null, deploymentId?: string): string | undefined {
    const stored = deploymentId === undefined ? undefined : this.stored?.find(deploymentId);
    return stored ?? (apiKeyEnv === null ? undefined : this.environment.get(apiKeyEnv));
  }
}
