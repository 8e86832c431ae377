import { begunTurn, LogFixture } from './chat-log.fixture';
import { applyEvents } from './chat-reducer';
import { emptyView } from './chat-view';
import { contentOf, type OutgoingMessage, undelivered } from './outgoing-message';

function outgoing(changes: Partial<OutgoingMessage> = {}): OutgoingMessage {
  const message = { clientMessageId: 'k1', text: 'hello', images: [], afterSeq: 0, error: null };
  return { ...message, state: 'sending', ...changes };
}

const { view } = applyEvents(emptyView, begunTurn(new LogFixture(), 'k1'));

describe('messages on their way', () => {
  it('are shown until the log has them', () => {
    expect(undelivered([outgoing()], emptyView)).toHaveLength(1);
    expect(undelivered([outgoing({ state: 'accepted' })], view)).toEqual([]);
  });

  it('are not shown twice when the event overtakes the answer to the POST', () => {
    expect(undelivered([outgoing()], view)).toEqual([]);
  });

  it('with the same words as another message are still shown', () => {
    const second = outgoing({ clientMessageId: 'k2' });
    expect(undelivered([outgoing(), second], view)).toEqual([second]);
  });

  it('for the running turn are shown until a message without an id comes', () => {
    const steering = outgoing({ clientMessageId: 'k2', state: 'steering', afterSeq: 0 });
    expect(undelivered([steering], view)).toEqual([steering]);
    const steered = applyEvents(emptyView, begunTurn(new LogFixture())).view;
    expect(undelivered([steering], steered)).toEqual([]);
    expect(undelivered([{ ...steering, afterSeq: 1 }], steered)).toHaveLength(1);
  });
});

describe('what is sent', () => {
  it('is the words and then the pictures', () => {
    const url = 'data:image/png;base64,AA==';
    expect(contentOf({ text: 'look', images: [url] })).toEqual([
      { type: 'text', text: 'look' },
      { type: 'image', url },
    ]);
  });

  it('has no empty words beside pictures', () => {
    const url = 'data:image/png;base64,AA==';
    expect(contentOf({ text: '', images: [url] })).toEqual([{ type: 'image', url }]);
  });
});
