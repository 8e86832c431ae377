import { Injectable } from '@nestjs/common';
import { SERVICE_OWNER } from '../../auth/principal';
import { Revocations } from '../../auth/revocations';
import { Users } from '../../auth/users';
import { BoundedMap } from '../../common/bounded-map';

/** How long an answer is used where nobody says that it has changed: another process may have written the row. */
const KNOWN_FOR_MS = 30_000;
const MAX_KNOWN = 10_000;

interface Answer {
  readonly isDisabled: boolean;
  /** By `performance.now()`. */
  readonly until: number;
}

/** Whether the owners of gateway keys may still use them, remembered for a while: each call of a key asks. */
@Injectable()
export class KeyOwners {
  private readonly answers = new BoundedMap<string, Answer>(MAX_KNOWN);
  /** Raised with each change, so that what was read before one is not remembered after it. */
  private changes = 0;

  constructor(
    private readonly users: Users,
    revocations: Revocations,
  ) {
    revocations.onChanged((userId) => this.forget(userId));
    revocations.onRevoked((revoked) => ('userId' in revoked ? this.forget(revoked.userId) : undefined));
  }

  /** Also of one that is gone. The service itself never is. */
  async isDisabled(userId: string): Promise<boolean> {
    if (userId === SERVICE_OWNER) return false;
    const known = this.answers.get(userId);
    if (known !== undefined && known.until > performance.now()) return known.isDisabled;
    const { changes } = this;
    const owner = await this.users.find(userId);
    const isDisabled = owner === null || owner.disabledAt !== null;
    if (changes === this.changes) this.answers.set(userId, { isDisabled, until: performance.now() + KNOWN_FOR_MS });
    return isDisabled;
  }

  private forget(userId: string): void {
    this.changes += 1;
    this.answers.delete(userId);
  }
}
