import { Injectable } from '@nestjs/common';
import { ComponentLogger, Logger } from '../../common/logger';
import { Backend, DeploymentSettings } from '../catalog/backend';
import { BackendKeys } from '../catalog/backend-keys';
import { hasKey } from '../catalog/backend-of';
import { Deployment, deploymentFor } from '../catalog/deployment';
import { redactFailure } from '../wire/redact';
import { upstreamErrorOf } from '../wire/upstream-failure';
import { UpstreamError } from '../wire/upstream.error';

/** Failures in a row after which a deployment is left alone. */
export const BREAK_AFTER_FAILURES = 10;
/** How long, in milliseconds, until one call tries it again. */
const BREAK_MS = 10_000;
/** A key that was refused is not tried for so long while there are others. */
const REFUSED_REST_MS = 30_000;
const PROBE_CHECK_MS = 50;

/** `resting`: others go first for a while; `out`: it is left alone after failures in a row; `no_key`: it cannot be called. */
export const DEPLOYMENT_STATES = ['ready', 'resting', 'out', 'no_key'] as const;

/** What is known of one deployment since the start. */
export interface DeploymentStatus {
  readonly settings: DeploymentSettings;
  readonly state: (typeof DEPLOYMENT_STATES)[number];
  readonly failuresInARow: number;
  /** In the provider's words, without its key; null once a call has succeeded again. */
  readonly lastFailure: string | null;
}

/** The deployments of all backends: which one gets a call, and how healthy each of them is. */
@Injectable()
export class Deployments {
  private readonly health = new WeakMap<DeploymentSettings, DeploymentHealth>();
  private readonly logger: ComponentLogger;

  constructor(
    private readonly keys: BackendKeys,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'gateway' });
  }

  /**
   * A deployment for a call, by chance and weight, out of those that were not tried; one that asked for a pause only
   * when all did.
   *
   * @throws UpstreamError when there is none that may be called.
   */
  choose(backend: Backend, model: string, tried: ReadonlySet<string>): Deployment {
    const left = this.untried(backend, tried);
    const working = left.filter((settings) => this.healthOf(settings).mayBeCalled);
    const rested = working.filter((settings) => !this.healthOf(settings).rests);
    const chosen = byWeight(rested.length > 0 ? rested : working);
    if (chosen !== undefined) return deploymentFor(backend, chosen, model, this.keys);
    const [broken] = left;
    if (broken !== undefined) throw this.healthOf(broken).outage;
    throw UpstreamError.notReady(backend.notReadyReason ?? 'it is not configured');
  }

  /** Whether there is a deployment that was not tried and is not known to be out. */
  hasOther(backend: Backend, tried: ReadonlySet<string>): boolean {
    return this.untried(backend, tried).some((settings) => this.healthOf(settings).mayBeCalled);
  }

  /** All of a backend, for a look at each. */
  all(backend: Backend): Deployment[] {
    return backend.deployments.map((settings) => deploymentFor(backend, settings, backend.model, this.keys));
  }

  /** How healthy each of a backend is, by its last calls. */
  statusOf({ deployments }: Backend): DeploymentStatus[] {
    return deployments.map((settings) => {
      const { state, failuresInARow, lastFailure } = this.healthOf(settings);
      return {
        ...{ settings, failuresInARow, lastFailure: lastFailure === '' ? null : lastFailure },
        state: hasKey(settings, this.keys) ? state : 'no_key',
      };
    });
  }

  /** Makes a call, and takes note of how it ends. @throws what the attempt does, without the deployment's key. */
  call<T>(deployment: Deployment, attempt: () => Promise<T>, outputBegun: () => boolean): Promise<T> {
    return this.healthOf(deployment.settings).call(() => withoutKey(deployment, attempt), outputBegun);
  }

  private untried({ deployments }: Backend, tried: ReadonlySet<string>): DeploymentSettings[] {
    return deployments.filter((settings) => !tried.has(settings.id) && hasKey(settings, this.keys));
  }

  private healthOf(settings: DeploymentSettings): DeploymentHealth {
    const known = this.health.get(settings);
    if (known !== undefined) return known;
    const made = new DeploymentHealth((failure) =>
      this.logger.warn({ deployment: settings.id, failure }, 'a deployment is left alone after failures in a row'),
    );
    this.health.set(settings, made);
    return made;
  }
}

/** Providers repeat keys in their words, which go to logs, clients and the next call's error. */
async function withoutKey<T>(deployment: Deployment, attempt: () => Promise<T>): Promise<T> {
  const key = deployment.apiKey();
  try {
    return await attempt();
  } catch (error) {
    throw isAbort(error) ? error : redactFailure(upstreamErrorOf(error), key);
  }
}

function byWeight(list: readonly DeploymentSettings[]): DeploymentSettings | undefined {
  let left = Math.random() * list.reduce((sum, { weight }) => sum + weight, 0);
  return list.find(({ weight }) => (left -= weight) < 0) ?? list.at(-1);
}

/** What is known of one deployment from its last calls. A circuit breaker that no change of the wall clock deceives. */
export class DeploymentHealth {
  failuresInARow = 0;
  /** Empty once a call has succeeded. */
  lastFailure = '';
  /** On the monotonic clock, like `restUntil`. */
  private brokenAt = 0;
  private probing = false;
  private restUntil = 0;

  constructor(private readonly onBreak: (failure: string) => void) {}

  /** Whether it may be called at all: it is no outage, or time for one call to see whether that is over. */
  get mayBeCalled(): boolean {
    if (!this.isOut) return true;
    return !this.probing && performance.now() - this.brokenAt >= BREAK_MS;
  }

  /** Whether it asked for a pause; others go first. */
  get rests(): boolean {
    return performance.now() < this.restUntil;
  }

  get state(): 'ready' | 'resting' | 'out' {
    if (this.isOut) return 'out';
    return this.rests ? 'resting' : 'ready';
  }

  /** Why it may not be called. */
  get outage(): UpstreamError {
    const message = `is left alone after ${BREAK_AFTER_FAILURES} failures in a row; the last one ${this.lastFailure}`;
    return new UpstreamError('upstream_unavailable', message, { status: 503 });
  }

  /** Makes a call and takes note of its end. Of the call after an outage, output is enough to call it over. */
  async call<T>(attempt: () => Promise<T>, outputBegun: () => boolean): Promise<T> {
    if (!this.isOut) return this.noted(attempt);
    this.probing = true;
    const running = this.noted(attempt);
    const ended = new AbortController();
    try {
      await Promise.race([running, untilOutput(outputBegun, ended.signal)]);
      this.failuresInARow = 0;
    } finally {
      ended.abort();
      this.probing = false;
    }
    return running;
  }

  private get isOut(): boolean {
    return this.failuresInARow >= BREAK_AFTER_FAILURES;
  }

  private async noted<T>(attempt: () => Promise<T>): Promise<T> {
    try {
      const result = await attempt();
      this.failuresInARow = 0;
      this.lastFailure = '';
      return result;
    } catch (error) {
      if (!isAbort(error)) this.note(upstreamErrorOf(error));
      throw error;
    }
  }

  private note(failure: UpstreamError): void {
    this.lastFailure = failure.message;
    this.restUntil = Math.max(this.restUntil, performance.now() + restMsAfter(failure));
    if (isOutage(failure)) this.countFailure();
    // A deployment that refuses a call is there.
    else if (this.isOut) this.failuresInARow = 0;
  }

  private countFailure(): void {
    const wasOut = this.isOut;
    this.failuresInARow += 1;
    if (!this.isOut) return;
    // Calls that began before the outage do not prolong it.
    if (!wasOut || this.probing) this.brokenAt = performance.now();
    if (!wasOut) this.onBreak(this.lastFailure);
  }
}

/** Whether it was the client that ended a call. */
export const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

function restMsAfter({ code, retryAfterMs }: UpstreamError): number {
  if (code === 'upstream_unauthorized' || code === 'usage_limit_exceeded') return REFUSED_REST_MS;
  return code === 'rate_limit_exceeded' ? (retryAfterMs ?? 1000) : 0;
}

/** Not the fault of the request, and not a limit that was reached. */
const isOutage = ({ code, retryable }: UpstreamError): boolean =>
  code === 'upstream_unavailable' || (code === 'upstream_error' && retryable);

function untilOutput(outputBegun: () => boolean, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => outputBegun() && finish(), PROBE_CHECK_MS);
    const finish = (): void => {
      clearInterval(timer);
      resolve();
    };
    ended.addEventListener('abort', finish, { once: true });
  });
}
