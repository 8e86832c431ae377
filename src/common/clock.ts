/** The present as ISO 8601 UTC with milliseconds, the form of every time that is stored or sent. */
export const now = (): string => new Date().toISOString();
