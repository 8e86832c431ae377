import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { newId } from '../../common/ids';
import { requestContext } from '../../common/request-context';
import { ModelEndpoint } from '../../runtime/model-endpoint';
import { GatewayCaller, instanceCaller } from '../wire/gateway-caller';
import { bearerKeyOf } from '../accounts/gateway-access';
import { readLazily } from '../wire/responses-request';
import { OpenAiErrorFilter, sendJson } from '../wire/http/openai-error.filter';
import { callerOf } from '../routing/caller';
import { requestBytes } from '../wire/http/request-body';
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
      requestContext.run({ requestId: newId() }, () => {
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
    const caller = callerOf(incoming.headers, request.body, access);
    const whole = await this.responses.answer({ request, caller }, response);
    if (whole !== undefined) sendJson(response, 200, whole);
  }
}
