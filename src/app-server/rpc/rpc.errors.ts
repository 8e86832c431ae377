/** The app-server said no: nothing was done, and the same request may be sent again. */
export class RequestRefusedError extends Error {
  override readonly name = 'RequestRefusedError';

  constructor(
    readonly method: string,
    readonly code: number,
    readonly serverMessage: string,
    readonly data: unknown = undefined,
  ) {
    super(`codex refused ${method}: ${serverMessage} (${code})`);
  }
}

/** No answer came: the deadline passed, the answer was unreadable, or the process is gone. The work may have been done. */
export class OutcomeUnknownError extends Error {
  override readonly name = 'OutcomeUnknownError';

  constructor(
    readonly method: string,
    readonly reason: string,
  ) {
    super(`the outcome of ${method} is unknown: ${reason}`);
  }
}
