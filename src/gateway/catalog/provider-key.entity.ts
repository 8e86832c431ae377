import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The key of one backend's provider, encrypted; see SecretCipher. */
@Entity('provider_keys')
export class ProviderKeyEntity {
  /** Id of the entry in `llm_backends.yaml`. */
  @PrimaryColumn('varchar')
  backendId: string;

  /** Who set it. */
  @Column('varchar')
  userId: string;

  @Column('text')
  ciphertext: string;

  /** When the key itself was set; encrypting it anew does not count. */
  @Column('varchar')
  setAt: string;
}
