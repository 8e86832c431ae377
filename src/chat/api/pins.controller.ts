import { Controller, Delete, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiChangeProblems } from '../../common/api-problems.decorator';
import { ChatPins } from '../chat-pins';

@ApiTags('chats')
@Controller('api/v1/chats/:id/pin')
export class PinsController {
  constructor(private readonly pins: ChatPins) {}

  @Authorized('chat:read')
  @Put()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Keep a chat at the top of your list',
    description: 'Yours alone: others who may see the chat have pins of their own.',
  })
  @ApiNoContentResponse()
  @ApiChangeProblems({ 404: ['chat_not_found'], 409: ['too_many_pins'], 503: ['storage_unavailable'] })
  pin(@CurrentUser() user: User, @Param('id') id: string): Promise<void> {
    return this.pins.pin(user, id);
  }

  @Authorized('chat:read')
  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Let a chat go from the top of your list' })
  @ApiNoContentResponse()
  @ApiChangeProblems({ 404: ['chat_not_found'], 503: ['storage_unavailable'] })
  unpin(@CurrentUser() user: User, @Param('id') id: string): Promise<void> {
    return this.pins.unpin(user, id);
  }
}
