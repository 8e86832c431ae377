import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { BrowserSignIn } from '../../auth/browser-sign-in';
import { issuerOf } from '../../auth/keycloak/introspection';
import { DomainError } from '../../common/domain.error';
import { CHALLENGE } from '../../common/problem.filter';
import { AuthConfig } from '../../config/auth.config';
import { ContractConfig } from '../../config/contract.config';
import { KeycloakConfig } from '../../config/keycloak.config';
import { OidcConfig } from '../../config/oidc.config';

/** RFC 9728, as MCP asks for it: who gives tokens for `/mcp`. */
export interface ProtectedResourceMetadata {
  readonly resource: string;
  readonly authorization_servers: readonly string[];
  readonly bearer_methods_supported: readonly string[];
  readonly scopes_supported?: readonly string[];
  readonly resource_name: string;
}

const METADATA_PATH = '/.well-known/oauth-protected-resource/mcp';

/** Tells clients of `/mcp` where they get a token, where an identity provider gives them. */
@Injectable()
export class ProtectedResource {
  constructor(
    private readonly auth: AuthConfig,
    private readonly oidc: OidcConfig,
    private readonly keycloak: KeycloakConfig,
    private readonly contracts: ContractConfig,
    private readonly browsers: BrowserSignIn,
  ) {}

  /** @throws DomainError 404 `route_not_found` where no identity provider gives tokens */
  metadata(request: Request): ProtectedResourceMetadata {
    const issuer = this.issuer;
    if (issuer === undefined)
      throw new DomainError(404, 'route_not_found', 'No identity provider gives tokens for this.');
    return {
      resource: `${this.browsers.baseOf(request)}/mcp`,
      authorization_servers: [issuer],
      bearer_methods_supported: ['header'],
      ...(this.auth.method === 'OIDC' && { scopes_supported: this.oidc.scopes.split(' ') }),
      resource_name: 'codex-relay',
    };
  }

  /** Has a refusal of a caller that is not known say where the metadata is. */
  readonly challenge = (request: Request, response: Response, next: NextFunction): void => {
    if (this.issuer !== undefined && !this.contracts.disabled.includes('mcp')) {
      const address = `${this.browsers.baseOf(request)}${METADATA_PATH}`;
      response.locals.challenge = `${CHALLENGE}, resource_metadata="${address}"`;
    }
    next();
  };

  private get issuer(): string | undefined {
    if (this.auth.method === 'OIDC') return this.oidc.issuer;
    return this.auth.method === 'Keycloak' ? issuerOf(this.keycloak) : undefined;
  }
}
