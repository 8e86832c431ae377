import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { QueryFlag } from '../../common/query-flag.decorator';
import { CHAT_STATUSES, ChatDto, type ChatStatus } from './chat.dto';
import { PageOf, PageQueryDto } from './page.dto';

export const CHAT_ORDERS = ['activity', 'created'] as const;

export class ChatsQueryDto extends PageQueryDto {
  /** Lists the archived chats instead of the others. */
  @QueryFlag()
  archived: boolean = false;

  /** By `updatedAt`, the last used or changed first; or by when they were made, the newest first. */
  @IsOptional()
  @IsIn(CHAT_ORDERS)
  @ApiProperty({ enum: CHAT_ORDERS, required: false })
  sort: (typeof CHAT_ORDERS)[number] = 'activity';

  /** Only chats in this state. */
  @IsOptional()
  @IsIn(CHAT_STATUSES)
  @ApiProperty({ enum: CHAT_STATUSES, required: false })
  status?: ChatStatus;

  /** Only those that you keep at the top of your list, or only the others. */
  @QueryFlag()
  pinned?: boolean;

  /** Only the chats of this project. */
  @IsOptional()
  @IsUUID()
  projectId?: string;

  /** Only chats of this backend. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  backend?: string;
}

export class ChatPage extends PageOf(ChatDto) {
  /** How many chats wait for an approval, whatever `status` and page: of the same backend and project, archived and pinned or not as asked for. */
  waitingCount: number;
}
