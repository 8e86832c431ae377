import type { IncomingHttpHeaders } from 'node:http';
import { GatewayCaller } from '../wire/gateway-caller';
import { ResponseFailure } from '../wire/response-object';
import { UpstreamError } from '../wire/upstream.error';

/** All that differs between clients of the Responses API. Chosen once, when a request arrives. */
export interface ClientProfile {
  /** Whether requests are held to the specification: codex, ours or a user's own, sends more than that knows. */
  readonly checksRequests: boolean;
  /** Whether response objects repeat tools and instructions. */
  readonly echoesTools: boolean;
  /** Whether a failure is always the last event, and never an HTTP error. */
  readonly failsInStream: boolean;
  /** Whether an answer that was filtered has failed; by the specification it is incomplete, with what there was of it. */
  readonly failsFiltered: boolean;
  /** The failure that the client is sent. @param isRepeatable whether it may ask again without having anything twice. */
  readonly failureOf: (error: UpstreamError, failure: ResponseFailure, isRepeatable: boolean) => ResponseFailure;
  /**
   * Whether the answer is as the Open Responses specification says: the first events are buffered until there is output,
   * so that a failure before can still be an HTTP error, what a provider leaves out is completed, and the end is marked.
   * The provider is sent the whole conversation. A client that does not read loses its connection.
   */
  readonly conforms: boolean;
  /**
   * Whether what comes in one round of the event loop is sent together, the deltas of a text as one: each costs codex a
   * notification, and twenty were a fifth of its part of a turn (measured).
   */
  readonly coalescesDeltas: boolean;
}

/** Codex decides by error codes of its own, ignores tools in responses, and repeats an answer that was filtered. */
const CODEX = { echoesTools: false, failsInStream: true, failsFiltered: true, failureOf: codexFailure };
const PROGRAM = {
  ...{ echoesTools: true, failsInStream: false, failsFiltered: false },
  failureOf: ({ publicCode }: UpstreamError, { message }: ResponseFailure): ResponseFailure => ({
    code: publicCode,
    message,
  }),
};

/** An app-server of this service reads on when the service does. */
const FROM_INSTANCE = { conforms: false, coalescesDeltas: true };
const FROM_OUTSIDE = { conforms: true, coalescesDeltas: false };

/** @param overSocket whether the request came over a WebSocket. */
export function clientProfileOf(
  headers: IncomingHttpHeaders,
  access: GatewayCaller | undefined,
  overSocket: boolean,
): ClientProfile {
  const isCodex = headers['x-codex-turn-metadata'] !== undefined;
  const isInstance = access === undefined || access.kind === 'instance';
  return {
    ...(isCodex ? CODEX : PROGRAM),
    ...(isInstance && !overSocket ? FROM_INSTANCE : FROM_OUTSIDE),
    checksRequests: !isCodex && !isInstance,
  };
}

/**
 * The failure for codex, which decides by the code of `response.failed`: `invalid_prompt` ends the turn at
 * once with the message as it is, `context_length_exceeded` makes it compact, and an unknown code makes it repeat
 * the request (quirk `failure-codes`).
 *
 * The gateway has repeated what is worth it, so the turn ends; only an answer that broke off before its first finished
 * item is left for codex to ask again, since the gateway cannot take back what it has sent.
 */
function codexFailure(error: UpstreamError, { message }: ResponseFailure, isRepeatable: boolean): ResponseFailure {
  if (error.code === 'context_length_exceeded') return { code: 'context_length_exceeded', message };
  if (!isRepeatable || !error.retryable) return { code: 'invalid_prompt', message };
  if (!isOverloaded(error)) return { code: 'server_error', message };
  const seconds = Math.max(1, Math.ceil((error.retryAfterMs ?? DEFAULT_WAIT_MS) / 1000));
  return { code: 'rate_limit_exceeded', message: `${message} Please try again in ${seconds}s.` };
}

const DEFAULT_WAIT_MS = 1000;

/** Codex ends a turn for good on the provider's own `server_is_overloaded`; on a rate limit it waits as long as asked. */
const isOverloaded = ({ code, message }: UpstreamError): boolean =>
  code === 'rate_limit_exceeded' || /overload|slow down/i.test(message);
