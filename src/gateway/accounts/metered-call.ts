import { GatewayCaller } from '../wire/gateway-caller';
import { SessionRoute } from '../session-routes';

/** The tokens of one call; `cached` is part of `input`, `reasoning` part of `output`. */
export interface CallTokens {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
}

export const CALL_ENDPOINTS = ['responses', 'chat.completions', 'compact'] as const;
export type CallEndpoint = (typeof CALL_ENDPOINTS)[number];

export const CALL_STATUSES = ['ok', 'failed', 'aborted'] as const;
export type CallStatus = (typeof CALL_STATUSES)[number];

/** A call as it arrives, routed. */
export interface CallStart {
  readonly caller: GatewayCaller;
  /** Codex's thread; null for a call that belongs to none. */
  readonly threadId: string | null;
  /** The route of that thread, which names chat and user. */
  readonly route: SessionRoute | undefined;
  readonly backendId: string;
  /** The provider's name of the model. */
  readonly model: string;
  readonly endpoint: CallEndpoint;
}

/** What is noted of one call while it runs. No method throws or waits; the first `end` counts. */
export interface MeteredCall {
  /**
   * A request to a provider goes out.
   *
   * @param n counts from 0; what is above 0 is a retry.
   */
  attempt(deployment: string, n: number): void;
  /** Another backend takes over. */
  fallback(backendId: string): void;
  /** The first output has arrived; later ones change nothing. */
  firstOutput(): void;
  /** The tokens as the provider tells them; told again, the last ones count. */
  usage(tokens: CallTokens): void;
  /** @param code stable code of the failure. */
  end(status: CallStatus, code?: string): void;
}
