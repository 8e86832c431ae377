import { Controller, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiBodyProblems } from '../../common/api-problems.decorator';
import { AttachmentUploads } from '../attachments/attachment-uploads';
import { ChatDirectory } from '../chat-directory';
import { AttachmentUploadsDto } from '../dto/attachment.dto';

/** What files may be refused for. */
export const FILE_PROBLEMS = {
  400: ['invalid_file_name', 'too_many_files', 'invalid_body', 'request_aborted'],
  413: ['attachment_too_large', 'file_not_scanned'],
  422: ['file_infected'],
  429: ['limit_reached'],
  503: ['scanner_unavailable', 'storage_low', 'storage_unavailable', 'blob_store_unavailable'],
} as const;

@ApiTags('messages')
@Controller('api/v1/chats/:id/attachments')
export class AttachmentsController {
  constructor(
    private readonly directory: ChatDirectory,
    private readonly uploads: AttachmentUploads,
  ) {}

  @Authorized('chat:write')
  @Post()
  @ApiOperation({
    summary: 'Upload files for a message',
    description:
      'A form with the files, in fields of any name. They are kept for some hours; a message takes one by a part of its content, ' +
      '`{"type": "file", "blobId": "..."}`, over REST and Socket.IO alike.',
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      properties: { files: { type: 'array', items: { type: 'string', format: 'binary' } } },
    },
  })
  @ApiCreatedResponse({ type: AttachmentUploadsDto })
  @ApiBodyProblems({ ...FILE_PROBLEMS, 403: ['read_only'], 404: ['chat_not_found'] })
  async upload(
    @CurrentUser() user: User,
    @Param('id') chatId: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AttachmentUploadsDto> {
    const chat = await this.directory.find(user, chatId, 'write');
    const { files } = await this.uploads.receive(user, chat, { request, response });
    return { data: files.map(({ id: blobId, fileName, mediaType, size }) => ({ blobId, fileName, mediaType, size })) };
  }
}
