import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** What the tokens of users begin with, so that scanners for secrets find them. */
export const USER_TOKEN_PREFIX = 'crt_';

const RANDOM_BYTES = 32;
const CHECKSUM_LENGTH = 6;
const FORM = /^crt_([\w-]{43})([\w-]{6})$/;

/** 256 random bits and a checksum, by which a mistyped token is known without asking the database. */
export function newUserToken(): string {
  const random = randomBytes(RANDOM_BYTES).toString('base64url');
  return `${USER_TOKEN_PREFIX}${random}${checksumOf(random)}`;
}

/** Whether a text is meant to be a token of a user. */
export const isUserToken = (text: string): boolean => text.startsWith(USER_TOKEN_PREFIX);

/** Whether it has the form of one, and the checksum. */
export function isWellFormed(token: string): boolean {
  const [, random, checksum] = FORM.exec(token) ?? [];
  return random !== undefined && checksum === checksumOf(random);
}

/** 4 bytes in 6 characters. */
function checksumOf(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString('base64url').slice(0, CHECKSUM_LENGTH);
}
