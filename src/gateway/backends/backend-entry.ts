import { InputModality } from './backend';

/** An entry as the operator wrote it, already checked; what is left out takes its provider's default. */
export interface BackendEntry {
  readonly id: string;
  readonly type: string;
  readonly model?: string;
  readonly baseUrl?: string;
  readonly apiKeyEnv?: string;
  readonly displayName?: string;
  readonly contextWindow?: number;
  readonly inputModalities?: readonly InputModality[];
}
