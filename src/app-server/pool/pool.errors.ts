/** The process that held the thread is gone; what it was doing has ended with it. */
export class InstanceLostError extends Error {
  override readonly name = 'InstanceLostError';

  constructor(
    readonly instanceId: string,
    readonly reason: string,
  ) {
    super(`app-server ${instanceId} is gone: ${reason}`);
  }
}

/** Codex knows no such thread: it never had a turn, or its file is gone. */
export class ThreadMissingError extends Error {
  override readonly name = 'ThreadMissingError';

  constructor(readonly threadId: string) {
    super(`codex has no thread ${threadId}`);
  }
}

const UNAVAILABLE = {
  saturated: 'too many turns wait for an app-server',
  stopping: 'the pool is stopping',
  'no-instance': 'no app-server is running',
} as const;

/** The pool cannot take the request now; nothing was done. */
export class PoolUnavailableError extends Error {
  override readonly name = 'PoolUnavailableError';

  constructor(readonly reason: keyof typeof UNAVAILABLE) {
    super(UNAVAILABLE[reason]);
  }
}
