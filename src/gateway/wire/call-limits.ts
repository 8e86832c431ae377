const MIB = 1024 * 1024;

/**
 * Most bytes of an answer of a provider, of one event of a stream, and behind the last line end of a stream; most characters
 * of the arguments of one call. Whatever is longer does not end, and ends the call.
 */
export const CALL_LIMITS = { answer: 256 * MIB, event: 32 * MIB, line: 16 * MIB, arguments: 16 * MIB };
