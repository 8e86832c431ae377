import { Controller, HttpCode, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { StreamLimits } from '../../common/stream-limits';
import { AdmittedBy } from '../../auth/authorized.decorator';
import { AgentAccessGuard } from '../accounts/gateway-access';
import { DelegatedModels } from '../routing/delegated-models';
import { ApiModelCall } from '../wire/http/api-openai.decorator';
import { OpenAiErrorFilter } from '../wire/http/openai-error.filter';
import { requestBytes } from '../wire/http/request-body';
import { readCompletionRequest } from './completion-request';
import { CompletionService } from './completion.service';

/** The chat completions API of OpenAI, https://platform.openai.com/docs/api-reference/chat. */
@ApiTags('gateway')
@Controller('v1/chat/completions')
@AdmittedBy(AgentAccessGuard)
@UseFilters(OpenAiErrorFilter)
export class CompletionsController {
  constructor(
    private readonly completions: CompletionService,
    private readonly streams: StreamLimits,
    private readonly delegated: DelegatedModels,
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
    const delegate = this.delegated.of(request.model);
    if (delegate !== undefined) {
      const { body, model = '', messages } = request;
      const call = { body: { ...body, messages: messages() }, model, caller: access, request: httpRequest, response };
      return delegate.complete(call);
    }
    await this.completions.answer({ request, access, headers, response });
  }
}
