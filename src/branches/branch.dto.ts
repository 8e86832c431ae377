import { ApiProperty, OmitType } from '@nestjs/swagger';
import { IsNotEmpty, IsString, IsUUID, MaxLength } from 'class-validator';
import { ChatDto } from '../chat/dto/chat.dto';
import { SendMessageDto } from '../chat/dto/send-message.dto';
import { IsVisible } from '../common/hidden-characters';
import { Optional } from '../common/optional.decorator';

export const BRANCH_FILES = ['snapshot', 'present', 'empty'] as const;
export type BranchFiles = (typeof BRANCH_FILES)[number];

export class ForkDto {
  /** The branch has the turns before this one; or `afterTurnId`. */
  @Optional()
  @IsUUID()
  beforeTurnId?: string;

  /** The branch has the turns up to this one, which has to be over. */
  @Optional()
  @IsUUID()
  afterTurnId?: string;

  /** Left out: that of the chat, with a number. */
  @Optional()
  @IsString()
  @MaxLength(200)
  @IsVisible()
  title?: string;

  /** The caller's own id of the branch. The same id again returns the same branch and makes no second one. */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  clientBranchId?: string;
}

/** The message as it should have been. `clientMessageId` names the branch, too: repeated, it makes no second one. */
export class EditMessageDto extends SendMessageDto {}

export class RetryTurnDto extends OmitType(SendMessageDto, ['backend', 'content', 'mode', 'outputSchema'] as const) {
  /** Id of another model backend for the branch. @example demo */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  backend?: string;
}

/** A chat that has branched off from another one. */
export class BranchDto {
  chat: ChatDto;
  /**
   * What its files are: `snapshot`, as they were at that turn; `present`, as they are now in the other chat, because those of then are
   * not recorded; `empty`, because there were none.
   */
  @ApiProperty({ enum: BRANCH_FILES })
  workspace: BranchFiles;
  /**
   * What its agent remembers: `thread`, all that it knew at that turn; `messages`, what was said, as the agent's own record cannot be
   * taken over.
   */
  @ApiProperty({ enum: ['thread', 'messages'] })
  memory: 'thread' | 'messages';
}

/** A branch that goes on with a message. */
export class BranchWithMessageDto extends BranchDto {
  messageId: string;
  turnId: string;
}
