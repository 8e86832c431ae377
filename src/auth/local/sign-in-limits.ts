import { Injectable } from '@nestjs/common';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { DomainError } from '../../common/domain.error';

const WINDOW_SECONDS = 15 * 60;
/** Wrong passwords for one account from one address, before waiting begins; a known browser has a count of its own. */
const FREE_FAILURES = 5;
/** From one address for whatever accounts. */
const MAX_OF_ADDRESS = 50;
/** For one account from browsers that nobody has signed in with before. */
const MAX_OF_ACCOUNT = 100;
const LONGEST_WAIT_SECONDS = 5 * 60;

/** Who tries to sign in. */
export interface Attempt {
  readonly login: string;
  readonly address: string;
  /** Whether this browser has signed in as this account before. */
  readonly isKnownBrowser: boolean;
}

/**
 * Slows guessing down. What is counted for an account from other addresses never keeps out its owner, whose browser is known:
 * that is counted by itself, and waits at most LONGEST_WAIT_SECONDS.
 */
@Injectable()
export class SignInLimits {
  private readonly ofPair = new RateLimiterMemory({ points: 1_000, duration: WINDOW_SECONDS });
  private readonly ofAddress = new RateLimiterMemory({ points: MAX_OF_ADDRESS, duration: WINDOW_SECONDS });
  private readonly ofAccount = new RateLimiterMemory({ points: MAX_OF_ACCOUNT, duration: WINDOW_SECONDS });

  /** Before the password is looked at. @throws DomainError 429 `too_many_sign_ins` */
  async check(attempt: Attempt): Promise<void> {
    const { login, address, isKnownBrowser } = attempt;
    const pair = await this.ofPair.get(pairOf(attempt));
    const failures = pair?.consumedPoints ?? 0;
    const waits = [failures < FREE_FAILURES ? 0 : this.waitOf(pairOf(attempt))];
    if (!isKnownBrowser) {
      waits.push(remaining(await this.ofAddress.get(address), MAX_OF_ADDRESS));
      waits.push(remaining(await this.ofAccount.get(login), MAX_OF_ACCOUNT));
    }
    const wait = Math.ceil(Math.max(...waits));
    if (wait > 0) throw tooMany(wait);
  }

  async failed(attempt: Attempt): Promise<void> {
    const pair = await this.ofPair.penalty(pairOf(attempt));
    this.until.set(pairOf(attempt), Date.now() + 1000 * delayAfter(pair.consumedPoints));
    if (this.until.size > 10_000) this.forget();
    if (attempt.isKnownBrowser) return;
    await Promise.all([this.ofAddress.penalty(attempt.address), this.ofAccount.penalty(attempt.login)]);
  }

  async succeeded(attempt: Attempt): Promise<void> {
    this.until.delete(pairOf(attempt));
    await this.ofPair.delete(pairOf(attempt));
  }

  /** When the next attempt is looked at, in Unix milliseconds. */
  private readonly until = new Map<string, number>();

  private waitOf(pair: string): number {
    return Math.max(0, ((this.until.get(pair) ?? 0) - Date.now()) / 1000);
  }

  private forget(): void {
    for (const [pair, until] of this.until) if (until < Date.now()) this.until.delete(pair);
  }
}

const pairOf = ({ login, address, isKnownBrowser }: Attempt): string =>
  `${isKnownBrowser ? 'known' : 'new'} ${address} ${login}`;

/** Doubles with each failure. Seconds. */
const delayAfter = (failures: number): number =>
  failures < FREE_FAILURES ? 0 : Math.min(LONGEST_WAIT_SECONDS, 2 ** (failures - FREE_FAILURES));

const remaining = (limit: { consumedPoints: number; msBeforeNext: number } | null, max: number): number =>
  limit !== null && limit.consumedPoints >= max ? limit.msBeforeNext / 1000 : 0;

const tooMany = (seconds: number): DomainError =>
  new DomainError(429, 'too_many_sign_ins', `Too many wrong passwords; try again in ${seconds} s.`, {
    ...{ retryAfterSeconds: seconds, limit: 'sign_in_attempts' },
  });
