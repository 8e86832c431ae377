import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import { BackendRegistry } from '../catalog/backend-registry';
import { UPSTREAM_ERROR_CODES } from '../wire/upstream.error';
import type { CallStart, EndedCall } from './metered-call';

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
/** Stands for what is in no list: each label has a known set of values, `provider` those of the types of backend. */
const OTHER = 'other';
const CODES: ReadonlySet<string> = new Set(UPSTREAM_ERROR_CODES);

const calls = new Counter({
  name: 'codex_relay_gateway_calls_total',
  help: 'Calls of models that ended, by endpoint, type of backend and outcome (ok, failed, aborted by the caller)',
  labelNames: ['endpoint', 'provider', 'outcome'] as const,
});

const failures = new Counter({
  name: 'codex_relay_gateway_failures_total',
  help: 'Calls of models that failed, by type of backend and code',
  labelNames: ['provider', 'code'] as const,
});

const inFlight = new Gauge({
  name: 'codex_relay_gateway_calls_in_flight',
  help: 'Calls of models that run, by type of the backend that was asked for',
  labelNames: ['provider'] as const,
});

const firstOutputSeconds = new Histogram({
  name: 'codex_relay_gateway_first_output_seconds',
  help: 'From the arrival of a call of a model to its first output, retries included, by type of backend',
  labelNames: ['provider'] as const,
  buckets: SECONDS,
});

const callSeconds = new Histogram({
  name: 'codex_relay_gateway_call_seconds',
  help: 'From the arrival of a call of a model to its end, by type of backend',
  labelNames: ['provider'] as const,
  buckets: SECONDS,
});

const retries = new Counter({
  name: 'codex_relay_gateway_retries_total',
  help: 'Requests to providers beyond the first of a call, by type of backend',
  labelNames: ['provider'] as const,
});

const fallbacks = new Counter({
  name: 'codex_relay_gateway_fallbacks_total',
  help: 'Calls of models that another backend took over',
});

const tokens = new Counter({
  name: 'codex_relay_gateway_tokens_total',
  help: 'Tokens as the providers tell them; cached is part of input, reasoning part of output',
  labelNames: ['provider', 'kind'] as const,
});

/** Counts and times the calls of models for `/metrics`. Nothing here throws. */
@Injectable()
export class CallMetrics {
  constructor(private readonly registry: BackendRegistry) {}

  /** @returns what is to be called once, when the call has ended. */
  began({ backendId, endpoint }: CallStart): (call: EndedCall) => void {
    const requested = this.providerOf(backendId);
    inFlight.inc({ provider: requested });
    return (call) => {
      inFlight.dec({ provider: requested });
      const provider = this.providerOf(call.backendId);
      calls.inc({ endpoint, provider, outcome: call.status });
      this.timed(call, provider);
      this.counted(call, provider);
    };
  }

  private timed({ firstOutputMs, durationMs }: EndedCall, provider: string): void {
    callSeconds.observe({ provider }, durationMs / 1000);
    if (firstOutputMs !== null) firstOutputSeconds.observe({ provider }, firstOutputMs / 1000);
  }

  private counted(call: EndedCall, provider: string): void {
    const { status, errorCode, fallbackFrom, tokensByBackend } = call;
    // Providers that speak the Responses API put codes of their own into it.
    const code = errorCode !== null && CODES.has(errorCode) ? errorCode : OTHER;
    if (status === 'failed') failures.inc({ provider, code });
    if (call.retries > 0) retries.inc({ provider }, call.retries);
    if (fallbackFrom !== null) fallbacks.inc();
    for (const [backendId, used] of tokensByBackend) {
      for (const kind of ['input', 'cached', 'output', 'reasoning'] as const) {
        if (used[kind] > 0) tokens.inc({ provider: this.providerOf(backendId), kind }, used[kind]);
      }
    }
  }

  private providerOf(backendId: string): string {
    return this.registry.find(backendId)?.type ?? OTHER;
  }
}
