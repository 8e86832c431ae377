import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { requestBytes } from '../common/request-bytes';
import { AuthConfig } from '../config/auth.config';
import { OidcConfig } from '../config/oidc.config';
import { ServerConfig } from '../config/server.config';
import { SIGN_IN_PAGE_POLICY } from './pages/sign-in-pages';

/** Of a form with an access token. */
const MAX_FORM_BYTES = 32 * 1024;

/** What the pages of the sign-in depend on. */
@Injectable()
export class SignInSettings {
  constructor(
    private readonly auth: AuthConfig,
    private readonly oidc: OidcConfig,
    readonly server: ServerConfig,
  ) {}

  get method(): AuthConfig['method'] {
    return this.auth.method;
  }

  get basePath(): string {
    return this.server.basePath;
  }

  /** How a button names the identity provider. */
  get providerName(): string {
    return URL.canParse(this.oidc.issuer) ? new URL(this.oidc.issuer).host : 'the identity provider';
  }
}

/** A browser that shows a page, and no script of one. */
export const wantsPage = (request: Request): boolean => request.accepts(['json', 'html']) === 'html';

/** @throws DomainError as requestBytes */
export const formOf = async (request: Request): Promise<URLSearchParams> =>
  new URLSearchParams((await requestBytes(request, MAX_FORM_BYTES)).toString());

export function sendPage(response: Response, status: number, text: string): void {
  SIGN_IN_PAGE_POLICY(response.req, response, () => undefined);
  response.setHeader('Referrer-Policy', 'same-origin');
  response.status(status).type('html').send(text);
}
