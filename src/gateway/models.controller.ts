import { Controller, Get, Param, Req, UseFilters } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { AdmittedBy } from '../auth/authorized.decorator';
import { AgentAccessGuard } from './accounts/gateway-access';
import { Backend, specOf } from './catalog/backend';
import { BackendRegistry } from './catalog/backend-registry';
import { ModelSpec } from './catalog/model-spec';
import { BackendRouter, isAllowed } from './routing/backend-router';
import { DelegatedModel, DelegatedModels } from './routing/delegated-models';
import { LearnedWindows } from './routing/learned-windows';
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
  /** Tokens. */
  readonly context_window: number;
  /** Longest answer in tokens; null: the provider's own limit. */
  readonly max_output_tokens: number | null;
  readonly input_modalities: ModelSpec['inputModalities'];
  /** null: unknown. */
  readonly reasoning_levels: ModelSpec['reasoningLevels'];
}

type ListedModel = ModelObject | DelegatedModel;

/** Nobody says when a backend was made; the start of the service stands in. */
const CREATED = Math.floor(Date.now() / 1000);

const modelObject = (id: string, { type }: Backend, spec: ModelSpec, contextWindow: number): ModelObject => ({
  ...{ id, object: 'model', created: CREATED, owned_by: type },
  context_window: contextWindow,
  max_output_tokens: spec.maxOutputTokens,
  input_modalities: spec.inputModalities,
  reasoning_levels: spec.reasoningLevels,
});

/** The models that the caller may use, https://platform.openai.com/docs/api-reference/models. */
@ApiTags('gateway')
@Controller('v1/models')
@AdmittedBy(AgentAccessGuard)
@UseFilters(OpenAiErrorFilter)
export class ModelsController {
  constructor(
    private readonly registry: BackendRegistry,
    private readonly router: BackendRouter,
    private readonly windows: LearnedWindows,
    private readonly delegated: DelegatedModels,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the models that can be asked' })
  @ApiOpenAiErrors()
  async list(@Req() { gatewayCaller: access }: Request): Promise<{ object: 'list'; data: ListedModel[] }> {
    if (access === undefined) return { object: 'list', data: [] };
    const allowed = this.registry.models().filter(({ backend, model }) => isAllowed(access, backend, model));
    const models = allowed.map(({ name, backend, spec }) => this.objectOf(name, backend, spec));
    return { object: 'list', data: [...models, ...(await this.delegated.list(access))] };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one model' })
  @ApiOpenAiErrors({ 404: ['model_not_found'] })
  read(@Param('id') id: string, @Req() request: Request): Promise<ListedModel> {
    return this.find(id, request);
  }

  /** For a name with slashes that the client has not encoded: `backend/organisation/model`. */
  @Get('*path')
  @ApiExcludeEndpoint()
  readByPath(@Param('path') path: string[], @Req() request: Request): Promise<ListedModel> {
    return this.find(path.join('/'), request);
  }

  private objectOf(name: string, backend: Backend, spec: ModelSpec): ModelObject {
    return modelObject(name, backend, spec, this.windows.windowOf(backend, spec.model));
  }

  private async find(name: string, { gatewayCaller: access }: Request): Promise<ListedModel> {
    const delegated = access && this.delegated.of(name) ? await this.delegated.list(access) : [];
    const own = delegated.find(({ id }) => id === name);
    if (own !== undefined) return own;
    try {
      const { backend, model } = this.router.resolve(name, { threadIds: [], access });
      return this.objectOf(name, backend, specOf(backend, model));
    } catch (error) {
      if (!(error instanceof OpenAiError) || error.status === 400) throw error;
      throw new OpenAiError(
        404,
        'model_not_found',
        `The model "${name}" does not exist, or you may not use it.`,
        'model',
      );
    }
  }
}
