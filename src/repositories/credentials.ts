import { Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { conflict } from '../common/domain.error';
import { ComponentLogger, Logger } from '../common/logger';
import { Database } from '../database/database';
import { update } from '../database/rows';
import { SecretCipher, UndecryptableError } from '../gateway/catalog/secret-cipher';
import type { Credential } from './credential';
import { RepositoryEntity } from './repository.entity';

const purposeOf = (repositoryId: string): string => `repository:${repositoryId}`;

/** The credentials of repositories: encrypted in the database, open while git runs. */
@Injectable()
export class Credentials implements OnApplicationBootstrap {
  private readonly logger: ComponentLogger;

  constructor(
    private readonly cipher: SecretCipher,
    private readonly database: Database,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'repositories' });
  }

  /** Encrypts anew what an earlier ENCRYPTION_KEY encrypted. */
  async onApplicationBootstrap(): Promise<void> {
    const rows = await this.database.read.find(RepositoryEntity);
    for (const row of rows) {
      const { id, ciphertext } = row;
      if (ciphertext === null || !this.cipher.isOutdated(ciphertext)) continue;
      try {
        const renewed = this.cipher.encrypt(this.cipher.decrypt(ciphertext, purposeOf(id)), purposeOf(id));
        await this.database.write(update(RepositoryEntity, { id, ciphertext }, { ciphertext: renewed }));
      } catch (error) {
        this.logger.warn({ err: error, repositoryId: id }, 'the credential of a repository cannot be read');
      }
    }
  }

  /** @throws DomainError `encryption_key_missing` */
  seal(repositoryId: string, credential: Credential): string {
    if (!this.cipher.canEncrypt)
      throw conflict('encryption_key_missing', 'Credentials can be stored once the operator has set ENCRYPTION_KEY.');
    return this.cipher.encrypt(JSON.stringify(credential), purposeOf(repositoryId));
  }

  /** @throws DomainError `credential_unreadable` */
  open({ id, ciphertext }: RepositoryEntity): Credential | null {
    if (ciphertext === null) return null;
    try {
      return JSON.parse(this.cipher.decrypt(ciphertext, purposeOf(id))) as Credential;
    } catch (error) {
      if (!(error instanceof UndecryptableError)) throw error;
      throw conflict('credential_unreadable', 'The credential of the repository cannot be decrypted: give it again.');
    }
  }
}
