import { createLocalJWKSet, errors, type JSONWebKeySet, type JWSHeaderParameters, type FlattenedJWSInput } from 'jose';

/** After the keys were asked for, a token with a key that is not among them does not make them be asked for again. */
const COOLDOWN_MS = 30_000;
/** Older keys are asked for again beside the call that uses them. */
const STALE_MS = 10 * 60_000;

type KeySet = ReturnType<typeof createLocalJWKSet>;

/**
 * The keys with which a provider signs. Once they are there they go on being used while the provider is away; a key that is
 * not known has them fetched once, however many tokens come with it.
 */
export class ProviderKeys {
  private keys: KeySet | undefined;
  private fetchedAt = 0;
  private attemptedAt = 0;
  private fetching: Promise<void> | undefined;
  private failure: unknown;

  /** @param fetchKeys throws when the provider is away */
  constructor(private readonly fetchKeys: () => Promise<JSONWebKeySet>) {}

  /** @throws JWKSNoMatchingKey for a key that the provider does not have; what `fetchKeys` throws, while there are no keys */
  readonly keyFor = async (header: JWSHeaderParameters, token: FlattenedJWSInput): ReturnType<KeySet> => {
    if (this.keys === undefined) await this.refetch();
    if (Date.now() - this.fetchedAt > STALE_MS && this.mayFetch) void this.refetch().catch(() => undefined);
    try {
      return await this.known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !this.mayFetch) throw error;
      await this.refetch();
      return this.known(header, token);
    }
  };

  private get mayFetch(): boolean {
    return this.fetching !== undefined || Date.now() - this.attemptedAt > COOLDOWN_MS;
  }

  private known(header: JWSHeaderParameters, token: FlattenedJWSInput): ReturnType<KeySet> {
    if (this.keys === undefined) throw this.failure;
    return this.keys(header, token);
  }

  private refetch(): Promise<void> {
    return (this.fetching ??= this.fetchOnce().finally(() => (this.fetching = undefined)));
  }

  private async fetchOnce(): Promise<void> {
    this.attemptedAt = Date.now();
    try {
      this.keys = createLocalJWKSet(await this.fetchKeys());
      this.fetchedAt = Date.now();
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}
