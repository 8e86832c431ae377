import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { messageOf } from '../common/domain.error';
import { ConfigError } from '../config/config.error';
import { AuthenticationMethod, Credentials, Identified } from './authentication-method';
import { DEFAULT_USER, Principal } from './principal';

/** Whoever has the token. */
const HOLDER: Principal = { ...DEFAULT_USER, via: 'token' };

const TOKEN_BYTES = 32;
const MIN_LENGTH = 16;

/** What is compared is as long for every token. */
const digestOf = (secret: string): Buffer => createHash('sha256').update(secret, 'utf8').digest();

/** What a browser keeps instead of the token, so that its store does not hold what programs call with. */
const cookieOf = (token: string): string =>
  createHmac('sha256', token).update('codex-relay cookie').digest('base64url');

/**
 * `SECURITY_METHOD=Token`: one token for all, who are the user `default`. It is the operator's (`ACCESS_TOKEN`), of which
 * only digests are kept, or one of our own, which lies in a file that no command of the agent can read where the bwrap
 * wrapper and mount isolation are in force: in a folder that both hide.
 */
export class TokenAuthentication extends AuthenticationMethod {
  readonly isRequired = true;
  override readonly hasSignInPages = false;
  private tokenDigest = digestOf(randomBytes(TOKEN_BYTES).toString('hex'));
  private cookieDigest = this.tokenDigest;
  private cookie = '';
  private shown: string | undefined;

  /**
   * @param given the operator's token; empty for none
   * @param file of our own token; written when there is none
   * @param takeFolder makes its folder, for this service alone
   */
  constructor(
    private readonly given: string,
    private readonly file: string,
    private readonly takeFolder: () => Promise<void>,
  ) {
    super();
  }

  get shownSecret(): string | undefined {
    return this.shown;
  }

  async prepare(): Promise<void> {
    const token = this.given === '' ? await this.ownToken() : this.given;
    if (this.given === '') this.shown = token;
    this.tokenDigest = digestOf(token);
    this.cookie = cookieOf(token);
    this.cookieDigest = digestOf(this.cookie);
  }

  identify({ bearer, cookie }: Credentials): Identified {
    const isKnown =
      (bearer !== undefined && this.isToken(bearer)) ||
      (cookie !== undefined && timingSafeEqual(digestOf(cookie), this.cookieDigest));
    return isKnown ? HOLDER : undefined;
  }

  cookieFor(secret: string): string | undefined {
    return this.isToken(secret) ? this.cookie : undefined;
  }

  private isToken(secret: string): boolean {
    return timingSafeEqual(digestOf(secret), this.tokenDigest);
  }

  /** @throws ConfigError for a file that cannot be used. */
  private async ownToken(): Promise<string> {
    await this.takeFolder();
    try {
      return (await this.readToken()) ?? (await this.makeToken());
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      throw new ConfigError(`${this.file} cannot hold the access token: ${messageOf(error)}`);
    }
  }

  private async readToken(): Promise<string | undefined> {
    const text = await readFile(this.file, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    const token = text.trim();
    if (token.length < MIN_LENGTH) throw new ConfigError(`${this.file} holds no token; remove it to get a new one`);
    await chmod(this.file, 0o600);
    return token;
  }

  private async makeToken(): Promise<string> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    await writeFile(this.file, `${token}\n`, { mode: 0o600, flag: 'wx' });
    return token;
  }
}
