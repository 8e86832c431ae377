import { IsArray, Matches } from 'class-validator';
import { asList, EnvSecret } from './env.decorator';

/** 32 bytes as 64 hexadecimal digits or as base64; both alphabets of base64, with or without padding. */
const KEY = /^(?:[0-9a-fA-F]{64}|[A-Za-z0-9+/_-]{43}=?)$/;
const EXPECTED = 'it must be 32 bytes in hex or base64, as `openssl rand -hex 32` prints';

/** The key under which secrets lie in the database. */
export class EncryptionConfig {
  /**
   * Encrypts the providers' keys and credentials of repositories that are set over the API (`openssl rand -hex 32`). Without it none can
   * be stored, and keys come from the environment alone.
   */
  @EnvSecret('ENCRYPTION_KEY')
  @Matches(new RegExp(`^$|${KEY.source}`), { message: EXPECTED })
  key = '';

  /** Earlier keys, comma separated: what they encrypted is read, and encrypted anew, at the next start. */
  @EnvSecret('ENCRYPTION_KEY_PREVIOUS', asList)
  @IsArray()
  @Matches(KEY, { each: true, message: `each of ${EXPECTED}` })
  previousKeys: string[] = [];
}
