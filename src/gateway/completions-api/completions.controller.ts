import { Controller, HttpCode, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { StreamLimits } from '../../common/stream-limits';
import { AdmittedBy } from '../../auth/authorized.decorator';
import { GatewayAccessGuard } from '../accounts/gateway-access';
import { ApiModelCall } from '../wire/http/api-openai.decorator';
import { OpenAiErrorFilter } from '../wire/http/openai-error.filter';
import { requestBytes } from '../wire/http/request-body';
import { readCompletionRequest } from './completion-request';
import { CompletionService } from './completion.service';

/** The chat completions API of OpenAI, https://platform.openai.com/docs/api-reference/chat. */
@ApiTags('gateway')
@Controller('v1/chat/completions')
@AdmittedBy(GatewayAccessGuard)
@UseFilters(OpenAiErrorFilter)
export class CompletionsController {
  constructor(
    private readonly completions: CompletionService,
    private readonly streams: StreamLimits,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Ask a model backend, in the form of the OpenAI chat completions API' })
  @ApiModelCall({ model: 'demo', messages: [{ role: 'user', content: 'hello' }] }, ['messages'])
  async create(@Req() httpRequest: Request, @Res() response: Response): Promise<void> {
    const { gatewayCaller: access, headers } = httpRequest;
    if (access === undefined) throw new Error('the guard has let a request in without a caller');
    const request = readCompletionRequest(await requestBytes(httpRequest));
    if (request.stream) this.streams.openFor(httpRequest, response);
    await this.completions.answer({ request, access, headers, response });
  }
}
