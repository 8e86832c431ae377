import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiProblems } from '../../common/api-problems.decorator';
import { Blobs } from '../../storage/blobs';
import { PictureAccess } from '../pictures/picture-access';
import { answerWithBlob, SHOWN } from './blob-answer';

@ApiTags('blobs')
@Controller('api/v1/blobs')
export class BlobsController {
  constructor(
    private readonly blobs: Blobs,
    private readonly pictures: PictureAccess,
  ) {}

  @Authorized('chat:read')
  @Get(':id')
  @ApiOperation({
    summary: 'Read a picture of a message',
    description:
      'The bytes, of the type that they are. The `ETag` is that of the content: with `If-None-Match` the answer is 304 while it ' +
      'is still the caller’s. One `Range` is taken.',
  })
  @ApiProduces(...Object.keys(SHOWN))
  @ApiOkResponse({ description: 'The bytes.', schema: { type: 'string', format: 'binary' } })
  @ApiResponse({
    status: 206,
    description: 'The part that `Range` names.',
    schema: { type: 'string', format: 'binary' },
  })
  @ApiResponse({ status: 304, description: 'The caller has it: `If-None-Match` names its `ETag`.' })
  @ApiProblems({
    404: ['blob_not_found', 'blob_missing'],
    416: ['range_not_satisfiable'],
    503: ['blob_store_unavailable', 'storage_unavailable'],
  })
  async read(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await answerWithBlob({ request, response }, this.blobs, await this.pictures.find(user, id), id);
  }
}
