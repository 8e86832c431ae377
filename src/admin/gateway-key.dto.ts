import { ApiProperty, OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { IsVisible } from '../common/hidden-characters';
import { IsTime } from '../common/is-time.decorator';
import { BUDGET_PERIODS, type BudgetPeriod } from '../gateway/accounts/gateway-key.entity';
import { Optional } from '../common/optional.decorator';
import { PartialOf } from '../common/partial-of';
import { IsMoney } from './is-money.decorator';
import { OwnerDto } from './owner.dto';
import { PageQueryDto } from '../chat/dto/page.dto';

const KEY_OWNERS = ['user', 'service'] as const;
const MAX_PER_MINUTE = 1_000_000_000;

export class BudgetWishDto {
  /** Money, in the currency of the prices in `llm_backends.yaml`, exact to six places. */
  @IsMoney()
  @ApiProperty({ minimum: 0, maximum: 1_000_000_000, example: 25.5 })
  amount: number;

  /** When what was spent is forgotten: never, at midnight UTC, or on the first of the month. */
  @IsIn(BUDGET_PERIODS)
  @ApiProperty({ enum: BUDGET_PERIODS, required: false })
  period: BudgetPeriod = 'total';
}

export class CreateGatewayKeyDto {
  /** What it is for. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  @IsVisible()
  @ApiProperty({ example: 'CI of the shop' })
  name: string;

  /**
   * Whose calls these are, and whose limits and life the key has: a user's, or the service's, which stay whoever goes and have
   * no limits but those of the key.
   */
  @Optional()
  @IsIn(KEY_OWNERS)
  @ApiProperty({ enum: KEY_OWNERS, required: false })
  owner: (typeof KEY_OWNERS)[number] = 'user';

  /** Which user's; left out: yours. Not with `owner` `service`. */
  @Optional()
  @IsString()
  @MaxLength(200)
  @IsVisible()
  userId?: string;

  /** What it may use: `backend` for all models of one, `backend/model` for one model. Left out or null: everything. */
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(100)
  @MaxLength(300, { each: true })
  @Matches(/^[^\s/]+(?:\/\S+)?$/, { each: true, message: 'each of models must be "backend" or "backend/model"' })
  @ApiProperty({ type: [String], nullable: true, required: false, example: ['demo'] })
  models?: string[] | null;

  /** Left out or null: no limit. @example 60 */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_PER_MINUTE)
  @ApiProperty({ type: Number, nullable: true, required: false })
  requestsPerMinute?: number | null;

  /** Input and output together. Left out or null: no limit. @example 100000 */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_PER_MINUTE)
  @ApiProperty({ type: Number, nullable: true, required: false })
  tokensPerMinute?: number | null;

  /** Left out or null: no limit. Models without a price cost nothing. */
  @IsOptional()
  @IsObject({ message: 'budget must be an object with an amount, and a period if it has one' })
  @ValidateNested()
  @Type(() => BudgetWishDto)
  @ApiProperty({ type: BudgetWishDto, nullable: true, required: false })
  budget?: BudgetWishDto | null;

  /** From when on it is refused. Left out or null: never. @example 2030-01-01T00:00:00Z */
  @IsOptional()
  @IsTime()
  @ApiProperty({ type: String, nullable: true, required: false })
  expiresAt?: string | null;
}

export class UpdateGatewayKeyDto extends PartialOf(
  OmitType(CreateGatewayKeyDto, ['name', 'owner', 'userId'] as const),
) {
  /** What it is for. @example CI of the shop */
  @ValidateIf((_, value: unknown) => value !== undefined)
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  @IsVisible()
  @ApiProperty({ required: false })
  name?: string;

  /** False: it is refused until it is enabled again. */
  @ValidateIf((_, value: unknown) => value !== undefined)
  @IsBoolean()
  @ApiProperty({ required: false })
  enabled?: boolean;
}

export class BudgetDto {
  /** @example 25.5 */
  amount: number;
  @ApiProperty({ enum: BUDGET_PERIODS })
  period: BudgetPeriod;
}

export class GatewayKeyDto {
  /** @example 01a1f9b6-cbda-71c2-a8e2-f2bf1c84ef9a */
  id: string;
  /** Id of its user; `~service` for the service's own. @example ada */
  userId: string;
  owner: OwnerDto;
  name: string;
  /** The last four characters of the key. @example 4f2a */
  last4: string;
  @ApiProperty({ type: [String], nullable: true })
  models: string[] | null;
  @ApiProperty({ type: Number, nullable: true })
  requestsPerMinute: number | null;
  @ApiProperty({ type: Number, nullable: true })
  tokensPerMinute: number | null;
  @ApiProperty({ type: BudgetDto, nullable: true })
  budget: BudgetDto | null;
  /** Money spent in the present period of the budget, or ever where it has none. @example 0.125 */
  spent: number;
  enabled: boolean;
  @ApiProperty({ type: String, nullable: true })
  expiresAt: string | null;
  @ApiProperty({ type: String, nullable: true })
  lastUsedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

export class CreatedGatewayKeyDto extends GatewayKeyDto {
  /** The key itself: shown here and never again. */
  key: string;
}

export class GatewayKeysQueryDto extends PageQueryDto {
  /** Keys of one user; `~service`: the service's own. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  userId?: string;
}
