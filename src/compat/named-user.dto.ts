import { IsString, MaxLength } from 'class-validator';
import { Optional } from '../common/optional.decorator';

export class NamedUserDto {
  /** Whose it is: the caller; for an administrator anybody. Left out: the caller. @example user-123 */
  @Optional()
  @IsString()
  @MaxLength(64)
  user_id?: string;
}
