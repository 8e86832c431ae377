import { ModelSpec, NamedModel } from './model-spec';

/** Longest silences of a provider, in milliseconds. */
export interface UpstreamTimeouts {
  /** Until the connection stands. */
  readonly connectMs: number;
  /** From the request until the answer begins. */
  readonly firstByteMs: number;
  /** Between two pieces of the answer. */
  readonly idleMs: number;
}

/** One address and key that a backend can be reached by. The object is the deployment's identity while it is unchanged. */
export interface DeploymentSettings {
  /** `backend` or `backend#2`: unique over all backends. */
  readonly id: string;
  /** Without a trailing slash; null where the provider needs no address. */
  readonly baseUrl: string | null;
  /** Environment variable that holds the key; null: called without a key. */
  readonly apiKeyEnv: string | null;
  /** Replaces the backend's own model; null: the same name. */
  readonly model: string | null;
  /** Azure only. */
  readonly apiVersion: string | null;
  /** Bedrock only. */
  readonly region: string | null;
  /** Share of the calls relative to the other deployments' weights. */
  readonly weight: number;
}

/** One model provider entry of the gateway, without its key. */
export interface Backend extends ModelSpec {
  /** What requests name, and codex sends as `model`. */
  readonly id: string;
  /** Name of the provider in the provider table. */
  readonly type: string;
  /** Of the first deployment: without a trailing slash; null where the provider needs no network. */
  readonly baseUrl: string | null;
  /** Of the first deployment: environment variable that holds the key; null: called without a key. */
  readonly apiKeyEnv: string | null;
  /** Other models of this backend, requested as `backend/name`. */
  readonly models: readonly NamedModel[];
  /** Other names for the backend's own model. */
  readonly aliases: readonly string[];
  /** At least one. */
  readonly deployments: readonly DeploymentSettings[];
  readonly timeouts: UpstreamTimeouts;
  /** Repeats of one request at most. */
  readonly maxRetries: number;
  /** Backends to ask instead, in this order, when this one cannot answer. */
  readonly fallbacks: readonly string[];
  /** Calls at a time; null: no limit. */
  readonly maxConcurrency: number | null;
  /** Calls that may wait for one of those. */
  readonly maxQueue: number;
  /** False: its key variable is not set, `notReadyReason` names it. Looked up anew each time. */
  readonly ready: boolean;
  readonly notReadyReason: string | null;
  /** What a model of the provider can do and costs that `llm_backends.yaml` does not name. */
  readonly specOfOther: (model: string) => ModelSpec;
}

/** What a model of a backend can do and costs. A deployment's own name of a model stands for the backend's own model. */
export function specOf(backend: Backend, model: string): ModelSpec {
  const named = backend.models.find((one) => one.model === model || one.name === model);
  if (named !== undefined) return named;
  const isOwn = backend.model === model || backend.deployments.some((deployment) => deployment.model === model);
  return isOwn ? backend : backend.specOfOther(model);
}
