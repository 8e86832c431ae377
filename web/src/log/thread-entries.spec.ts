import { approval, begunTurn, command, LogFixture, message } from './chat-log.fixture';
import type { ChatEvent } from '../api/types';
import { applyEvents } from './chat-reducer';
import { emptyView } from './chat-view';
import { threadEntries } from './thread-entries';

describe('the thread of a chat', () => {
  it('answers each question under it, with the state of the turn last', () => {
    const log = new LogFixture();
    const { view } = applyEvents(emptyView, begunTurn(log));
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
    const entries = threadEntries(applyEvents(emptyView, events).view, []);
    expect(entries.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
    expect(entries).toMatchObject([{}, { isTurnEnd: false }, { text: 'rather this' }, { isTurnEnd: true }]);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(4);
  });

  it('shows an open question last, and an answered one above the step that it has led to', () => {
    const log = new LogFixture();
    const kinds = (events: ChatEvent[]) => {
      const [, answer] = threadEntries(applyEvents(emptyView, events).view, []);
      return answer?.role === 'assistant' ? answer.parts.map(({ kind }) => kind) : [];
    };
    const asked = [
      ...begunTurn(log),
      log.event('item.started', { item: command('running', '', null) }),
      log.event('approval.requested', { approval: approval('pending', 'i1') }),
    ];
    expect(kinds(asked)).toEqual(['action', 'approval']);
    const answered = [...asked, log.event('approval.resolved', { approval: approval('resolved', 'i1') })];
    expect(kinds(answered)).toEqual(['approval', 'action']);
  });

  it('joins thoughts that follow each other', () => {
    const log = new LogFixture();
    const events = [
      ...begunTurn(log),
      log.event('reasoning.completed', { itemId: 'r1', text: 'One.', superseded: false }),
      log.event('reasoning.completed', { itemId: 'r2', text: 'Two.', superseded: false }),
    ];
    const [, answer] = threadEntries(applyEvents(emptyView, events).view, []);
    expect(answer).toMatchObject({ parts: [{ kind: 'reasoning', text: 'One.\n\nTwo.' }] });
  });

  it('tells of a step that it waits for a decision, for as long as it does', () => {
    const log = new LogFixture();
    const asked = [
      ...begunTurn(log),
      log.event('item.started', { item: command('running', '', null) }),
      log.event('approval.requested', { approval: approval('pending', 'i1') }),
    ];
    const stepOf = (events: ChatEvent[]) => threadEntries(applyEvents(emptyView, events).view, [])[1];
    expect(stepOf(asked)).toMatchObject({ parts: [{ kind: 'action', isWaiting: true }, { kind: 'approval' }] });
    const answered = log.event('approval.resolved', { approval: approval('resolved', 'i1') });
    expect(stepOf([...asked, answered])).not.toMatchObject({ parts: [{ isWaiting: true }, {}] });
  });

  it('shows the pictures of a message, before and after the log has it', () => {
    const url = 'data:image/png;base64,AA==';
    const log = new LogFixture();
    const sent = { ...message('m1', 'user', 'look'), content: [{ type: 'image' as const, url }] };
    const { view } = applyEvents(emptyView, [log.event('message.created', { message: sent })]);
    const own = { clientMessageId: 'k1', text: '', images: [url], state: 'sending' as const, afterSeq: 0, error: null };
    expect(threadEntries(view, [own])).toMatchObject([{ images: [{ url }] }, {}, { images: [{ url }] }]);
  });

  it('loads the pictures of the service from the folder that the page lies in', () => {
    const log = new LogFixture();
    const picture = { type: 'image' as const, blobId: 'b1', url: '/api/v1/blobs/b1' };
    const sent = { ...message('m1', 'user', 'look'), content: [picture] };
    const { view } = applyEvents(emptyView, [log.event('message.created', { message: sent })]);
    expect(threadEntries(view, [])[0]).toMatchObject({ images: [{ url: 'api/v1/blobs/b1' }] });
  });

  it('gives the same entries for an unchanged turn', () => {
    const { view } = applyEvents(emptyView, begunTurn(new LogFixture()));
    expect(threadEntries(view, [])[0]).toBe(threadEntries({ ...view, lastSeq: 9 }, [])[0]);
  });
});
