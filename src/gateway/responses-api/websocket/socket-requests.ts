import type { IncomingMessage } from 'node:http';
import { ComponentLogger } from '../../../common/logger';
import { GatewayAccess } from '../../accounts/gateway-access';
import { JsonObject } from '../../wire/json';
import { OpenAiError } from '../../wire/openai.error';
import { readResponseCall } from '../response-call';
import { ResponsesService } from '../responses.service';
import { ResponseMemory } from '../stored/response-memory';
import { SocketTransport } from './socket-transport';

/** Answers the requests of one connection, each admitted anew: keys expire and have limits. */
export class SocketRequests {
  constructor(
    private readonly upgrade: IncomingMessage,
    private readonly access: GatewayAccess,
    private readonly responses: ResponsesService,
    private readonly logger: ComponentLogger,
  ) {}

  /**
   * Sends the events of one response.
   *
   * @returns whether it came to an answer; false when its last event says that it failed.
   * @throws OpenAiError for a failure before the first event.
   */
  async answer(body: JsonObject, memory: ResponseMemory, transport: SocketTransport): Promise<boolean> {
    const { headers } = this.upgrade;
    const gatewayCaller = await this.access.admit(this.upgrade);
    const { generate, ...rest } = body;
    const call = readResponseCall({ ...rest, stream: true }, { headers, gatewayCaller }, memory);
    if (generate === false) {
      await this.responses.warmUp(call, transport);
      return true;
    }
    return this.responses.stream(call, transport);
  }

  asOpenAiError(error: unknown): OpenAiError {
    if (error instanceof OpenAiError) return error;
    this.logger.error({ err: error }, 'a WebSocket request to /v1/responses failed');
    return new OpenAiError(500, 'internal_error', 'The gateway failed; its log says why.');
  }
}
