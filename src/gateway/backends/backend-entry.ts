import { UpstreamTimeouts } from './backend';
import { InputModality, Price, ReasoningLevel } from './model-spec';

/** What an entry or one of its `models` says of a model; what is left out is as for the entry, or a default. */
export interface ModelEntry {
  readonly model?: string;
  readonly displayName?: string;
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  readonly inputModalities?: readonly InputModality[];
  readonly reasoningLevels?: readonly ReasoningLevel[];
  readonly applyPatch?: boolean;
  readonly price?: Price;
  readonly aliases?: readonly string[];
}

export interface NamedModelEntry extends ModelEntry {
  readonly name: string;
}

/** Where a provider is reached; of an entry of `deployments`, what is left out is as for the entry. */
export interface AddressEntry {
  readonly baseUrl?: string;
  readonly apiKeyEnv?: string;
  readonly apiVersion?: string;
  readonly region?: string;
}

export interface DeploymentEntry extends AddressEntry {
  readonly model?: string;
  readonly weight?: number;
}

/** An entry as the operator wrote it, already checked; what is left out takes its provider's default. */
export interface BackendEntry extends ModelEntry, AddressEntry {
  readonly id: string;
  readonly type: string;
  readonly models?: readonly NamedModelEntry[];
  readonly deployments?: readonly DeploymentEntry[];
  readonly timeouts?: Partial<UpstreamTimeouts>;
  readonly maxRetries?: number;
  readonly fallbacks?: readonly string[];
  readonly maxConcurrency?: number;
  readonly maxQueue?: number;
}
