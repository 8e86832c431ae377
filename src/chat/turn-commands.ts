import { Injectable } from '@nestjs/common';
import { User } from '../auth/user';
import { conflict, invalid } from '../common/domain.error';
import { Database } from '../database/database';
import { ChatDirectory } from './chat-directory';
import type { CompactDto, ReviewDto } from './dto/turn-command.dto';
import { TurnEntity } from './entities/turn.entity';
import { AcceptedMessage, MessageIntake } from './message-intake';

const NOTHING_TO_COMPACT = conflict(
  'nothing_to_compact',
  'Nothing was said in this chat yet: there is nothing to sum up.',
);

/**
 * What a user can have done in a turn of its own, beside having a message answered. It is accepted, waits, runs and ends as
 * any turn does; the message that asks for it is shown in the chat.
 */
@Injectable()
export class TurnCommands {
  constructor(
    private readonly database: Database,
    private readonly directory: ChatDirectory,
    private readonly intake: MessageIntake,
  ) {}

  /**
   * Has what was said so far replaced by a summary in what the model sees.
   *
   * @throws DomainError `nothing_to_compact`, and as `MessageIntake.accept`
   */
  async compact(user: User, chatId: string, { clientMessageId }: CompactDto): Promise<AcceptedMessage> {
    const chat = await this.directory.find(user, chatId, 'write');
    if (!(await this.database.read.existsBy(TurnEntity, { chatId: chat.id }))) throw NOTHING_TO_COMPACT;
    return this.intake.accept(user, chatId, { content: '/compact', clientMessageId }, { kind: 'compaction' });
  }

  /**
   * Has the agent look for mistakes in changes. It looks by commands of its own, in its sandbox.
   *
   * @throws DomainError `validation_failed`, and as `MessageIntake.accept`
   */
  async review(user: User, chatId: string, input: ReviewDto): Promise<AcceptedMessage> {
    const content = [requestOf(input), input.instructions].filter(Boolean).join('\n\n');
    return this.intake.accept(user, chatId, { content, clientMessageId: input.clientMessageId }, { kind: 'review' });
  }
}

/** @throws DomainError `validation_failed` when the target lacks what it is about */
function requestOf({ target, branch, commit, instructions }: ReviewDto): string | undefined {
  switch (target) {
    case 'uncommitted':
      return 'Review the changes that are not committed.';
    case 'branch':
      return `Review the changes since the branch \`${given(branch, 'branch')}\`.`;
    case 'commit':
      return `Review the commit \`${given(commit, 'commit')}\`.`;
    case 'custom':
      given(instructions, 'instructions');
      return undefined;
  }
}

function given(value: string | undefined, field: keyof ReviewDto): string {
  if (value !== undefined) return value;
  throw invalid('validation_failed', `A review of this target needs "${field}".`);
}
