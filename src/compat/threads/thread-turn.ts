import { textOf } from '../../chat/dto/message.dto';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import { type ServerSentEvent, STREAM_END } from '../../common/sse-stream';
import { isPiece, sessionEvent, type ThreadEvent, threadEvents } from './thread-events';
import type { ChatResponseDto } from './threads.dto';

/** Events of one answer that are kept; of more the last. */
const MAX_EVENTS = 1000;

const asData = (data: ThreadEvent): ServerSentEvent => ({ data });

/** A turn as a stream of the contract. @param url of the chat in the web client */
export async function* turnStream(
  threadId: string,
  batches: AsyncIterable<readonly ChatEvent[]>,
  url: string,
): AsyncGenerator<readonly ServerSentEvent[]> {
  yield [asData(sessionEvent(threadId))];
  let isOver = false;
  for await (const batch of batches) {
    isOver = batch.some(({ type }) => type === 'turn.completed');
    yield batch.flatMap((event) => threadEvents(event, url)).map(asData);
  }
  const deleted = { method: 'error', params: { threadId, error: DELETED, willRetry: false } };
  yield [...(isOver ? [] : [asData(deleted)]), STREAM_END];
}

const DELETED = { code: 'chat_not_found', message: 'The thread was deleted, or may not be seen any more.' };

/** A turn as one answer, put together event by event. */
export class TurnAnswer {
  private readonly events: ThreadEvent[] = [];
  private message: string | null = null;
  private end: Pick<ChatResponseDto, 'status' | 'error'> | undefined;

  constructor(
    private readonly threadId: string,
    private readonly url: string,
  ) {}

  /** There when the turn has ended, or waits for somebody's answer: whoever waits for it would wait for that unawares. */
  get response(): ChatResponseDto | undefined {
    const { threadId, message, events, end } = this;
    return end && { thread_id: threadId, message, events, ...end };
  }

  add(event: ChatEvent): void {
    const told = threadEvents(event, this.url).filter((each) => !isPiece(each));
    this.events.push(...told);
    if (this.events.length > MAX_EVENTS) this.events.splice(0, this.events.length - MAX_EVENTS);
    if (event.type === 'message.completed') this.read(event.data.message);
    if (event.type === 'approval.requested' && event.data.approval.status === 'pending') {
      this.end = { status: 'waiting_for_approval', error: null };
    }
    if (event.type === 'turn.completed') this.end = { status: event.data.status, error: event.data.error };
  }

  private read({ role, status, content }: Extract<ChatEvent, { type: 'message.completed' }>['data']['message']): void {
    if (role === 'assistant' && status !== 'superseded') this.message = textOf(content);
  }
}
