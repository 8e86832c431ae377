import { ApiProperty, type ApiPropertyOptions, getSchemaPath } from '@nestjs/swagger';
import { TextPartDto } from './message.dto';

export class ImageInputDto {
  @ApiProperty({ enum: ['image'] })
  type: 'image';
  /**
   * The image itself, as a data URL in base64; it is fetched from nowhere. A PNG, JPEG, GIF or WebP by its bytes: what the URL
   * says of its type is not believed.
   */
  url: string;
}

/** A file: its content, or the `blobId` of one that was uploaded to `/attachments` before. */
export class FileInputDto {
  @ApiProperty({ enum: ['file'] })
  type: 'file';
  /** Of an upload for this chat. */
  blobId?: string;
  /** @example report.pdf */
  fileName?: string;
  /** The content itself, as a data URL in base64; its type is that of its bytes. */
  data?: string;
}

const PART = {
  oneOf: [TextPartDto, ImageInputDto, FileInputDto].map((part) => ({ $ref: getSchemaPath(part) })),
  discriminator: {
    propertyName: 'type',
    mapping: {
      ...{ text: getSchemaPath(TextPartDto), image: getSchemaPath(ImageInputDto), file: getSchemaPath(FileInputDto) },
    },
  },
};

/** The content of a message on its way in; who uses it names the classes of its parts by `ApiExtraModels`. */
export const CONTENT_INPUT: ApiPropertyOptions = {
  example: 'run: ls',
  oneOf: [{ type: 'string' }, { type: 'array', items: PART }],
};
