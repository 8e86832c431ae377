import { Injectable } from '@nestjs/common';
import { AppServerPool } from '../app-server/pool/pool';
import { TurnQueue } from '../chat/turns/turn-queue';
import { serviceVersion } from '../common/service-version';
import type { WorkaroundState } from '../common/workarounds';
import { Database } from '../database/database';
import { BackendRegistry } from '../gateway/catalog/backend-registry';
import { Installation } from '../runtime/installation';
import { RuntimePreparation } from '../runtime/preparation/runtime-preparation';
import { AgentTools } from '../tools/agent-tools';
import { DetailedHealthDto, HealthDto, StatusDto, WorkaroundDto } from './health.dto';
import { ServicePhase } from './service-phase';

/** What the parts of the service say about themselves. */
@Injectable()
export class HealthService {
  constructor(
    private readonly phase: ServicePhase,
    private readonly pool: AppServerPool,
    private readonly queue: TurnQueue,
    private readonly database: Database,
    private readonly installation: Installation,
    private readonly backends: BackendRegistry,
    private readonly preparation: RuntimePreparation,
    private readonly tools: AgentTools,
  ) {}

  overall(): HealthDto {
    if (this.phase.current !== 'running') return { status: this.phase.current };
    const canStore = !this.queue.isStorageLow && !this.database.isFailing;
    return { status: this.pool.ready && canStore ? 'ok' : 'degraded' };
  }

  async detailed(): Promise<DetailedHealthDto> {
    const codex = await this.installation.codex();
    const instances = this.pool.status().instances.map(({ id, pid, state, since, turns, threads, restarts }) => ({
      ...{ id, pid, state, since, turns, threads, restarts },
    }));
    return {
      ...this.overall(),
      version: serviceVersion,
      uptimeSeconds: Math.floor(process.uptime()),
      queuedTurns: this.queue.length,
      instances,
      codexVersion: codex.version,
      codexTested: codex.tested,
      codexWarning: codex.warning,
      workarounds: this.installation.workarounds.map(toWorkaroundDto),
      toolsLeftOut: this.tools.problems.length,
    };
  }

  async status(): Promise<StatusDto> {
    const { version, tested, warning } = await this.installation.codex();
    return {
      status: this.overall().status,
      codex_available: version !== null,
      codex_version: version,
      codex_tested: tested,
      codex_warning: warning,
      tools_left_out: this.tools.problems.length,
      api_key_configured: this.backends.list().some(({ type, ready }) => type !== 'demo' && ready),
      runtime: this.preparation.status,
    };
  }
}

const toWorkaroundDto = ({ name, setting, mode, active, problem }: WorkaroundState): WorkaroundDto => ({
  ...{ name, setting, mode, active, problem: problem ?? null },
});
