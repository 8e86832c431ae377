import { Controller, Get, Param, Req, UseFilters, UseGuards } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { GatewayAccessGuard } from './accounts/gateway-access';
import { BackendRegistry } from './catalog/backend-registry';
import { BackendRouter, isAllowed } from './routing/backend-router';
import { ApiOpenAiErrors } from './wire/http/api-openai.decorator';
import { OpenAiErrorFilter } from './wire/http/openai-error.filter';
import { OpenAiError } from './wire/openai.error';

/** A model as the OpenAI API lists it. */
export interface ModelObject {
  readonly id: string;
  readonly object: 'model';
  /** Unix seconds. */
  readonly created: number;
  readonly owned_by: string;
}

/** Nobody says when a backend was made; the start of the service stands in. */
const CREATED = Math.floor(Date.now() / 1000);

const modelObject = (id: string, type: string): ModelObject => ({
  id,
  object: 'model',
  created: CREATED,
  owned_by: type,
});

/** The models that the caller may use, https://platform.openai.com/docs/api-reference/models. */
@ApiTags('gateway')
@Controller('v1/models')
@UseGuards(GatewayAccessGuard)
@UseFilters(OpenAiErrorFilter)
export class ModelsController {
  constructor(
    private readonly registry: BackendRegistry,
    private readonly router: BackendRouter,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the models that can be asked' })
  @ApiOpenAiErrors()
  list(@Req() { gatewayCaller: access }: Request): { object: 'list'; data: ModelObject[] } {
    const models = this.registry.models();
    const allowed = access ? models.filter(({ backend, model }) => isAllowed(access, backend, model)) : [];
    return { object: 'list', data: allowed.map(({ name, backend }) => modelObject(name, backend.type)) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one model' })
  @ApiOpenAiErrors({ 404: ['model_not_found'] })
  read(@Param('id') id: string, @Req() request: Request): ModelObject {
    return this.find(id, request);
  }

  /** For a name with slashes that the client has not encoded: `backend/organisation/model`. */
  @Get('*path')
  @ApiExcludeEndpoint()
  readByPath(@Param('path') path: string[], @Req() request: Request): ModelObject {
    return this.find(path.join('/'), request);
  }

  private find(name: string, { gatewayCaller: access }: Request): ModelObject {
    try {
      const { backend } = this.router.resolve(name, { threadIds: [], access });
      return modelObject(name, backend.type);
    } catch (error) {
      if (!(error instanceof OpenAiError)) throw error;
      throw new OpenAiError(
        404,
        'model_not_found',
        `The model "${name}" does not exist, or you may not use it.`,
        'model',
      );
    }
  }
}
