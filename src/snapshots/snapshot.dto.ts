import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsUUID } from 'class-validator';
import { SnapshotDto } from '../chat/dto/snapshot.dto';
import { Optional } from '../common/optional.decorator';

export class RestoreDto {
  /** The turn; or `snapshotId`. */
  @Optional()
  @IsUUID()
  turnId?: string;

  /** As the files were when the turn had ended, or when it began. */
  @Optional()
  @IsIn(['after', 'before'])
  @ApiProperty({ enum: ['after', 'before'], required: false })
  when?: 'after' | 'before';

  /** One of the snapshots of the chat: such as that of an answer before, which takes it back. */
  @Optional()
  @IsUUID()
  snapshotId?: string;

  /** Only tells what would be changed. */
  @Optional()
  @IsBoolean()
  preview?: boolean;
}

export class RestoredFileDto {
  /** As at `/workspace`; of a `.git` the folder itself. */
  path: string;
  @ApiProperty({ enum: ['added', 'changed', 'deleted'] })
  kind: 'added' | 'changed' | 'deleted';
}

export class RestoredDto {
  /** Whether it was only asked for. */
  preview: boolean;
  added: number;
  changed: number;
  deleted: number;
  /** A thousand at most, in the order of their names. */
  files: RestoredFileDto[];
  /** What is left alone, as it is not recorded: a hundred at most. */
  leftAlone: string[];
  /** The snapshot by which a restore takes this back; null for a preview. */
  undoSnapshotId: string | null;
}

export class SnapshotDiffQueryDto {
  /** Another snapshot of the chat; left out: the one before it. */
  @Optional()
  @IsUUID()
  against?: string;
}

export class SnapshotDiffDto {
  snapshot: SnapshotDto;
  /** Null: there was nothing before. */
  @ApiProperty({ type: SnapshotDto, nullable: true })
  against: SnapshotDto | null;
  added: number;
  changed: number;
  deleted: number;
  /** A thousand at most. */
  files: RestoredFileDto[];
  /** Unified diff, without what is in a `.git`. */
  diff: string;
  /** Whether there is more of it. */
  truncated: boolean;
}
