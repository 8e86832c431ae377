import { Injectable } from '@nestjs/common';
import type { User } from '../../auth/user';
import type { CreateChatDto } from '../../chat/dto/chat.dto';
import type { SendMessageDto } from '../../chat/dto/send-message.dto';
import type { AcceptedMessage } from '../../chat/message-intake';
import { invalid } from '../../common/domain.error';
import { Conversations } from '../../contracts/conversations';
import { ConversationSetup } from '../../contracts/conversation-setup';
import { folderInWorkspace, instructionsFor } from '../working-directory';
import type { RunCodexDto } from './run-codex.dto';

/** Begins turns, in new chats and in those that are gone on with. */
@Injectable()
export class ExecTurns {
  constructor(
    private readonly conversations: Conversations,
    private readonly setup: ConversationSetup,
  ) {}

  /**
   * @throws DomainError as the routes of the service's own API that make a chat and send a message;
   * `working_directory_not_allowed`, `working_directory_fixed`
   */
  async begin(user: User, input: RunCodexDto): Promise<AcceptedMessage> {
    const folder = folderInWorkspace(input.working_directory);
    const route = this.setup.routeOf(input.model);
    const { thread_id: threadId } = input;
    if (threadId === undefined) {
      return this.conversations.begin(user, { ...newChat(input, folder), ...route }, messageOf(input));
    }
    if (folder !== '.') throw STAYS;
    const { sandbox: sandboxMode, approval_policy: approvalPolicy } = input;
    const isSet = sandboxMode !== undefined || approvalPolicy !== undefined;
    const setting = isSet ? { sandboxMode, approvalPolicy } : undefined;
    return this.conversations.send(user, threadId, { ...messageOf(input), ...route }, setting);
  }
}

/** The program asks nobody unless it is told to. */
function newChat({ sandbox, approval_policy: approvalPolicy = 'never' }: RunCodexDto, folder: string): CreateChatDto {
  return { sandboxMode: sandbox, approvalPolicy, instructions: instructionsFor(folder) };
}

function messageOf({ prompt, images = [], output_schema: outputSchema }: RunCodexDto): SendMessageDto {
  const pictures = images.map((url) => ({ type: 'image', url }));
  const content = pictures.length === 0 ? prompt : [{ type: 'text', text: prompt }, ...pictures];
  return { content, outputSchema };
}

const STAYS = invalid('working_directory_fixed', 'A thread stays in the folder in which it has begun.');
