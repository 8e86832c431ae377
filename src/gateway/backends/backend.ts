export const INPUT_MODALITIES = ['text', 'image'] as const;
export type InputModality = (typeof INPUT_MODALITIES)[number];

/** One model provider entry of the gateway, without its key. */
export interface Backend {
  /** What requests name, and codex sends as `model`. */
  readonly id: string;
  /** Name of the provider in the provider table. */
  readonly type: string;
  /** The provider's name of the model. */
  readonly model: string;
  readonly displayName: string;
  /** Without a trailing slash; null where the provider needs no network. */
  readonly baseUrl: string | null;
  /** Environment variable that holds the key; null: called without a key. */
  readonly apiKeyEnv: string | null;
  /** Tokens. */
  readonly contextWindow: number;
  readonly inputModalities: readonly InputModality[];
  /** False: its key variable is not set, `notReadyReason` names it. */
  readonly ready: boolean;
  readonly notReadyReason: string | null;
}
