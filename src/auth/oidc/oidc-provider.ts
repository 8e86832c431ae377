import { Injectable } from '@nestjs/common';
import type { JSONWebKeySet } from 'jose';
import * as oidc from 'openid-client';
import { DomainError, messageOf, RETRY_AFTER_SECONDS } from '../../common/domain.error';
import { OidcConfig } from '../../config/oidc.config';
import { ProviderKeys } from './provider-keys';

/** After a discovery that failed, callers are told so without another one. */
const RETRY_MS = 2_000;
const MAX_KEYS_BYTES = 512 * 1024;

/** Of a provider that does not answer, or answers what cannot be used. @param cause for the log */
export const providerUnavailable = (cause: unknown): DomainError =>
  new DomainError(503, 'identity_provider_unavailable', 'The identity provider does not answer now: try again.', {
    cause: new Error(`the identity provider failed: ${messageOf(cause)}`),
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });

/** The provider of OIDC_ISSUER, found by its discovery document at the first use. */
@Injectable()
export class OidcProvider {
  private found: oidc.Configuration | undefined;
  private finding: Promise<oidc.Configuration> | undefined;
  private failedAt = -Infinity;
  private failure: unknown;

  readonly keys = new ProviderKeys(() => this.fetchKeys());

  constructor(readonly config: OidcConfig) {}

  /** @throws DomainError 503 `identity_provider_unavailable` */
  async configuration(): Promise<oidc.Configuration> {
    if (this.found !== undefined) return this.found;
    if (performance.now() - this.failedAt < RETRY_MS) throw providerUnavailable(this.failure);
    this.finding ??= this.discover().finally(() => (this.finding = undefined));
    return this.finding;
  }

  private async discover(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret, timeoutSeconds, clockToleranceSeconds } = this.config;
    const metadata = { [oidc.clockTolerance]: clockToleranceSeconds };
    const authentication = clientSecret === '' ? oidc.None() : oidc.ClientSecretBasic(clientSecret);
    const isPlain = issuer.startsWith('http:');
    try {
      const found = await oidc.discovery(new URL(issuer), clientId || 'codex-relay', metadata, authentication, {
        timeout: timeoutSeconds,
        ...(isPlain && { execute: [oidc.allowInsecureRequests] }),
      });
      return (this.found = found);
    } catch (error) {
      this.failedAt = performance.now();
      this.failure = error;
      throw providerUnavailable(error);
    }
  }

  private async fetchKeys(): Promise<JSONWebKeySet> {
    const { jwks_uri: address } = (await this.configuration()).serverMetadata();
    try {
      if (address === undefined) throw new Error('its discovery document has no jwks_uri');
      const signal = AbortSignal.timeout(this.config.timeoutSeconds * 1000);
      const response = await fetch(address, { signal, redirect: 'error', headers: { accept: 'application/json' } });
      if (!response.ok) throw new Error(`its keys answer ${response.status}`);
      const text = await response.text();
      if (text.length > MAX_KEYS_BYTES) throw new Error('its keys are too long');
      return JSON.parse(text) as JSONWebKeySet;
    } catch (error) {
      throw providerUnavailable(error);
    }
  }
}
