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
  timeout: 'no app-server had room in time',
  stopping: 'the pool is stopping',
} as const;

/** The pool cannot take the request now; nothing was done. */
export class PoolUnavailableError extends Error {
  override readonly name = 'PoolUnavailableError';

  constructor(readonly reason: keyof typeof UNAVAILABLE) {
    super(UNAVAILABLE[reason]);
  }
}

/** There is no instance of this id (any more). */
export class UnknownInstanceError extends Error {
  override readonly name = 'UnknownInstanceError';

  constructor(readonly instanceId: string) {
    super(`there is no app-server ${instanceId}`);
  }
}

/** What an operator wants of an instance does not go with its state. */
export class InstanceStateError extends Error {
  override readonly name = 'InstanceStateError';

  constructor(
    readonly instanceId: string,
    readonly state: string,
  ) {
    super(`app-server ${instanceId} is ${state}`);
  }
}

/** The number of processes cannot be chosen: each group has one. */
export class FixedSizeError extends Error {
  override readonly name = 'FixedSizeError';

  constructor() {
    super('the groups of users and sessions have one app-server each');
  }
}
