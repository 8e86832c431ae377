import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { OpenAiError } from '../wire/openai.error';
import { GatewayAccess } from './gateway-access';

/** Lets in who may call `/v1`, and puts the caller into the request. */
@Injectable()
export class GatewayAccessGuard implements CanActivate {
  constructor(private readonly access: GatewayAccess) {}

  /** @throws OpenAiError 401 or 429; see GatewayAccess. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    try {
      request.gatewayCaller = await this.access.admit(request.headers, request.socket.remoteAddress);
      return true;
    } catch (error) {
      // OpenAI's own clients repeat every 429 unless they are told not to.
      const isFinal = error instanceof OpenAiError && error.code === 'insufficient_quota';
      if (isFinal) http.getResponse<Response>().setHeader('x-should-retry', 'false');
      throw error;
    }
  }
}
