import { IsInt, Min } from 'class-validator';
import { conflict } from './domain.error';
import { Optional } from './optional.decorator';

/** What a change of something with versions may carry. */
export class EditedVersionDto {
  /** The `version` that the change was made from: it is refused when there is a newer one. Left out: it holds in any case. */
  @Optional()
  @IsInt()
  @Min(1)
  version?: number;
}

/** @throws DomainError `version_changed` */
export function requireVersion(stored: number, edited: number | undefined): void {
  if (edited === undefined || edited === stored) return;
  throw conflict(
    'version_changed',
    `Somebody has changed it meanwhile: it has version ${stored}, and the change was made from version ${edited}. ` +
      'Read it again, or send the change without `version` to replace theirs.',
  );
}
