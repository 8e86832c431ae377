/** One model that codex is told about; becomes an entry of its `model_catalog_json`. */
export interface CatalogModel {
  /** What codex sends as `model`; the gateway's backend id. */
  readonly slug: string;
  readonly displayName: string;
  /** Tokens. */
  readonly contextWindow: number;
  readonly inputModalities: readonly ('text' | 'image')[];
}
