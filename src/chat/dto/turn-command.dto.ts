import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { Optional } from '../../common/optional.decorator';

const REVIEW_TARGETS = ['uncommitted', 'branch', 'commit', 'custom'] as const;
type ReviewTarget = (typeof REVIEW_TARGETS)[number];

export class CompactDto {
  /** The sender's own id of what it asks for: the same again returns the first answer and makes no second turn. */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  clientMessageId?: string;
}

export class ReviewDto extends CompactDto {
  /**
   * What is reviewed: what is not committed; all since `branch`; one `commit`; or what `instructions` say alone.
   * @example uncommitted
   */
  @IsIn(REVIEW_TARGETS)
  @ApiProperty({ enum: REVIEW_TARGETS })
  target: ReviewTarget;

  /** Of the target `branch`: the branch that the changes are compared with. @example main */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(250)
  branch?: string;

  /** Of the target `commit`. @example 1f2e3d4 */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(250)
  commit?: string;

  /** What to look at, in words; needed for the target `custom`, and added to the others. */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(20_000)
  instructions?: string;
}
