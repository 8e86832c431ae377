import { Controller, Get, Param, UseFilters, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Backend } from '../backends/backend';
import { BackendRegistry } from '../backends/backend-registry';
import { BackendRouter } from './backend-router';
import { InternalKeyGuard } from './internal-key.guard';
import { OpenAiErrorFilter } from './openai-error.filter';

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

const modelObject = ({ id, type }: Backend): ModelObject => ({ id, object: 'model', created: CREATED, owned_by: type });

/** The model backends, https://platform.openai.com/docs/api-reference/models. */
@ApiTags('gateway')
@Controller('v1/models')
@UseGuards(InternalKeyGuard)
@UseFilters(OpenAiErrorFilter)
export class ModelsController {
  constructor(
    private readonly registry: BackendRegistry,
    private readonly router: BackendRouter,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the model backends' })
  list(): { object: 'list'; data: ModelObject[] } {
    return { object: 'list', data: this.registry.list().map(modelObject) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one model backend' })
  read(@Param('id') id: string): ModelObject {
    return modelObject(this.router.resolve(id, { isCodex: false, threadIds: [] }).backend);
  }
}
