/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Set when it never ran. */
  readonly error?: Error;
}

export function describeExit({ code, signal, error }: ProcessExit): string {
  if (error !== undefined) return `not started: ${error.message}`;
  return signal === null ? `exit code ${code}` : `killed by ${signal}`;
}
