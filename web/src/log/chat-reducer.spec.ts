import type { ChatEvent } from '../api/types';
import { approval, begunTurn, command, LogFixture, message, noUsage, turn } from './chat-log.fixture';
import { applyEvents } from './chat-reducer';
import { type ChatView, emptyView, isWaitingForApproval, runningTurn } from './chat-view';

function fold(events: ChatEvent[], view: ChatView = emptyView): ChatView {
  const applied = applyEvents(view, events);
  expect(applied.gap).toBe(false);
  return applied.view;
}

describe('folding a chat log', () => {
  it('shows the steps of a turn in the order in which they began', () => {
    const log = new LogFixture();
    const view = fold([
      ...begunTurn(log),
      log.event('reasoning.delta', { itemId: 'r1', delta: 'Let me ' }),
      log.event('reasoning.delta', { itemId: 'r1', delta: 'see' }),
      log.event('item.started', { item: command('running', '', null) }),
      log.event('message.created', { message: message('m2', 'assistant', '') }),
      log.event('message.delta', { messageId: 'm2', delta: 'Done' }),
      log.event('item.completed', { item: command('completed', 'a\n', 0) }),
    ]);
    expect(view.turns[0]?.parts.map((part) => part.kind)).toEqual(['user', 'reasoning', 'action', 'text']);
    expect(view.turns[0]?.parts[1]).toMatchObject({ text: 'Let me see' });
  });

  it('knows how many turns go before one that is queued, until it starts', () => {
    const log = new LogFixture();
    const queued = fold([log.event('turn.queued', { turn: turn('queued'), position: 3 })]);
    expect(queued.turns[0]?.turnsBefore).toBe(3);
    const moved = fold([log.event('turn.queued', { turn: turn('queued'), position: 1 })], queued);
    expect(moved.turns[0]?.turnsBefore).toBe(1);
    const started = fold([log.event('turn.started', { turn: turn('running') })], moved);
    expect(started.turns[0]?.turnsBefore).toBe(0);
  });

  it('joins deltas, and takes the completed text as the last word', () => {
    const log = new LogFixture();
    const streamed = fold([
      ...begunTurn(log),
      log.event('message.delta', { messageId: 'm2', delta: 'Hel' }),
      log.event('message.delta', { messageId: 'm2', delta: 'lo' }),
    ]);
    expect(streamed.turns[0]?.parts[1]).toMatchObject({ kind: 'text', text: 'Hello' });
    const final = fold([log.event('message.completed', { message: message('m2', 'assistant', 'Hello!') })], streamed);
    expect(final.turns[0]?.parts[1]).toMatchObject({ kind: 'text', text: 'Hello!' });
  });

  it('takes away what was shown of an answer that broke off', () => {
    const log = new LogFixture();
    const broken = { ...message('m2', 'assistant', 'Hel'), status: 'superseded' as const };
    const view = fold([
      ...begunTurn(log),
      log.event('message.delta', { messageId: 'm2', delta: 'Hel' }),
      log.event('reasoning.delta', { itemId: 'r1', delta: 'hm' }),
      log.event('message.completed', { message: broken }),
      log.event('reasoning.completed', { itemId: 'r1', text: '', superseded: true }),
    ]);
    expect(view.turns[0]?.parts.map(({ kind }) => kind)).toEqual(['user']);
  });

  it('grows the output of a running command, also over an update that comes without it', () => {
    const log = new LogFixture();
    const view = fold([
      ...begunTurn(log),
      log.event('item.started', { item: command('running', '', null) }),
      log.event('command.output', { itemId: 'i1', delta: 'one\n' }),
      log.event('item.updated', { item: command('running', '', null) }),
      log.event('command.output', { itemId: 'i1', delta: 'two\n' }),
    ]);
    expect(view.turns[0]?.parts[1]).toMatchObject({ action: { data: { output: 'one\ntwo\n' } } });
  });

  it('keeps an approval where it was asked and tells when someone has answered', () => {
    const log = new LogFixture();
    const asked = fold([...begunTurn(log), log.event('approval.requested', { approval: approval('pending') })]);
    const waiting = runningTurn(asked);
    expect(waiting && isWaitingForApproval(waiting)).toBe(true);
    const answered = fold([log.event('approval.resolved', { approval: approval('resolved') })], asked);
    expect(answered.turns[0]?.parts).toHaveLength(2);
    expect(answered.turns[0]?.parts[1]).toMatchObject({ approval: { decision: 'accept' } });
  });

  it('ends a failed turn with its code and message, told once', () => {
    const log = new LogFixture();
    const error = { code: 'instance_lost', message: 'The process died.' };
    const end = { status: 'failed' as const, usage: noUsage, error, turn: turn('failed') };
    const begun = begunTurn(log);
    const told = log.event('error', { ...error, willRetry: false });
    const view = fold([...begun, told, log.event('turn.completed', end)]);
    expect(view.turns[0]).toMatchObject({ status: 'failed', error });
    expect(view.turns[0]?.parts.map(({ kind }) => kind)).toEqual(['user']);
    expect(runningTurn(view)).toBeNull();
  });

  it('leaves the turns that an event does not concern untouched, so that they are not drawn again', () => {
    const log = new LogFixture();
    const first = fold(begunTurn(log));
    const created = log.event('message.created', { message: message('m9', 'user', 'next', 't2') }, 't2');
    const second = fold([created], first);
    expect(second.turns[0]).toBe(first.turns[0]);
    expect(second.turns.map(({ id }) => id)).toEqual(['t1', 't2']);
  });

  it('shows in a quiet line what the model no longer sees', () => {
    const log = new LogFixture();
    const omitted = {
      code: 'image_not_accepted',
      backend: 'b',
      pictures: 1,
      messages: 0,
      earlier: 0,
      message: 'A picture',
    };
    const compacted = { reason: 'refused' as const, succeeded: true, message: 'Summed up' };
    const begun = begunTurn(log);
    const events = [log.event('context.omitted', omitted), log.event('context.compacted', compacted)];
    expect(fold([...begun, ...events]).turns[0]?.parts.slice(-2)).toMatchObject([
      { kind: 'notice', level: 'info', text: 'A picture' },
      { kind: 'notice', level: 'info', text: 'Summed up' },
    ]);
  });

  it('shows a warning outside of any turn at the turn that was last', () => {
    const log = new LogFixture();
    const view = fold([...begunTurn(log), log.event('warning', { message: 'Careful' }, null)]);
    expect(view.turns[0]?.parts.at(-1)).toMatchObject({ kind: 'notice', level: 'warning', text: 'Careful' });
  });
});

describe('the numbers of a chat log', () => {
  it('drops what is repeated after a reconnect', () => {
    const log = new LogFixture();
    const events = [...begunTurn(log), log.event('message.delta', { messageId: 'm2', delta: 'once' })];
    const view = fold(events);
    expect(fold(events, view)).toBe(view);
  });

  it('reports a hole and leaves out what comes after it', () => {
    const log = new LogFixture();
    const begun = begunTurn(log);
    log.event('message.delta', { messageId: 'm2', delta: 'lost' });
    const late = log.event('message.delta', { messageId: 'm2', delta: 'late' });
    const { view, gap } = applyEvents(emptyView, [...begun, late]);
    expect(gap).toBe(true);
    expect(view.lastSeq).toBe(3);
    expect(view.turns[0]?.parts).toHaveLength(1);
  });

  it('goes over what was compacted away, as far as an event names the one before it', () => {
    const log = new LogFixture();
    const begun = begunTurn(log);
    log.event('message.delta', { messageId: 'm2', delta: 'Hello' });
    const completed = log.event('message.completed', { message: message('m2', 'assistant', 'Hello') });
    const kept = { ...completed, previousSeq: 3 };
    const live = log.event('warning', { message: 'now' });
    expect(applyEvents(emptyView, [...begun, kept, live])).toMatchObject({ gap: false, view: { lastSeq: live.seq } });
    expect(applyEvents(emptyView, [...begun.slice(0, 2), kept])).toMatchObject({ gap: true, view: { lastSeq: 2 } });
  });

  it('reports a hole where the log begins later by now: what it has not seen is in no log any more', () => {
    const log = new LogFixture();
    const begun = begunTurn(log);
    log.event('message.delta', { messageId: 'm2', delta: 'gone' });
    const beginning = { ...log.event('log.truncated', { upTo: 5 }, null), previousSeq: 0 };
    const next = log.event('warning', { message: 'next' });
    const { view, gap } = applyEvents(emptyView, [...begun, beginning, next]);
    expect(gap).toBe(true);
    expect(view.lastSeq).toBe(3);
    expect(applyEvents({ ...view, lastSeq: beginning.seq }, [beginning, next]).gap).toBe(false);
  });

  it('takes in what follows in a compacted log although it has seen what was compacted away', () => {
    const log = new LogFixture();
    const begun = begunTurn(log);
    const delta = log.event('message.delta', { messageId: 'm2', delta: 'Hel' });
    const completed = log.event('message.completed', { message: message('m2', 'assistant', 'Hello') });
    const kept = { ...completed, previousSeq: 3 };
    const { view, gap } = applyEvents(emptyView, [...begun, delta, kept]);
    expect(gap).toBe(false);
    expect(view.turns[0]?.parts.at(-1)).toMatchObject({ text: 'Hello' });
  });

  it('leaves out what it is told of turns of a page that it has not read', () => {
    const log = new LogFixture();
    const view = { ...fold(begunTurn(log)), previousCursor: 'earlier' };
    const late = log.event('message.completed', { message: message('m0', 'assistant', 'Late', 't0') }, 't0');
    const next = log.event('message.created', { message: message('m9', 'user', 'next', 't2') }, 't2');
    const after = fold([late, next], view);
    expect(after.turns.map(({ id }) => id)).toEqual(['t1', 't2']);
    expect(after.lastSeq).toBe(next.seq);
  });

  it('folds a log of many deltas fast enough to replay on opening', () => {
    const log = new LogFixture();
    const events: ChatEvent[] = begunTurn(log);
    for (let i = 0; i < 20_000; i++) events.push(log.event('message.delta', { messageId: 'm2', delta: 'word ' }));
    const startedAt = performance.now();
    expect(fold(events).lastSeq).toBe(20_003);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
