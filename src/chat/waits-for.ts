import type { WaitReason, WaitsForDto } from './dto/queue.dto';

/** What stands before a message that waits. */
export interface Before {
  /** No turn of the chat goes before its own. */
  readonly isNext: boolean;
  /** The queue is held, and its turn may not begin all the same. */
  readonly isHeld: boolean;
  /** The turn that runs, or is next; null where that is its own. */
  readonly turnId: string | null;
  /** The oldest open question of the turn that runs. */
  readonly approvalId: string | null;
}

const WORDS: Readonly<Record<WaitReason, string>> = {
  release: 'The queue is held: the message waits until somebody releases it.',
  approval: 'The turn that runs waits for an answer: the message waits until that is given and the turn has ended.',
  turn: 'The message waits until the turns before it have ended.',
};

/** What has to happen before a message that waits is answered; null for the next one, which only needs room. */
export function waitsFor({ isNext, isHeld, turnId, approvalId }: Before): WaitsForDto | null {
  const reason = reasonOf(isNext, isHeld, approvalId);
  return reason && { reason, turnId, approvalId, message: WORDS[reason] };
}

function reasonOf(isNext: boolean, isHeld: boolean, approvalId: string | null): WaitReason | null {
  if (isHeld) return 'release';
  if (isNext) return null;
  return approvalId === null ? 'turn' : 'approval';
}
