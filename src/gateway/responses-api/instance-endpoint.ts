import { Injectable } from '@nestjs/common';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { asRequest } from '../../common/request-context';
import { ModelEndpoint } from '../../runtime/model-endpoint';
import { bearerKeyOf } from '../accounts/gateway-access';
import { GatewayCaller, instanceCaller } from '../wire/gateway-caller';
import { OpenAiErrorFilter, sendJson } from '../wire/http/openai-error.filter';
import { requestBytes } from '../wire/http/request-body';
import { readLazily } from '../wire/responses-request';
import { responseCallOf } from './response-call';
import { ResponsesService } from './responses.service';

/**
 * The way in for the app-servers of this service, which ask nothing but for a response, one per round of a turn: without
 * the middleware that other clients need.
 */
@Injectable()
export class InstanceEndpoint {
  constructor(
    private readonly endpoint: ModelEndpoint,
    private readonly responses: ResponsesService,
    private readonly errors: OpenAiErrorFilter,
  ) {}

  /** @param others answers every other request. */
  listener(others: RequestListener): RequestListener {
    return (request, response) => {
      const caller = request.method === 'POST' && request.url === '/v1/responses' ? this.callerOf(request) : undefined;
      if (caller === undefined) return void others(request, response);
      asRequest(undefined, () => {
        this.answer(request, response, caller).catch((error: unknown) => this.errors.answer(error, response));
      });
    };
  }

  private callerOf({ headers }: IncomingMessage): GatewayCaller | undefined {
    const instanceId = this.endpoint.instanceForKey(bearerKeyOf(headers));
    return instanceId === undefined ? undefined : instanceCaller(instanceId);
  }

  private async answer(incoming: IncomingMessage, response: ServerResponse, access: GatewayCaller): Promise<void> {
    const request = readLazily(await requestBytes(incoming));
    const call = responseCallOf(request, { headers: incoming.headers, gatewayCaller: access });
    const complete = await this.responses.answer(call, response);
    if (complete !== undefined) sendJson(response, 200, complete);
  }
}
