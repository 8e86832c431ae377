import { Algorithm, hash, verify } from '@node-rs/argon2';
import { invalid, unavailable } from '../../common/domain.error';
import { Semaphore } from '../../common/semaphore';

/** Each takes 19 MiB and a core for some 20 ms. */
const AT_ONCE = 2;
const MAX_WAITING = 100;
const MIN_LENGTH = 10;
const MAX_LENGTH = 200;

/** OWASP's recommendation for Argon2id. */
const COST = { algorithm: Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const permits = new Semaphore(AT_ONCE);
let nobodys: Promise<string> | undefined;

/** @throws DomainError 400 `weak_password` */
export function requireGoodPassword(password: string, login: string): void {
  const length = [...password].length;
  if (length < MIN_LENGTH || length > MAX_LENGTH) {
    throw invalid('weak_password', `A password has ${MIN_LENGTH} to ${MAX_LENGTH} characters.`);
  }
  if (new Set(password).size < 4 || password.toLowerCase().includes(login.toLowerCase())) {
    throw invalid(
      'weak_password',
      'A password is not one character again and again, and does not hold the account name.',
    );
  }
}

/** @throws DomainError 503 `sign_in_busy` */
export const hashOfPassword = (password: string): Promise<string> => limited(() => hash(password, COST));

/**
 * Whether a password is the one of a hash; for an account that there is not it takes as long.
 *
 * @throws DomainError 503 `sign_in_busy`
 */
export async function isPassword(password: string, passwordHash: string | undefined): Promise<boolean> {
  if ([...password].length > MAX_LENGTH) return false;
  const against = passwordHash ?? (await (nobodys ??= hash('nobody has this password', COST)));
  const isRight = await limited(() => verify(against, password));
  return isRight && passwordHash !== undefined;
}

async function limited<T>(work: () => Promise<T>): Promise<T> {
  if (permits.waiting >= MAX_WAITING) throw unavailable('sign_in_busy', 'Too many people sign in now: try again.');
  await permits.acquire();
  try {
    return await work();
  } finally {
    permits.release();
  }
}
