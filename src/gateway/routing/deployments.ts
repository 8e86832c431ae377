import { Injectable } from '@nestjs/common';
import { ComponentLogger, Logger } from '../../common/logger';
import { Backend, DeploymentSettings } from '../catalog/backend';
import { BackendKeys } from '../catalog/backend-keys';
import { hasKey } from '../catalog/backend-of';
import { Deployment, deploymentFor } from '../catalog/deployment';
import { redactFailure } from '../wire/redact';
import { upstreamErrorOf } from '../wire/upstream-failure';
import { UpstreamError } from '../wire/upstream.error';
import { DeploymentHealth, isAbort } from './deployment-health';

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
