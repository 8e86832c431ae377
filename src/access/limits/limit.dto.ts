import { ApiProperty } from '@nestjs/swagger';
import { LIMITS, type LimitName } from './limit-reached';

/** One limit of a user or a project. Money is in millionths of the currency of the prices, storage in bytes. */
export class LimitDto {
  @ApiProperty({ enum: LIMITS })
  limit: LimitName;
  /** Null: no limit. */
  maximum: number | null;
  used: number;
  /** When what is used counts anew, or the first of it does not count any more; null where that is not known. */
  resetsAt: string | null;
  /** Whether it is that of all, and nobody has set another. */
  isDefault: boolean;
}

export class LimitsDto {
  @ApiProperty({ type: [LimitDto] })
  limits: LimitDto[];
}
