import { ApiProperty } from '@nestjs/swagger';

/** A file that waits for its message: one of `{"type": "file", "blobId": "..."}` in its content takes it. */
export class AttachmentUploadDto {
  /** @example 01a1f9b6-cc31-7330-95a4-7d70b653087a */
  blobId: string;
  fileName: string;
  /** By its bytes. @example application/pdf */
  mediaType: string;
  /** Bytes. */
  size: number;
}

export class AttachmentUploadsDto {
  @ApiProperty({ type: [AttachmentUploadDto] })
  data: AttachmentUploadDto[];
}
