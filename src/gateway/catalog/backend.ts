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
}

/** What a model of a backend can do and costs; a model that the file does not name is taken for the backend's own. */
export const specOf = (backend: Backend, model: string): ModelSpec =>
  backend.models.find((named) => named.model === model || named.name === model) ?? backend;

export const INPUT_MODALITIES = ['text', 'image'] as const;
export type InputModality = (typeof INPUT_MODALITIES)[number];

/** How hard a model may be asked to think, in the Responses API's words, from least to most. */
export const REASONING_LEVELS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
export type ReasoningLevel = (typeof REASONING_LEVELS)[number];

/** Money per million tokens, in the operator's currency. */
export interface Price {
  readonly input: number;
  /** Input tokens that the provider had in its cache. */
  readonly cached: number;
  readonly output: number;
}

/** What one model can do and costs. */
export interface ModelSpec {
  /** The provider's name of the model. */
  readonly model: string;
  readonly displayName: string;
  /** Tokens. */
  readonly contextWindow: number;
  /** Longest answer in tokens; null: the provider's own limit. */
  readonly maxOutputTokens: number | null;
  readonly inputModalities: readonly InputModality[];
  /** Those that may be asked for; null: unknown, and none is sent to a provider whose protocol is not codex's. */
  readonly reasoningLevels: readonly ReasoningLevel[] | null;
  /** Whether codex offers the model its patch tool. */
  readonly applyPatch: boolean;
  /** null: unknown. */
  readonly price: Price | null;
}

/** A further model of a backend, requested as `backend/name`. */
export interface NamedModel extends ModelSpec {
  readonly name: string;
  readonly aliases: readonly string[];
}
