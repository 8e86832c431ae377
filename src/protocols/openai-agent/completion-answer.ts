import { ChunkStream, CompletionBuilder, type CompletionFrame } from '../../gateway/completions-api/completion-output';
import { CompletionWriter } from '../../gateway/completions-api/completion-writer';
import type { DelegatedCall } from '../../gateway/routing/delegated-models';
import { isObject } from '../../gateway/wire/json';
import { OpenAiError } from '../../gateway/wire/openai.error';
import { turnFailed } from './agent-failure';
import { completionIdOf } from './agent-ids';
import type { BegunAnswer } from './agent-turns';
import type { AnswerPart } from './answer-part';
import { type AnswerSink, showAnswer } from './answer-run';
import type { ReadableAnswer } from './readable-answer';
import { tokensOf } from './tokens-of';

const ignore = (): void => undefined;

/** Sends an answer as a chat completion: whole, or in chunks where the body has `stream`. */
export async function sendCompletion(answer: BegunAnswer, words: ReadableAnswer, call: DelegatedCall): Promise<void> {
  const { body, model, response } = call;
  const frame: CompletionFrame = { id: completionIdOf(answer.turnId), created: Math.floor(Date.now() / 1000), model };
  const writer = new CompletionWriter(response, ignore);
  const streams = body.stream === true;
  const includeUsage = isObject(body.stream_options) && body.stream_options.include_usage === true;
  const builder = new CompletionBuilder(frame);
  const output = streams ? new ChunkStream(frame, includeUsage, writer) : builder;
  const part = (one: AnswerPart): void => {
    const piece = words.of(one);
    if (piece === undefined) return;
    output.delta(piece.kind === 'text' ? { content: piece.text } : { reasoning_content: piece.text });
  };
  try {
    const end = await showAnswer(answer, streams ? streamSink(writer, part) : wholeSink(writer, part));
    if (end === undefined) return;
    if (end.status === 'failed') return writer.sendError(turnFailed(end.error));
    output.finish('stop', tokensOf(end.usage));
  } catch (error) {
    if (!(error instanceof OpenAiError)) throw error;
    return writer.sendError(error);
  }
  if (streams) writer.end();
  else writer.sendComplete(JSON.stringify(builder.result));
}

const streamSink = (writer: CompletionWriter, part: (part: AnswerPart) => void): AnswerSink => ({
  closed: writer.closed,
  get lastSentAtMs() {
    return writer.lastSentAtMs;
  },
  part,
  drained: () => writer.drained(),
  keepAlive: () => writer.keepAlive(),
});

/** One that is sent whole has no sign of life. */
export const wholeSink = ({ closed }: { closed: AbortSignal }, part: (part: AnswerPart) => void): AnswerSink => ({
  ...{ closed, lastSentAtMs: Infinity, part },
  drained: () => Promise.resolve(),
  keepAlive: ignore,
});
