/** One model that codex is told about; becomes an entry of its `model_catalog_json`. */
export interface CatalogModel {
  /** What codex sends as `model`: the gateway's backend id, `backend/name` or an alias. */
  readonly slug: string;
  readonly displayName: string;
  /** Tokens. */
  readonly contextWindow: number;
  readonly inputModalities: readonly ('text' | 'image')[];
  /** Efforts that a user may choose; empty: none; left out: unknown. */
  readonly reasoningLevels?: readonly string[];
  /** Whether the model gets codex's patch tool; left out: it does. */
  readonly applyPatch?: boolean;
}
