import { Injectable } from '@nestjs/common';
import { conflict } from '../common/domain.error';
import { Backend } from '../gateway/catalog/backend';
import { BackendRegistry } from '../gateway/catalog/backend-registry';
import { Deployments } from '../gateway/routing/deployments';
import { AdminBackendDto, AdminBackendsDto } from './backend-admin.dto';

/** The model backends as an administrator sees them. */
@Injectable()
export class BackendAdmin {
  constructor(
    private readonly registry: BackendRegistry,
    private readonly deployments: Deployments,
  ) {}

  view(): AdminBackendsDto {
    const { at, fault } = this.registry.reading;
    return { data: this.registry.list().map((backend) => this.viewOf(backend)), readAt: at, fault };
  }

  /** @throws DomainError `backends_file_broken` */
  reload(): AdminBackendsDto {
    if (this.registry.reload()) return this.view();
    throw conflict('backends_file_broken', this.registry.reading.fault ?? 'It cannot be read.');
  }

  private viewOf(backend: Backend): AdminBackendDto {
    const { id, type, displayName, model, models, ready, notReadyReason, fallbacks, maxConcurrency } = backend;
    const deployments = this.deployments.statusOf(backend).map(({ settings, ...status }) => ({
      ...{ id: settings.id, baseUrl: settings.baseUrl, model: settings.model ?? model, weight: settings.weight },
      ...status,
    }));
    return {
      ...{ id, type, displayName, model, ready, notReadyReason, maxConcurrency, deployments },
      ...{ models: models.map(({ name }) => name), fallbacks: [...fallbacks] },
      isDefault: id === this.registry.default.id,
    };
  }
}
