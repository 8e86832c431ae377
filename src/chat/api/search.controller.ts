import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiProblems } from '../../common/api-problems.decorator';
import { PageOf } from '../dto/page.dto';
import { SearchHitDto, SearchQueryDto } from '../dto/search.dto';
import { ChatSearch } from '../search/chat-search';

class SearchHitPage extends PageOf(SearchHitDto) {}

@ApiTags('chats')
@Controller('api/v1/search')
export class SearchController {
  constructor(private readonly search: ChatSearch) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({
    summary: 'Search your chats',
    description: 'Titles, messages, commands and names of files. What is stored is found a second later.',
  })
  @ApiOkResponse({ type: SearchHitPage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'] })
  find(@CurrentUser() user: User, @Query() query: SearchQueryDto): Promise<SearchHitPage> {
    return this.search.search(user, query);
  }
}
