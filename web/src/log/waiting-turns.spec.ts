import type { ChatEvent } from '../api/types';
import { begunTurn, LogFixture, message, turn } from './chat-log.fixture';
import { applyEvents } from './chat-reducer';
import { type ChatView, emptyView, isAtWork, questionOf, textOf, waitingTurns } from './chat-view';
import { threadEntries } from './thread-entries';

const ADA = { id: 'ada', displayName: 'Ada' };

describe('the messages that wait', () => {
  let log: LogFixture;

  beforeEach(() => void (log = new LogFixture()));

  const queued = (id: string, text: string): ChatEvent[] => [
    log.event('message.created', { message: message(`m-${id}`, 'user', text, id) }, id),
    log.event('turn.queued', { turn: turn('queued', id), position: 1 }, id),
  ];
  const changed = (turnIds: string[], held = false): ChatEvent =>
    log.event('queue.changed', { change: 'reordered', by: ADA, held, version: '1-abc', turnIds }, null);
  const fold = (...events: ChatEvent[]): ChatView => applyEvents(emptyView, events).view;
  const shown = (view: ChatView): string[] =>
    waitingTurns(view).map((each) => {
      const question = questionOf(each);
      return question ? textOf(question) : '';
    });
  const said = (view: ChatView): string[] =>
    threadEntries(view, []).flatMap((entry) => (entry.role === 'user' ? [entry.text] : []));

  it('are shown apart from the conversation, in the order that they have', () => {
    const view = fold(...begunTurn(log), ...queued('t2', 'two'), ...queued('t3', 'three'), changed(['t3', 't2']));
    expect([shown(view), said(view)]).toEqual([['three', 'two'], ['hello']]);
    expect([view.queueVersion, isAtWork(view)]).toEqual(['1-abc', true]);
  });

  it('are of a version that is not known any more once a turn has come, begun or ended', () => {
    const view = fold(...begunTurn(log), ...queued('t2', 'two'), changed(['t2']), ...queued('t3', 'three'));
    expect(view.queueVersion).toBeNull();
  });

  it('are in the conversation when nothing goes before them, but where the queue is held', () => {
    const free = fold(...queued('t1', 'one'));
    expect([shown(free), said(free)]).toEqual([[], ['one']]);
    log = new LogFixture();
    const held = fold(...queued('t1', 'one'), changed(['t1'], true));
    expect([shown(held), said(held), isAtWork(held)]).toEqual([['one'], [], false]);
  });

  it('say what they were edited to', () => {
    const view = fold(
      ...begunTurn(log),
      ...queued('t2', 'two'),
      log.event('message.updated', { message: message('m-t2', 'user', 'zwei', 't2') }, 't2'),
    );
    expect(shown(view)).toEqual(['zwei']);
  });

  it('are of the running turn once they were sent to it, and their own is shown no more', () => {
    const error = { code: 'sent_to_running_turn', message: 'given to another turn' };
    const ended = { ...turn('interrupted', 't2'), error };
    const usage = ended.usage;
    const view = fold(
      ...begunTurn(log),
      ...queued('t2', 'two'),
      log.event('turn.completed', { status: 'interrupted', usage, error, turn: ended }, 't2'),
      log.event('message.updated', { message: message('m-t2', 'user', 'two', 't1') }, 't1'),
    );
    expect([shown(view), said(view)]).toEqual([[], ['hello', 'two']]);
    expect(threadEntries(view, []).map(({ role }) => role)).toEqual(['user', 'user', 'assistant']);
  });
});
