import { PoolConfig } from '../config/pool.config';
import { EventFeed } from './event-log/event-feed';
import { EventFollower } from './event-log/event-follower';
import { EventLog } from './event-log/event-log';
import { TurnFollower } from './turn-follower';

const CHAT = 'chat';
const accepted = {
  chat: { chatId: CHAT, userId: 'ada' },
  messageId: 'message',
  turnId: 'turn',
  events: [],
  seqBefore: 0,
  waitsFor: null,
};
const emptyLog = { lastSeq: () => Promise.resolve(0) } as unknown as EventLog;

describe('the wait for the end of a turn', () => {
  let feed: EventFeed;

  beforeEach(() => {
    feed = new EventFeed();
  });

  function ended(signal: AbortSignal, queueTimeoutSeconds = 300): Promise<unknown> {
    const config = Object.assign(new PoolConfig(), { queueTimeoutSeconds });
    return new TurnFollower(new EventFollower(emptyLog, feed), config).ended(accepted, signal);
  }

  it('ends with the chat, and says that it was deleted', async () => {
    const waiting = ended(new AbortController().signal);
    setImmediate(() => feed.close(CHAT));
    await expect(waiting).rejects.toMatchObject({
      ...{ status: 404, code: 'chat_not_found', detail: expect.stringContaining('deleted') as string },
    });
  });

  it('says that the turn goes on when it is the caller who has left', async () => {
    await expect(ended(AbortSignal.timeout(5))).rejects.toMatchObject({ status: 504, code: 'wait_aborted' });
  });

  it('says that the message stays queued when the turn does not start', async () => {
    const { signal } = new AbortController();
    await expect(ended(signal, 0.005)).rejects.toMatchObject({ status: 503, code: 'pool_saturated' });
  });
});
