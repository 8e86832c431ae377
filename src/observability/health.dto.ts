import { ApiProperty } from '@nestjs/swagger';

export class HealthDto {
  /** `starting` until the first app-server can run a turn; `degraded` when none can any more. */
  @ApiProperty({ enum: ['ok', 'starting', 'degraded', 'stopping'] })
  status: 'ok' | 'starting' | 'degraded' | 'stopping';
}

export class InstanceHealthDto {
  id: string;
  pid: number | null;
  /** @example ready */
  state: string;
  /** Since when it is in this state. */
  since: string;
  /** Turns that it runs now. */
  turns: number;
  /** Threads that it has loaded. */
  threads: number;
  restarts: number;
}

export class DetailedHealthDto extends HealthDto {
  /** @example 0.1.0 */
  version: string;
  uptimeSeconds: number;
  /** Accepted turns that have not started. */
  queuedTurns: number;
  instances: InstanceHealthDto[];
}

export class StatusDto {
  /** @example ok */
  status: string;
  codex_available: boolean;
  /** @example 0.169.0 */
  codex_version: string | null;
  /** Whether a backend other than the demo model has all that it needs. */
  api_key_configured: boolean;
}
