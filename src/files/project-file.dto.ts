import { ApiProperty } from '@nestjs/swagger';
import { AuthorDto } from '../access/author.dto';

export class ProjectFileDto {
  /** @example 01a1f9b6-cc31-7330-95a4-7d70b653087a */
  id: string;
  projectId: string;
  /** By which agents read it in `PROJECT_FILES_DIR`. @example prices.csv */
  name: string;
  /** By its bytes. @example application/pdf */
  mediaType: string;
  /** Bytes. */
  size: number;
  /** In hexadecimal digits. */
  sha256: string;
  /** Null where that account is gone. */
  @ApiProperty({ type: AuthorDto, nullable: true })
  uploadedBy: AuthorDto | null;
  createdAt: string;
  /** Where it is read, a path below the base path of the service. @example /api/v1/files/01a1f9b6-cc31-7330-95a4-7d70b653087a/download */
  url: string;
}

export class UploadedProjectFilesDto {
  @ApiProperty({ type: [ProjectFileDto] })
  data: ProjectFileDto[];
}
