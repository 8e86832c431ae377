import { begunTurn, LogFixture, message } from './chat-log.fixture';
import { applyEvents } from './chat-reducer';
import { emptyView } from './chat-view';
import { threadEntries } from './thread-entries';

describe('the thread of a chat', () => {
  it('answers each question under it, with the state of the turn last', () => {
    const log = new LogFixture();
    const { view } = applyEvents(emptyView, begunTurn(log), 0);
    expect(threadEntries(view, [])).toMatchObject([
      { role: 'user', text: 'hello' },
      { role: 'assistant', isTurnEnd: true, parts: [] },
    ]);
  });

  it('splits a turn where a message steered it', () => {
    const log = new LogFixture();
    const events = [
      ...begunTurn(log),
      log.event('message.delta', { messageId: 'm2', delta: 'First' }),
      log.event('message.created', { message: message('m3', 'user', 'rather this') }),
      log.event('message.delta', { messageId: 'm4', delta: 'Second' }),
    ];
    const entries = threadEntries(applyEvents(emptyView, events, 0).view, []);
    expect(entries.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
    expect(entries).toMatchObject([{}, { isTurnEnd: false }, { text: 'rather this' }, { isTurnEnd: true }]);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(4);
  });

  it('joins thoughts that follow each other', () => {
    const log = new LogFixture();
    const events = [
      ...begunTurn(log),
      log.event('reasoning.completed', { itemId: 'r1', text: 'One.' }),
      log.event('reasoning.completed', { itemId: 'r2', text: 'Two.' }),
    ];
    const [, answer] = threadEntries(applyEvents(emptyView, events, 0).view, []);
    expect(answer).toMatchObject({ parts: [{ kind: 'reasoning', text: 'One.\n\nTwo.' }] });
  });

  it('gives the same entries for an unchanged turn', () => {
    const { view } = applyEvents(emptyView, begunTurn(new LogFixture()), 0);
    expect(threadEntries(view, [])[0]).toBe(threadEntries({ ...view, lastSeq: 9 }, [])[0]);
  });
});
