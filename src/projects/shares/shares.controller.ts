import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { PageOf, PageQueryDto } from '../../chat/dto/page.dto';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../../common/api-problems.decorator';
import { SECRET_ANSWER } from '../../common/compressed-answers';
import { CreatedShareDto, CreateShareDto, ShareDto } from './share.dto';
import { Shares } from './shares';

class SharePage extends PageOf(ShareDto) {}

@ApiTags('sharing')
@Controller('api/v1/chats/:id/share')
export class SharesController {
  constructor(private readonly shares: Shares) {}

  @Authorized('chat:write')
  @Post()
  @Header('Cache-Control', SECRET_ANSWER)
  @ApiOperation({
    summary: 'Make a link by which anybody may read the chat',
    description: 'The answer shows its token, once; only the SHA-256 of it is kept. For owners, and who made the chat.',
  })
  @ApiCreatedResponse({ type: CreatedShareDto })
  @ApiBodyProblems({
    400: ['validation_failed'],
    403: ['read_only'],
    404: ['chat_not_found'],
    409: ['too_many_shares'],
    503: ['storage_unavailable'],
  })
  create(@CurrentUser() user: User, @Param('id') id: string, @Body() input: CreateShareDto): Promise<CreatedShareDto> {
    return this.shares.create(user, id, input);
  }

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List the links of a chat, newest first' })
  @ApiOkResponse({ type: SharePage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 403: ['read_only'], 404: ['chat_not_found'] })
  list(@CurrentUser() user: User, @Param('id') id: string, @Query() query: PageQueryDto): Promise<SharePage> {
    return this.shares.list(user, id, query);
  }

  @Authorized('chat:write')
  @Delete(':shareId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke a link: it shows nothing any more' })
  @ApiNoContentResponse()
  @ApiChangeProblems({
    403: ['read_only'],
    404: ['chat_not_found', 'share_not_found'],
    503: ['storage_unavailable'],
  })
  revoke(@CurrentUser() user: User, @Param('id') id: string, @Param('shareId') shareId: string): Promise<void> {
    return this.shares.revoke(user, id, shareId);
  }
}
