import { Injectable } from '@nestjs/common';
import { AppServerPool } from '../app-server/pool/pool';
import { TurnQueue } from '../chat/turns/turn-queue';
import { serviceVersion } from '../common/service-version';
import { BackendRegistry } from '../gateway/catalog/backend-registry';
import { CodexBinary } from '../runtime/codex-binary';
import { DetailedHealthDto, HealthDto, StatusDto } from './health.dto';
import { ServicePhase } from './service-phase';

/** What the parts of the service say about themselves. */
@Injectable()
export class HealthService {
  constructor(
    private readonly phase: ServicePhase,
    private readonly pool: AppServerPool,
    private readonly queue: TurnQueue,
    private readonly binary: CodexBinary,
    private readonly backends: BackendRegistry,
  ) {}

  overall(): HealthDto {
    if (this.phase.current !== 'running') return { status: this.phase.current };
    return { status: this.pool.ready ? 'ok' : 'degraded' };
  }

  detailed(): DetailedHealthDto {
    const instances = this.pool.status().instances.map(({ id, pid, state, since, turns, threads, restarts }) => ({
      ...{ id, pid, state, since, turns, threads, restarts },
    }));
    return {
      ...this.overall(),
      version: serviceVersion,
      uptimeSeconds: Math.floor(process.uptime()),
      queuedTurns: this.queue.length,
      instances,
    };
  }

  async status(): Promise<StatusDto> {
    const version = await this.binary.version().catch(() => null);
    return {
      status: this.overall().status,
      codex_available: version !== null,
      codex_version: version,
      api_key_configured: this.backends.list().some(({ type, ready }) => type !== 'demo' && ready),
    };
  }
}
