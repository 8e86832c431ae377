import { createHash } from 'node:crypto';
import { update } from '../../database/rows';
import type { Write } from '../../database/write-queue';
import { ChatEntity } from '../entities/chat.entity';
import type { TurnEntity } from '../entities/turn.entity';

const CHANGED = 'Your instructions have changed. From now on these hold, in place of those before:';
const GONE = 'The instructions that you were given before do not hold any more.';

/**
 * What an agent is told beside its messages. A thread keeps what it was made with, whatever it is opened with later (quirk
 * `kept-instructions`): what has changed since is told with a turn.
 */
export class ToldInstructions {
  private readonly fingerprint: string;

  /** @param text null: nothing. @param isNewThread it was made with them */
  constructor(
    private readonly chat: ChatEntity,
    private readonly text: string | null,
    private readonly isNewThread: boolean,
  ) {
    this.fingerprint = createHash('sha256')
      .update(text ?? '')
      .digest('hex');
  }

  /** What is to be said with the turn; undefined where the thread knows it. */
  get news(): string | undefined {
    if (this.isNewThread || this.isKnown) return undefined;
    return this.text === null ? GONE : `${CHANGED}\n\n${this.text}`;
  }

  /** Keeps what the thread knows, once a turn of it has begun. */
  writesAfter({ options }: TurnEntity): Write<unknown>[] {
    // It asks for a summary, and says nothing.
    const wasTold = this.isNewThread || options.kind !== 'compaction';
    const { id, toldInstructions } = this.chat;
    if (!wasTold || toldInstructions === this.fingerprint) return [];
    return [update(ChatEntity, { id }, { toldInstructions: this.fingerprint })];
  }

  private get isKnown(): boolean {
    const { toldInstructions } = this.chat;
    return toldInstructions === null ? this.text === null : toldInstructions === this.fingerprint;
  }
}
