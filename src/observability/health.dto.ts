import { ApiProperty } from '@nestjs/swagger';
import { PREPARATION_STATES, type PreparationStatus } from '../runtime/preparation/runtime-preparation';
import { WORKAROUND_MODES, type WorkaroundMode } from '../config/workaround.config';

export class HealthDto {
  /** `starting` until the first app-server can run a turn; `degraded` when none can any more, or the disk is nearly full or cannot be written. */
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

/** Something of ours on the inside of another program, tried at the start. */
export class WorkaroundDto {
  /** @example mount_isolation */
  name: string;
  /** The variable that switches it. */
  setting: string;
  /** What that variable says. */
  @ApiProperty({ enum: WORKAROUND_MODES })
  mode: WorkaroundMode;
  active: boolean;
  /** Why it is not active, or not in full, and what is not protected or slower for that; null when nothing. */
  problem: string | null;
}

export class DetailedHealthDto extends HealthDto {
  /** @example 0.1.0 */
  version: string;
  uptimeSeconds: number;
  /** Accepted turns that have not started. */
  queuedTurns: number;
  instances: InstanceHealthDto[];
  /** @example 0.171.0 */
  codexVersion: string | null;
  /** Whether this service was tested with that version. */
  codexTested: boolean;
  /** What an operator should know of that version; null for a tested one. */
  codexWarning: string | null;
  workarounds: WorkaroundDto[];
  /** What of the tools of AGENT_TOOLS and TOOLS_DIR cannot be used; the log says why. */
  toolsLeftOut: number;
}

export class PreparedPythonDto {
  /** @example 3.11.7 */
  python: string;
  /** Packages in it. */
  packages: number;
}

export class PreparationDto {
  @ApiProperty({ enum: PREPARATION_STATES })
  state: PreparationStatus['state'];
  /** What is done at the moment, or could not be. */
  @ApiProperty({ enum: ['codex', 'environment', 'libraries', 'check'], nullable: true })
  step: PreparationStatus['step'];
  /** What its program has said last, or why it failed. */
  @ApiProperty({ type: String, nullable: true })
  detail: string | null;
  /** Since when it is in this state. */
  since: string;
  @ApiProperty({ type: PreparedPythonDto, nullable: true })
  python: PreparedPythonDto | null;
}

export class StatusDto {
  /** @example ok */
  status: string;
  codex_available: boolean;
  /** @example 0.171.0 */
  codex_version: string | null;
  /** Whether this service was tested with that version. */
  codex_tested: boolean;
  /** What an operator should know of that version; null for a tested one. */
  codex_warning: string | null;
  /** What of the tools of AGENT_TOOLS and TOOLS_DIR cannot be used; the log says why. */
  tools_left_out: number;
  /** Whether a backend other than the demo model has all that it needs. */
  api_key_configured: boolean;
  /** What is prepared for the commands of agents, where `RUNTIME_PREPARE` is set. */
  runtime: PreparationDto;
}
