import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { backoffDelayMs } from '../../common/backoff';
import { ComponentLogger, Logger } from '../../common/logger';
import { Backend } from '../catalog/backend';
import { BackendRegistry } from '../catalog/backend-registry';
import { Deployment } from '../catalog/deployment';
import { GatewayCaller } from '../wire/gateway-caller';
import { upstreamErrorOf } from '../wire/upstream-failure';
import { UpstreamError, UpstreamErrorCode } from '../wire/upstream.error';
import { CallTokens } from '../wire/usage';
import { isAllowed } from './backend-router';
import { ConcurrencyLimit } from './concurrency-limit';
import { Deployments } from './deployments';
import { LearnedWindows } from './learned-windows';

/** The backend and model of a call, and who makes it. */
export interface DispatchTarget {
  readonly backend: Backend;
  /** The provider's name of the model. */
  readonly model: string;
  /** Whoever asks; no backend takes over that may not be used. */
  readonly caller?: { readonly access?: GatewayCaller };
}

/** Notes the attempts of one call. */
export interface AttemptMeter {
  /**
   * A request to a provider goes out.
   *
   * @param n counts from 0; what is above 0 is a retry.
   */
  attempt(deployment: string, n: number): void;
  /** Another backend takes over. */
  fallback(backendId: string): void;
  /** What the running attempt cost, also one that failed. */
  usage(tokens: CallTokens | undefined): void;
}

/** One call of a client, which may take several attempts. */
export interface DispatchWork<T> {
  /** Makes the call on one deployment. The signal ends it when the client leaves. */
  attempt(deployment: Deployment, signal: AbortSignal): Promise<T>;
  /** Whether a backend that would take over can carry all of the request; left out: any can. */
  canCarry?(backend: Backend): boolean;
  /** Whether the client has been sent something that a repeat would send again. */
  outputBegun(): boolean;
  readonly metered: AttemptMeter;
  /** Aborted when the client has left. */
  readonly signal: AbortSignal;
}

/**
 * Brings a call to a deployment that answers it: within the backend's concurrency limit, by weight, around deployments
 * that are out, again after failures that pass, and at last at the backend's fallbacks. All of it only before the first
 * output: what a client has seen cannot be taken back.
 */
@Injectable()
export class Dispatcher {
  private readonly limits = new WeakMap<Backend, ConcurrencyLimit>();
  private readonly logger: ComponentLogger;

  constructor(
    private readonly registry: BackendRegistry,
    private readonly deployments: Deployments,
    private readonly windows: LearnedWindows,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'gateway' });
  }

  /** @throws UpstreamError, of the backend that was asked first, with the words of its fallbacks; the signal's reason when it is aborted. */
  async run<T>(target: DispatchTarget, work: DispatchWork<T>): Promise<T> {
    const counter = new AttemptCounter();
    try {
      return await this.runOn(target, work, counter);
    } catch (error) {
      return await this.fallBack(target, work, counter, this.failureOf(error, work)).catch((failed: unknown) => {
        const failure = this.failureOf(failed, work);
        throw counter.attempts > 1 ? failure.afterRetries() : failure;
      });
    }
  }

  private async fallBack<T>(
    target: DispatchTarget,
    work: DispatchWork<T>,
    counter: AttemptCounter,
    failure: UpstreamError,
  ): Promise<T> {
    const refusals: string[] = [];
    for (const id of target.backend.fallbacks) {
      if (work.outputBegun() || !mayGoElsewhere(failure)) break;
      const backend = this.registry.find(id);
      const access = target.caller?.access;
      if (backend === undefined || (access && !isAllowed(access, backend, backend.model))) continue;
      if (work.canCarry?.(backend) === false) {
        refusals.push(`its fallback "${id}" cannot take all of the request`);
        continue;
      }
      this.logger.warn({ backend: target.backend.id, fallback: id, code: failure.code }, 'another backend takes over');
      work.metered.fallback(id);
      try {
        return await this.runOn({ backend, model: backend.model }, work, counter);
      } catch (error) {
        const { message } = this.failureOf(error, work);
        this.logger.warn({ backend: id }, `the fallback failed too: it ${message}`);
        if (work.outputBegun()) throw error;
        refusals.push(`its fallback "${id}" ${message}`);
      }
    }
    throw refusals.length === 0 ? failure : failure.withWords(refusals);
  }

  private async runOn<T>(target: DispatchTarget, work: DispatchWork<T>, counter: AttemptCounter): Promise<T> {
    const { backend } = target;
    if (!backend.ready) throw UpstreamError.notReady(backend.notReadyReason ?? 'it is not configured');
    const release = await this.limitOf(backend)?.acquire(work.signal);
    try {
      return await this.tryDeployments(target, work, counter);
    } finally {
      release?.();
    }
  }

  /** Each deployment once, then those that may recover again, as often as the backend allows. */
  private async tryDeployments<T>(
    { backend, model }: DispatchTarget,
    work: DispatchWork<T>,
    counter: AttemptCounter,
  ): Promise<T> {
    const tried = new Set<string>();
    const most = Math.max(backend.maxRetries, backend.deployments.length - 1);
    for (let attempt = 0; ; attempt++) {
      const deployment = this.deployments.choose(backend, model, tried);
      tried.add(deployment.id);
      work.metered.attempt(deployment.id, counter.next());
      try {
        const call = (): Promise<T> => work.attempt(deployment, work.signal);
        return await this.deployments.call(deployment, call, () => work.outputBegun());
      } catch (error) {
        const failure = this.failureOf(error, work);
        work.metered.usage(failure.tokens);
        this.windows.learn(deployment, model, failure);
        if (work.outputBegun() || attempt >= most) throw failure;
        if (mayGoElsewhere(failure) && this.deployments.hasOther(backend, tried)) continue;
        const delayMs = attempt < backend.maxRetries ? retryDelayMs(failure, attempt) : undefined;
        if (delayMs === undefined) throw failure;
        await waitFor(delayMs, work.signal);
        tried.clear();
      }
    }
  }

  /** @throws the signal's reason when the client has left. */
  private failureOf(error: unknown, { signal }: Pick<DispatchWork<unknown>, 'signal'>): UpstreamError {
    signal.throwIfAborted();
    return upstreamErrorOf(error);
  }

  private limitOf(backend: Backend): ConcurrencyLimit | undefined {
    if (backend.maxConcurrency === null) return undefined;
    const known = this.limits.get(backend);
    if (known !== undefined) return known;
    const made = new ConcurrencyLimit(backend.maxConcurrency, backend.maxQueue);
    this.limits.set(backend, made);
    return made;
  }
}

/** Counts the attempts of one call over all its backends, from 0. */
class AttemptCounter {
  private count = 0;

  /** How many there have been. */
  get attempts(): number {
    return this.count;
  }

  next(): number {
    return this.count++;
  }
}

const BACKOFF = { initialMs: 250, maximumMs: 2000 };
/** A provider that wants a longer wait is reported to the user instead of waited for. */
const MAX_WAIT_MS = 20_000;

/** Failures that say nothing about the request, so that another key or provider may well answer it. */
const ELSEWHERE = new Set<UpstreamErrorCode>([
  'upstream_unavailable',
  'upstream_unauthorized',
  'rate_limit_exceeded',
  'usage_limit_exceeded',
  'model_not_found',
]);

const mayGoElsewhere = (failure: UpstreamError): boolean => failure.retryable || ELSEWHERE.has(failure.code);

/** Milliseconds to wait before the same deployment is asked again; undefined when that is of no use. */
function retryDelayMs(failure: UpstreamError, attempt: number): number | undefined {
  const waitMs = failure.retryAfterMs ?? backoffDelayMs(attempt, BACKOFF);
  return failure.retryable && waitMs <= MAX_WAIT_MS ? waitMs : undefined;
}

/** @throws the signal's reason when it is aborted. */
export async function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
}
