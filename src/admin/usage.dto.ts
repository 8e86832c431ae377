import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayNotEmpty, ArrayUnique, IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQueryDto } from '../chat/dto/page.dto';
import { IsTime } from '../common/is-time.decorator';
import { CALL_ENDPOINTS, CALL_STATUSES, type CallEndpoint, type CallStatus } from '../gateway/accounts/metered-call';
import { IsZoneName } from '../common/time-zone';
import { USAGE_GROUPS, type UsageGroup } from '../gateway/accounts/usage-report';
import { OwnerDto } from './owner.dto';

export class CallsQueryDto extends PageQueryDto {
  /** First moment, ISO 8601; a date is its midnight UTC. Left out: 30 days before `to`. @example 2026-11-01 */
  @IsOptional()
  @IsTime()
  @ApiProperty({ required: false, type: String })
  from?: string;

  /** Moment at which the time ends; left out: now. At most 366 days after `from`. @example 2026-12-01 */
  @IsOptional()
  @IsTime()
  @ApiProperty({ required: false, type: String })
  to?: string;

  /**
   * Calls of one user; for administrators, others see their own anyway. `~service`: those of the service's own keys; `~erased`:
   * those of users who were erased, of which the sums are kept.
   */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  userId?: string;

  /** Calls of one chat. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  chatId?: string;

  /** Calls of one backend. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  backend?: string;

  /** Calls with one gateway key. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  keyId?: string;
}

export class UsageQueryDto extends CallsQueryDto {
  /** What to sum by, comma separated or repeated. */
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(USAGE_GROUPS, { each: true, message: `each of groupBy must be one of ${USAGE_GROUPS.join(', ')}` })
  @ApiProperty({ enum: USAGE_GROUPS, isArray: true, required: false })
  groupBy: UsageGroup[] = ['day'];

  /**
   * IANA name of the time zone whose days and months are meant, also by dates in `from` and `to`. @example Europe/Berlin
   */
  @IsOptional()
  @IsZoneName()
  @ApiProperty({ required: false, type: String })
  timeZone: string = 'UTC';
}

export class UsageTotalsDto {
  calls: number;
  failedCalls: number;
  /** Calls of models without a price, which are not in `cost`. */
  unpricedCalls: number;
  inputTokens: number;
  /** Those of the input that the provider had cached. */
  cachedInputTokens: number;
  outputTokens: number;
  /** Those of the output that were spent on reasoning. */
  reasoningOutputTokens: number;
  totalTokens: number;
  /** Money, in the currency of the prices in `llm_backends.yaml`. @example 0.125 */
  cost: number;
}

/** Sums for one value of each group; groups that were not asked for are left out. */
export class UsageDto extends UsageTotalsDto {
  /** Of the time zone that was asked for. @example 2026-11-20 */
  @ApiProperty({ required: false })
  day?: string;
  /** The same. @example 2026-11 */
  @ApiProperty({ required: false })
  month?: string;
  @ApiProperty({ required: false })
  userId?: string;
  /** The same, with a name. */
  @ApiProperty({ required: false })
  owner?: OwnerDto;
  @ApiProperty({ required: false })
  backend?: string;
  /** The provider's name of the model. */
  @ApiProperty({ required: false })
  model?: string;
  /** Null: calls of no chat. */
  @ApiProperty({ required: false, type: String, nullable: true })
  chatId?: string | null;
  /** Null: calls without a gateway key. */
  @ApiProperty({ required: false, type: String, nullable: true })
  keyId?: string | null;
}

export class ModelCallDto {
  id: string;
  /** When it began. */
  at: string;
  userId: string;
  owner: OwnerDto;
  @ApiProperty({ type: String, nullable: true })
  chatId: string | null;
  /** Id of the gateway key. */
  @ApiProperty({ type: String, nullable: true })
  keyId: string | null;
  @ApiProperty({ enum: CALL_ENDPOINTS })
  endpoint: CallEndpoint;
  backend: string;
  /** The backend that was asked for, when another one took over. */
  @ApiProperty({ type: String, nullable: true })
  fallbackFrom: string | null;
  @ApiProperty({ type: String, nullable: true })
  deployment: string | null;
  model: string;
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
  reasoningOutputTokens: number;
  /** Money; null for a model without a price. */
  @ApiProperty({ type: Number, nullable: true })
  cost: number | null;
  /** Milliseconds to the first output; null when there was none. */
  @ApiProperty({ type: Number, nullable: true })
  firstOutputMs: number | null;
  /** Milliseconds from beginning to end. */
  durationMs: number;
  /** Requests to the provider beyond the first. */
  retries: number;
  @ApiProperty({ enum: CALL_STATUSES })
  status: CallStatus;
  @ApiProperty({ type: String, nullable: true })
  errorCode: string | null;
}
