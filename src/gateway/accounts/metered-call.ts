import { now } from '../../common/clock';
import { newId } from '../../common/ids';
import { AttemptMeter } from '../routing/dispatcher';
import { SessionRoute } from '../routing/session-routes';
import { GatewayCaller } from '../wire/gateway-caller';
import { CallTokens } from '../wire/usage';

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
export interface MeteredCall extends AttemptMeter {
  /** The first output has arrived; later ones change nothing. */
  firstOutput(): void;
  /** The tokens of the running attempt as the provider counts them; its last ones count, unknown ones change nothing. */
  usage(tokens: CallTokens | undefined): void;
  /** @param code stable code of the failure. */
  end(status: CallStatus, code?: string): void;
}

/** A call that has ended, as it was noted. */
export interface EndedCall {
  readonly id: string;
  readonly start: CallStart;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  /** The backend that answered, or tried last. */
  readonly backendId: string;
  /** The backend that was asked for, when another one took over. */
  readonly fallbackFrom: string | null;
  readonly deployment: string | null;
  readonly retries: number;
  readonly firstOutputMs: number | null;
  readonly durationMs: number;
  readonly tokens: CallTokens | null;
  /** The same by the backend that they were spent at. */
  readonly tokensByBackend: ReadonlyMap<string, CallTokens>;
  readonly status: CallStatus;
  readonly errorCode: string | null;
}

/** Notes one call from its start to its end. */
export class RunningCall implements MeteredCall {
  private readonly id = newId();
  private readonly startedAt = now();
  private readonly startedMs = performance.now();
  private backendId: string;
  private deployment: string | null = null;
  private retries = 0;
  private firstOutputMs: number | null = null;
  /** Of the running attempt. */
  private tokens: CallTokens | null = null;
  /** Of attempts that have ended, by their backend. */
  private readonly spent = new Map<string, CallTokens>();
  private ended = false;

  constructor(
    private readonly start: CallStart,
    private readonly done: (call: EndedCall) => void,
  ) {
    this.backendId = start.backendId;
  }

  attempt(deployment: string, n: number): void {
    this.deployment = deployment;
    if (n === 0) return;
    this.retries++;
    this.endAttempt();
  }

  fallback(backendId: string): void {
    this.endAttempt();
    this.backendId = backendId;
  }

  firstOutput(): void {
    this.firstOutputMs ??= this.elapsedMs;
  }

  usage(tokens: CallTokens | undefined): void {
    if (tokens === undefined) return;
    const { input, cached, output, reasoning } = tokens;
    this.tokens = {
      input: tokenCount(input),
      cached: tokenCount(cached),
      output: tokenCount(output),
      reasoning: tokenCount(reasoning),
    };
  }

  end(status: CallStatus, code?: string): void {
    if (this.ended) return;
    this.ended = true;
    this.endAttempt();
    const { id, start, startedAt, backendId, deployment, retries, firstOutputMs, spent: tokensByBackend } = this;
    const tokens = [...tokensByBackend.values()].reduce<CallTokens | null>(addTokens, null);
    this.done({
      ...{ id, start, startedAt, backendId, deployment, retries, firstOutputMs, tokens, tokensByBackend, status },
      fallbackFrom: backendId === start.backendId ? null : start.backendId,
      durationMs: this.elapsedMs,
      errorCode: code ?? null,
    });
  }

  private endAttempt(): void {
    if (this.tokens !== null) {
      this.spent.set(this.backendId, addTokens(this.spent.get(this.backendId) ?? null, this.tokens));
    }
    this.tokens = null;
  }

  private get elapsedMs(): number {
    return Math.round(performance.now() - this.startedMs);
  }
}

const addTokens = (one: CallTokens | null, other: CallTokens): CallTokens => ({
  input: (one?.input ?? 0) + other.input,
  cached: (one?.cached ?? 0) + other.cached,
  output: (one?.output ?? 0) + other.output,
  reasoning: (one?.reasoning ?? 0) + other.reasoning,
});

/** Providers have been seen to send fractions, nothing, and less than nothing. */
const tokenCount = (count: number): number => (Number.isFinite(count) ? Math.max(0, Math.round(count)) : 0);
