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
  /** The entry of `models.yaml` that it is from, and its date; left out: `llm_backends.yaml` says it. */
  readonly list?: string;
}

/** What one model can do and costs. */
export interface ModelSpec {
  /** The provider's name of the model. */
  readonly model: string;
  readonly displayName: string;
  /** Tokens. */
  readonly contextWindow: number;
  /** Whether the backends file says so, or a `models.yaml`, or nobody. */
  readonly contextWindowFrom: 'file' | 'models' | 'default';
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
