import { ApiProperty } from '@nestjs/swagger';

export class TestFailureDto {
  /** @example upstream_unauthorized */
  code: string;
  /** What the provider said; never its key. */
  message: string;
}

/** How one deployment of a backend answered. */
export class DeploymentTestDto {
  /** @example openai */
  id: string;
  ok: boolean;
  /** The provider's name of the model that was called. */
  model: string;
  /** Milliseconds until the whole answer was there, or the failure. */
  durationMs: number;
  /** The beginning of the answer, which a model that thinks first may not have reached. */
  @ApiProperty({ type: String, nullable: true })
  answer: string | null;
  @ApiProperty({ type: TestFailureDto, nullable: true })
  error: TestFailureDto | null;
}

export class BackendTestDto {
  /** Id of the backend. @example demo */
  id: string;
  /** Whether every deployment answered. */
  ok: boolean;
  deployments: DeploymentTestDto[];
}
