import { KeepAlive } from '../../gateway/wire/http/keep-alive';
import { OpenAiError, openAiErrorOf } from '../../gateway/wire/openai.error';
import { DomainError } from '../../common/domain.error';
import type { AnswerEnd, AnswerPart } from './answer-part';
import type { BegunAnswer } from './agent-turns';

/** Where an answer goes. */
export interface AnswerSink {
  /** Aborted when the client has left. */
  readonly closed: AbortSignal;
  readonly lastSentAtMs: number;
  part(part: AnswerPart): void;
  /** Resolves when a slow client has taken what was sent. */
  drained(): Promise<void>;
  keepAlive(): void;
}

/**
 * Shows an answer, part by part, the last of which is its end. A client that leaves stops the turn.
 *
 * @returns the end; undefined where nobody listens any more
 * @throws OpenAiError where the caller may not see it any more, or the chat is gone
 */
export async function showAnswer(answer: BegunAnswer, sink: AnswerSink): Promise<AnswerEnd | undefined> {
  const keepAlive = new KeepAlive(sink, () => sink.keepAlive());
  let end: AnswerEnd | undefined;
  try {
    for await (const parts of answer.parts) {
      for (const part of parts) {
        sink.part(part);
        if (part.type === 'end') end = part;
      }
      await sink.drained();
    }
    if (end !== undefined) return end;
    if (!sink.closed.aborted) throw lostAnswer(answer);
    return undefined;
  } finally {
    keepAlive.stop();
    answer.watch.stop();
    if (end === undefined && sink.closed.aborted) void answer.stop();
  }
}

function lostAnswer({ chatId, watch }: BegunAnswer): OpenAiError {
  const { reason } = watch.signal as { reason: unknown };
  if (reason instanceof DomainError) return openAiErrorOf(reason);
  return new OpenAiError(404, 'chat_not_found', `The chat ${chatId} was deleted, or is not yours to see any more.`);
}
