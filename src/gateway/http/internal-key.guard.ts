import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { ModelEndpoint } from '../../runtime/model-endpoint';
import { OpenAiError } from '../errors/openai.error';

/** Lets in the app-server processes of this service, each by the key it was started with. */
@Injectable()
export class InternalKeyGuard implements CanActivate {
  constructor(private readonly endpoint: ModelEndpoint) {}

  /** @throws OpenAiError 401 for a missing or unknown key. */
  canActivate(context: ExecutionContext): boolean {
    const { authorization = '' } = context.switchToHttp().getRequest<Request>().headers;
    const [, key] = /^Bearer (\S+)$/i.exec(authorization) ?? [];
    if (key !== undefined && this.endpoint.instanceForKey(key) !== undefined) return true;
    throw new OpenAiError(401, 'invalid_api_key', 'The bearer key is missing or not known here.');
  }
}
