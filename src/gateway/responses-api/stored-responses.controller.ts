import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AdmittedBy } from '../../auth/authorized.decorator';
import { GatewayAccessGuard } from '../accounts/gateway-access';
import { ApiOpenAiErrors } from '../wire/http/api-openai.decorator';
import { OpenAiErrorFilter } from '../wire/http/openai-error.filter';
import { JsonObject } from '../wire/json';
import { invalidRequest, OpenAiError } from '../wire/openai.error';
import { frameFor } from '../wire/sse-frames';
import { EventStream } from './response-transport';
import { inputItemsPage, InputItemsPage } from './stored/input-items-page';
import { KnownResponse } from './stored/response-memory';
import { replayedEvents } from './stored/response-replay';
import { StoredResponses } from './stored/stored-responses';

const NOT_FOUND = { 404: ['not_found'] };

/** The responses that a user has stored, https://platform.openai.com/docs/api-reference/responses/get. */
@ApiTags('gateway')
@Controller('v1/responses')
@AdmittedBy(GatewayAccessGuard)
@UseFilters(OpenAiErrorFilter)
export class StoredResponsesController {
  constructor(private readonly stored: StoredResponses) {}

  @Get(':id')
  @ApiOperation({ summary: 'Read a stored response, or its events again' })
  @ApiOpenAiErrors(NOT_FOUND)
  async read(
    @Param('id') id: string,
    @Query() { stream, starting_after: after }: Record<string, unknown>,
    @Req() request: Request,
    @Res() answer: Response,
  ): Promise<void> {
    const { response } = await this.require(id, request);
    if (stream !== 'true') return void answer.json(response);
    const last = sequenceNumberOf(after);
    const events = new EventStream(answer);
    for (const event of replayedEvents(response)) {
      if (event.sequence_number > last) events.relay([frameFor(event.type, JSON.stringify(event))]);
    }
    events.end(true);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete a stored response' })
  @ApiOpenAiErrors(NOT_FOUND)
  async remove(@Param('id') id: string, @Req() { gatewayCaller }: Request): Promise<JsonObject> {
    const userId = gatewayCaller?.userId ?? null;
    if (userId === null || !(await this.stored.remove(userId, id))) throw notFound(id);
    return { id, object: 'response', deleted: true };
  }

  @Get(':id/input_items')
  @ApiOperation({ summary: 'List what a stored response was made from' })
  @ApiOpenAiErrors({ 400: ['invalid_request'], ...NOT_FOUND })
  async inputItems(
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    @Req() request: Request,
  ): Promise<InputItemsPage> {
    return inputItemsPage((await this.require(id, request)).input, query);
  }

  /** Only what runs in the background can be cancelled, and nothing does. */
  @Post(':id/cancel')
  @HttpCode(400)
  @ApiOperation({ summary: 'Refused: nothing runs in the background' })
  @ApiOpenAiErrors({ 400: ['invalid_request'], ...NOT_FOUND })
  async cancel(@Param('id') id: string, @Req() request: Request): Promise<never> {
    await this.require(id, request);
    throw new OpenAiError(400, 'invalid_request', 'Only a response that runs in the background can be cancelled.');
  }

  private async require(id: string, { gatewayCaller }: Request): Promise<KnownResponse> {
    const userId = gatewayCaller?.userId ?? null;
    const known = userId === null ? undefined : await this.stored.find(userId, id);
    if (known === undefined) throw notFound(id);
    return known;
  }
}

/** @throws OpenAiError 400 for what is no number of an event. */
function sequenceNumberOf(after: unknown): number {
  if (after === undefined) return -1;
  if (typeof after === 'string' && /^\d{1,15}$/.test(after)) return Number(after);
  throw invalidRequest('starting_after', '"starting_after" must be the sequence number of an event.');
}

const notFound = (id: string): OpenAiError =>
  new OpenAiError(404, 'not_found', `Response with id '${id}' not found.`, 'response_id');
