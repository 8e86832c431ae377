import { EventStream } from '../../gateway/responses-api/response-transport';
import type { DelegatedCall } from '../../gateway/routing/delegated-models';
import { OpenAiError } from '../../gateway/wire/openai.error';
import { responseFrame } from '../../gateway/wire/response-object';
import { turnFailed } from './agent-failure';
import { conversationIdOf, responseIdOf } from './agent-ids';
import type { BegunAnswer } from './agent-turns';
import type { AnswerEnd } from './answer-part';
import { showAnswer } from './answer-run';
import { wholeSink } from './completion-answer';
import type { ItemForm, ReadableAnswer } from './readable-answer';
import { ResponseAnswer } from './response-answer';

/** Sends an answer as a response of the Responses API: whole, or event by event where the body has `stream`. */
export async function sendResponse(
  answer: BegunAnswer,
  form: { readonly items: ItemForm; readonly words: ReadableAnswer },
  call: DelegatedCall,
): Promise<void> {
  const { body, model, response } = call;
  const id = responseIdOf(answer.turnId, answer.from);
  const frame = {
    ...responseFrame(id, body, { model, echoesTools: true }),
    conversation: { id: conversationIdOf(answer.chatId) },
  };
  const stream = new EventStream(response);
  let lastSentAtMs = performance.now();
  const write = (text: string): void => {
    lastSentAtMs = performance.now();
    stream.write(text);
  };
  if (body.stream !== true) {
    const made = new ResponseAnswer(frame, form, () => undefined);
    const end = await showAnswer(
      answer,
      wholeSink(stream, (part) => made.write(part)),
    );
    if (end === undefined) return;
    if (end.status === 'failed') throw turnFailed(end.error);
    return void response.status(200).json(made.end(end));
  }
  const made = new ResponseAnswer(frame, form, (event) =>
    write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
  );
  made.begin();
  const sink = {
    closed: stream.closed,
    get lastSentAtMs() {
      return lastSentAtMs;
    },
    part: made.write.bind(made),
    drained: () => stream.drained(),
    keepAlive: () => write(': keep-alive\n\n'),
  };
  const end = await showAnswer(answer, sink).catch(failureOf);
  if (end === undefined) return;
  made.end(end);
  stream.end(end.status !== 'failed');
}

/** What is thrown behind the first event is the last one. */
function failureOf(error: unknown): AnswerEnd {
  if (!(error instanceof OpenAiError)) throw error;
  const { code, message } = error;
  return { type: 'end', status: 'failed', usage: undefined, error: { code, message } };
}
