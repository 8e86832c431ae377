import { Injectable } from '@nestjs/common';
import { UsageLimits } from '../../access/limits/usage-limits';
import { User } from '../../auth/user';
import { conflict, DomainError, messageOf, unavailable } from '../../common/domain.error';
import { Database } from '../../database/database';
import { ChatQuestions, isModelFailure } from '../../gateway/chat-questions';
import { ChatDirectory } from '../chat-directory';
import type { ChatSummaryDto } from '../dto/chat-summary.dto';
import { transcriptOf } from './transcript';

const DEADLINE_MS = 120_000;
const MAX_TRANSCRIPT = 40_000;
/** With room for a model that thinks first. */
const MAX_OUTPUT_TOKENS = 4_000;
const MAX_SUMMARY = 20_000;
/** Of one user; of all together. */
const MAX_OF_USER = 2;
const MAX_AT_ONCE = 20;

const REQUEST =
  'Summarize the conversation below between a user and a coding agent for somebody who has not seen it: what was wanted, ' +
  'what was done and found, and what is open. At most 200 words, in Markdown, in the language of the user.';

/** Has a chat's model tell in short what was said. Nothing is stored, and the chat does not change. */
@Injectable()
export class ChatSummaries {
  /** By the user who waits. */
  private readonly running = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly directory: ChatDirectory,
    private readonly questions: ChatQuestions,
    private readonly limits: UsageLimits,
  ) {}

  /**
   * @param signal the caller has left
   * @throws DomainError `chat_not_found`, `read_only`, `nothing_to_summarize`, `limit_reached`, `too_many_summaries`,
   * `summary_failed`, `summary_timeout`
   */
  async summarize(user: User, chatId: string, signal: AbortSignal): Promise<ChatSummaryDto> {
    const chat = await this.directory.find(user, chatId, 'write');
    const transcript = await transcriptOf(this.database, chat.id, MAX_TRANSCRIPT);
    if (transcript === '') throw conflict('nothing_to_summarize', 'Nothing was said in this chat yet.');
    await this.limits.requireUnspent(user.id);
    const leave = this.enter(user.id);
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    try {
      const question = {
        ...{ chatId: chat.id, userId: user.id, backendId: chat.backend, model: chat.model },
        ...{ text: `${REQUEST}\n\n${transcript}`, maxOutputTokens: MAX_OUTPUT_TOKENS },
      };
      const summary = await this.questions.ask(question, AbortSignal.any([signal, deadline]));
      if (summary === '') throw failed('The model has answered without a text.');
      return { summary: summary.slice(0, MAX_SUMMARY) };
    } catch (error) {
      if (deadline.aborted) throw new DomainError(504, 'summary_timeout', 'The model has taken too long; try again.');
      throw isModelFailure(error) ? failed(messageOf(error), error) : error;
    } finally {
      leave();
    }
  }

  /** @returns gives the place back @throws DomainError `too_many_summaries` */
  private enter(userId: string): () => void {
    const own = this.running.get(userId) ?? 0;
    const all = [...this.running.values()].reduce((sum, count) => sum + count, 0);
    if (own >= MAX_OF_USER || all >= MAX_AT_ONCE) {
      throw unavailable('too_many_summaries', 'As many summaries as there may be are being written; try again later.');
    }
    this.running.set(userId, own + 1);
    return () => {
      const left = (this.running.get(userId) ?? 1) - 1;
      if (left > 0) this.running.set(userId, left);
      else this.running.delete(userId);
    };
  }
}

const failed = (reason: string, cause?: unknown): DomainError =>
  new DomainError(502, 'summary_failed', `There is no summary: ${reason}`, { cause });
