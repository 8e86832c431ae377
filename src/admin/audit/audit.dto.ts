import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { AUDIT_OUTCOMES, type AuditOutcome } from '../../access/audit/audit-entry.entity';
import { PageQueryDto } from '../../chat/dto/page.dto';
import { IsTime } from '../../common/is-time.decorator';

export class AuditQueryDto extends PageQueryDto {
  /** First moment, ISO 8601. @example 2026-11-01 */
  @IsOptional()
  @IsTime()
  @ApiProperty({ required: false, type: String })
  from?: string;

  /** Moment at which the time ends. @example 2026-12-01 */
  @IsOptional()
  @IsTime()
  @ApiProperty({ required: false, type: String })
  to?: string;

  /** Only what this user did. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  actorId?: string;

  /** Only this action, or, with a dot at its end, all that begin so. @example project. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  action?: string;

  /** Only what was done to this. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  targetId?: string;

  @IsOptional()
  @IsIn(AUDIT_OUTCOMES)
  @ApiProperty({ required: false, enum: AUDIT_OUTCOMES })
  outcome?: AuditOutcome;
}

export class AuditEntryDto {
  id: string;
  at: string;
  /** @example project.member_added */
  action: string;
  @ApiProperty({ enum: AUDIT_OUTCOMES })
  outcome: AuditOutcome;
  /** The user who did it; null for nobody who is known. */
  actorId: string | null;
  /** What that user is called now; null: nobody who is known, or who is there any more. */
  actorName: string | null;
  /** How that user had said who they are. */
  via: string | null;
  /** Address that the request came from. */
  address: string | null;
  requestId: string | null;
  targetKind: string | null;
  targetId: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true })
  detail: Record<string, unknown>;
}
