import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { type Role, ROLES } from '../../auth/principal';
import { PageQueryDto } from '../../chat/dto/page.dto';
import { IsVisible } from '../../common/hidden-characters';
import { Optional } from '../../common/optional.decorator';
import { QueryFlag } from '../../common/query-flag.decorator';

const EXPORT_FORMATS = ['jsonl', 'zip'] as const;

export class UserExportQueryDto {
  /** `jsonl`: rows; `zip`: also workspaces, and the pictures and files that the user has sent. */
  @Optional()
  @IsIn(EXPORT_FORMATS)
  @ApiProperty({ enum: EXPORT_FORMATS, required: false })
  format: (typeof EXPORT_FORMATS)[number] = 'jsonl';
}

export class UsersQueryDto extends PageQueryDto {
  /** Part of the id, the name or the address, in whatever case. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  search?: string;

  /** Only users with this role. */
  @IsOptional()
  @IsIn(ROLES)
  @ApiProperty({ required: false, enum: ROLES })
  role?: Role;

  /** Only users that are disabled. */
  @QueryFlag()
  disabled: boolean = false;
}

export class UpdateUserDto {
  /** @example Ada Lovelace */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(120)
  @IsVisible()
  displayName?: string;

  @Optional()
  @IsIn(ROLES)
  @ApiProperty({ required: false, enum: ROLES })
  role?: Role;

  /** True: nobody gets in as this user any more, and what it has open ends, its turns, too. */
  @Optional()
  @IsBoolean()
  disabled?: boolean;
}

export class AdminUserDto {
  id: string;
  displayName: string;
  email: string | null;
  @ApiProperty({ enum: ROLES })
  role: Role;
  /** Since when nobody gets in as this user; null: it may. */
  disabledAt: string | null;
  createdAt: string;
  /** When a browser or a token that this user still has was used last, to the minute; null: none was. */
  lastSeenAt: string | null;
}

const MAX = Number.MAX_SAFE_INTEGER;

/** A limit that a user or a project gets; null: that of all. 0: as much as there is. */
const Amount = (): PropertyDecorator => (target, name) => {
  for (const decorate of [IsOptional(), IsInt(), Min(0), Max(MAX)]) decorate(target, name);
  ApiProperty({ required: false, type: 'integer', nullable: true })(target, name);
};

/** What is left out stays; null takes the default; 0: no limit. Money in millionths, storage in bytes. */
export class UpdateLimitsDto {
  @Amount()
  turns_at_once?: number | null;
  @Amount()
  turns_per_minute?: number | null;
  @Amount()
  tokens_per_day?: number | null;
  @Amount()
  tokens_per_month?: number | null;
  @Amount()
  cost_per_day?: number | null;
  @Amount()
  cost_per_month?: number | null;
  @Amount()
  storage?: number | null;
}
