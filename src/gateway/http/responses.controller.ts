import { Body, Controller, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { readResponsesRequest } from '../protocol/responses-request';
import { callerOf } from './caller';
import { EventStream } from './event-stream';
import { InternalKeyGuard } from './internal-key.guard';
import { OpenAiErrorFilter } from './openai-error.filter';
import { ResponsesService } from './responses.service';

/** The Responses API of OpenAI, https://platform.openai.com/docs/api-reference/responses. */
@ApiTags('gateway')
@Controller('v1/responses')
@UseGuards(InternalKeyGuard)
@UseFilters(OpenAiErrorFilter)
export class ResponsesController {
  constructor(private readonly responses: ResponsesService) {}

  @Post()
  @ApiOperation({ summary: 'Ask a model backend, in the form of the OpenAI Responses API' })
  async create(@Body() body: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    const asked = readResponsesRequest(body);
    const caller = callerOf(request.headers, asked.body);
    const events = new EventStream(response);
    if (asked.stream) await this.responses.stream(asked, caller, events);
    else response.json(await this.responses.complete(asked, caller, events.closed));
  }
}
