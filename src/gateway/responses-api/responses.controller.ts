import { Body, Controller, HttpCode, Post, Req, Res, UseFilters, UseInterceptors } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { StreamLimits } from '../../common/stream-limits';
import { AdmittedBy } from '../../auth/authorized.decorator';
import { AgentAccessGuard } from '../accounts/gateway-access';
import { DelegatedModels } from '../routing/delegated-models';
import { ApiModelCall } from '../wire/http/api-openai.decorator';
import { OpenAiErrorFilter } from '../wire/http/openai-error.filter';
import { JsonBodyInterceptor } from '../wire/http/request-body';
import { isObject } from '../wire/json';
import { Compaction } from './compaction';
import { InputTokenCount, InputTokens } from './input-tokens';
import { readResponseCall } from './response-call';
import { EventStream } from './response-transport';
import { ResponsesService } from './responses.service';

/** The Responses API: https://www.openresponses.org/specification. */
@ApiTags('gateway')
@Controller('v1/responses')
@AdmittedBy(AgentAccessGuard)
@UseInterceptors(JsonBodyInterceptor)
@UseFilters(OpenAiErrorFilter)
export class ResponsesController {
  constructor(
    private readonly responses: ResponsesService,
    private readonly compaction: Compaction,
    private readonly inputTokens: InputTokens,
    private readonly streams: StreamLimits,
    private readonly delegated: DelegatedModels,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Ask a model, in the form of the Responses API' })
  @ApiModelCall({ model: 'demo', input: 'hello', stream: false }, ['input'])
  async create(@Body() body: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { gatewayCaller: caller } = request;
    const delegate = isObject(body) ? this.delegated.of(body.model) : undefined;
    if (delegate !== undefined && caller !== undefined && isObject(body)) {
      if (body.stream === true) this.streams.openFor(request, response);
      return delegate.respond({ body, model: String(body.model), caller, request, response });
    }
    const call = readResponseCall(body, request);
    if (call.request.stream) this.streams.openFor(request, response);
    const complete = await this.responses.answer(call, response);
    if (complete !== undefined) response.status(200).json(complete);
  }

  @Post('compact')
  @HttpCode(200)
  @ApiOperation({ summary: 'Replace a long conversation by its user messages and a summary' })
  @ApiModelCall({ model: 'demo', input: [{ role: 'user', content: 'hello' }] }, ['model', 'input'], {
    streams: false,
  })
  async compact(@Body() body: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { closed } = new EventStream(response);
    response.status(200).json(await this.compaction.compact(body, request, closed));
  }

  @Post('input_tokens')
  @HttpCode(200)
  @ApiOperation({ summary: 'Count the tokens of a request, by estimate where the provider does not count' })
  @ApiModelCall({ model: 'demo', input: 'hello' }, ['input'], { streams: false })
  async count(@Body() body: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { closed } = new EventStream(response);
    const count: InputTokenCount = await this.inputTokens.count(body, request, closed);
    response.status(200).json(count);
  }
}
