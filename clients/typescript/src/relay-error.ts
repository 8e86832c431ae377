/** What the service has refused, by the stable `code` of its answer. */
export class RelayError extends Error {
  override readonly name = 'RelayError';

  constructor(
    /** Of HTTP; 0 where an open stream was ended. */
    readonly status: number,
    /** @example chat_not_found */
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

/** @param problem the body of an answer: a problem document, or whatever else stands between */
export function relayError(status: number, problem: unknown): RelayError {
  const { code, detail } = (typeof problem === 'object' && problem !== null ? problem : {}) as Record<string, unknown>;
  const words = typeof detail === 'string' ? detail : `The service has answered with ${status}.`;
  return new RelayError(status, typeof code === 'string' ? code : 'unknown', words);
}
