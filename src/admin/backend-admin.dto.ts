import { ApiProperty } from '@nestjs/swagger';
import { DEPLOYMENT_STATES, type DeploymentStatus } from '../gateway/routing/deployments';

/** One address and key of a backend, and what its last calls have shown. */
export class DeploymentHealthDto {
  /** @example openai */
  id: string;
  /** Null where the provider needs no address. */
  @ApiProperty({ type: String, nullable: true })
  baseUrl: string | null;
  /** The provider's name of the model. */
  model: string;
  /** Share of the calls relative to the others' weights. */
  weight: number;
  /** `resting`: others go first for a while; `out`: left alone after failures in a row; `no_key`: its key is not set. */
  @ApiProperty({ enum: DEPLOYMENT_STATES })
  state: DeploymentStatus['state'];
  failuresInARow: number;
  /** In the provider's words, without its key; null once a call has succeeded again. */
  @ApiProperty({ type: String, nullable: true })
  lastFailure: string | null;
}

export class AdminBackendDto {
  /** @example demo */
  id: string;
  /** @example openai-compatible */
  type: string;
  displayName: string;
  /** Its own model, as chats see it. */
  model: string;
  /** Names of its other models. */
  @ApiProperty({ type: [String] })
  models: string[];
  /** Whether a chat gets this one when it names none. */
  isDefault: boolean;
  /** Whether it can be called at all. */
  ready: boolean;
  /** @example its key variable OPENAI_API_KEY is not set */
  @ApiProperty({ type: String, nullable: true })
  notReadyReason: string | null;
  /** Backends that are asked instead, in this order. */
  @ApiProperty({ type: [String] })
  fallbacks: string[];
  /** Calls at a time; null: no limit. */
  @ApiProperty({ type: Number, nullable: true })
  maxConcurrency: number | null;
  deployments: DeploymentHealthDto[];
}

export class AdminBackendsDto {
  data: AdminBackendDto[];
  /** When the files were read last. */
  readAt: string;
  /** Why what they said then is not in force, with file, line and field; null: it is. */
  @ApiProperty({ type: String, nullable: true })
  fault: string | null;
}
