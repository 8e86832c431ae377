import { begunTurn, LogFixture } from './chat-log.fixture';
import { applyEvents } from './chat-reducer';
import { emptyView } from './chat-view';
import { type OutgoingMessage, undelivered } from './outgoing-message';

function outgoing(changes: Partial<OutgoingMessage> = {}): OutgoingMessage {
  const message = { clientMessageId: 'k1', text: 'hello', messageId: null, afterSeq: 0, error: null };
  return { ...message, state: 'sending', ...changes };
}

const { view } = applyEvents(emptyView, begunTurn(new LogFixture(), 'hello'), 0);

describe('messages on their way', () => {
  it('are shown until the log has them', () => {
    expect(undelivered([outgoing()], emptyView)).toHaveLength(1);
    expect(undelivered([outgoing({ messageId: 'm1', state: 'accepted' })], view)).toEqual([]);
    expect(undelivered([outgoing({ messageId: 'm7', state: 'accepted' })], view)).toHaveLength(1);
  });

  it('are not shown twice when the event overtakes the answer to the POST', () => {
    expect(undelivered([outgoing()], view)).toEqual([]);
  });

  it('with the same words as an older message are still shown', () => {
    expect(undelivered([outgoing({ afterSeq: 3 })], view)).toHaveLength(1);
  });

  it('with the same words as each other are not taken for one', () => {
    const second = outgoing({ clientMessageId: 'k2' });
    expect(undelivered([outgoing(), second], view)).toEqual([second]);
    const accepted = outgoing({ messageId: 'm1', state: 'accepted' });
    expect(undelivered([accepted, second], view)).toEqual([second]);
  });
});
