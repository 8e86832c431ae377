import { Injectable } from '@nestjs/common';
import { ChatService } from '../../chat/chat.service';
import { TurnCommands } from '../../chat/turn-commands';
import { ConversationReads } from '../../contracts/conversation-reads';
import { Conversations } from '../../contracts/conversations';

/** What the agent of every connection works with. */
@Injectable()
export class AcpServices {
  constructor(
    readonly conversations: Conversations,
    readonly reads: ConversationReads,
    readonly chats: ChatService,
    readonly commands: TurnCommands,
  ) {}
}
