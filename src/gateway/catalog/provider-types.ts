/** Whether an entry of a provider's type may, must or must not carry a field. */
export type FieldRule = 'required' | 'optional' | 'forbidden';

export const FIELD_NAMES = ['model', 'base_url', 'azure_endpoint', 'api_version', 'region', 'api_key_env'] as const;
export type FieldName = (typeof FIELD_NAMES)[number];

export interface ProviderSettings {
  /** A field that is not named is forbidden. */
  readonly fields: Readonly<Partial<Record<FieldName, FieldRule>>>;
  readonly defaults: {
    readonly model?: string;
    readonly baseUrl?: string;
    readonly apiKeyEnv?: string;
    readonly region?: string;
    readonly displayName?: string;
  };
}

export const fieldRule = ({ fields }: ProviderSettings, name: FieldName): FieldRule => fields[name] ?? 'forbidden';

/** A value of `type` in `llm_backends.yaml`, as far as the file is concerned. */
export interface ProviderType {
  readonly type: string;
  readonly settings: ProviderSettings;
}

/** The provider types that the file may name. ProviderTable, which knows how each is spoken to, is the only one. */
export abstract class ProviderTypes {
  abstract readonly types: readonly string[];
  abstract find(type: string): ProviderType | undefined;
  /** @throws Error for a type that the check of the file should have refused. */
  abstract get(type: string): ProviderType;
}
