import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsString, MaxLength, MinLength } from 'class-validator';
import { Optional } from '../common/optional.decorator';
import { QueryFlag } from '../common/query-flag.decorator';
import { PageQueryDto } from '../chat/dto/page.dto';

export const ENTRY_KINDS = ['file', 'folder', 'link', 'other'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];
export const ARCHIVE_FORMATS = ['zip', 'tar'] as const;
export type ArchiveFormat = (typeof ARCHIVE_FORMATS)[number];

const MAX_PATH = 16_384;

/** Something in a workspace. */
export class WorkspaceEntryDto {
  /** A byte that is not UTF-8 is written `\xff`, a backslash as two. @example report.pdf */
  name: string;
  /** From the workspace on, in the same form: by it the entry is asked for. @example docs/report.pdf */
  path: string;
  /** `other`: a FIFO, a socket or a device, which cannot be read. */
  @ApiProperty({ enum: ENTRY_KINDS })
  kind: EntryKind;
  /** Bytes of a file; 0 for all else. */
  size: number;
  modifiedAt: string;
  /** What a link says, which may be anywhere; null for all else. */
  @ApiProperty({ type: String, nullable: true })
  target: string | null;
  /** Whether a `.gitignore` of the workspace names it, or what it is in; null where that took too long to find out. */
  @ApiProperty({ type: Boolean, nullable: true })
  ignored: boolean | null;
}

export class PathQueryDto {
  /** From the workspace on, without a slash at its beginning; empty: the workspace itself. */
  @Optional()
  @IsString()
  @MaxLength(MAX_PATH)
  @ApiPropertyOptional()
  path: string = '';
}

export class ListQueryDto extends PageQueryDto {
  /** The folder; empty: the workspace itself. */
  @Optional()
  @IsString()
  @MaxLength(MAX_PATH)
  @ApiPropertyOptional()
  path: string = '';
}

export class ReadQueryDto extends PathQueryDto {
  /** Whether it is to be saved, and not shown. */
  @QueryFlag()
  download: boolean = false;
}

export class WriteQueryDto extends PathQueryDto {
  /** Whether what is there is replaced; only a file, by a file. */
  @QueryFlag()
  overwrite: boolean = false;
}

export class ArchiveQueryDto extends PathQueryDto {
  @Optional()
  @IsIn(ARCHIVE_FORMATS)
  @ApiPropertyOptional({ enum: ARCHIVE_FORMATS })
  format: ArchiveFormat = 'zip';
}

export class FindQueryDto {
  /** A part of the names that are looked for, in capital or small letters. */
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  q: string;
}

export class MakeFolderDto {
  /** Folders on the way there that are missing are made. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_PATH)
  path: string;
}

export class MoveDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_PATH)
  from: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_PATH)
  to: string;

  /** Whether a file that is there is replaced. */
  @Optional()
  @IsIn([true, false], { message: 'overwrite must be true or false' })
  @ApiProperty({ required: false })
  overwrite: boolean = false;
}

export class FoundEntriesDto {
  @ApiProperty({ type: [WorkspaceEntryDto] })
  data: WorkspaceEntryDto[];
  /** Whether all of the workspace was looked through: not where it is too large, or more was found than is shown. */
  complete: boolean;
}

export class UploadedFilesDto {
  @ApiProperty({ type: [WorkspaceEntryDto] })
  data: WorkspaceEntryDto[];
}
