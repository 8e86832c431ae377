import type { ModelEntry } from '../evidence/entries';
import { BROKEN_ACTIONS, KEPT_ACTIONS, SENT_AGAIN, UNANSWERED_WORD } from './broken-actions';
import { BROKEN_TALK } from './broken-talk';
import { check } from './check';
import { ACCEPTED, EVENTS, FOLLOWED, KEPT, RUN, before, received, seen } from './specimen';
import { VIOLATION_KINDS } from './violation';

const BROKEN = [...BROKEN_TALK, ...BROKEN_ACTIONS];

describe('the checker of a chaos run', () => {
  it('finds nothing in a run that kept all promises', () => {
    expect(check(KEPT)).toEqual([]);
    expect(check(KEPT_ACTIONS)).toEqual([]);
  });

  it('takes a resumed reader and a second run after the model broke off for what they are', () => {
    const clients = received(...seen(before), { ...FOLLOWED, after: 4 }, ...seen(EVENTS.slice(4))).clients;
    const model: ModelEntry[] = [
      RUN[0]!,
      { kind: 'ended', request: 0, how: 'cut' },
      ...RUN.map((entry) => ({ ...entry, request: 1 })),
    ];
    expect(check({ ...KEPT, clients, model })).toEqual([]);
  });

  it('takes a log that was compacted behind its readers, and under one of them, for what it is', () => {
    const compacted = EVENTS.filter(({ type }) => type !== 'message.delta');
    const events = compacted.map((entry, index) => ({ ...entry, previousSeq: compacted[index - 1]?.seq ?? 0 }));
    const kept = { ...KEPT, database: { ...KEPT.database, events } };
    expect(check(kept)).toEqual([]);
    const away = received(...seen(EVENTS.slice(0, 5)), { ...FOLLOWED, after: 5 }, ...seen(events.slice(4)));
    expect(check({ ...kept, clients: away.clients })).toEqual([]);
    const missed = received(...seen(events.filter(({ type }) => type !== 'message.completed')));
    expect(check({ ...kept, clients: missed.clients }).map(({ kind }) => kind)).toContain('client_gap');
  });

  it('takes what nobody was promised for what it is', () => {
    expect(check(UNANSWERED_WORD)).toEqual([]);
    expect(check(SENT_AGAIN).map(({ kind }) => kind)).toContain('memory_repeated');
    expect(check({ ...SENT_AGAIN, unrestored: ['c'] })).toEqual([]);
    const forgotten = BROKEN_ACTIONS.filter(([kind]) => kind === 'memory_lost').map(([, , evidence]) => evidence);
    expect(check({ ...forgotten[0]!, unrestored: ['c'] })).toEqual([]);
    const [accepted, killed, asked] = ['01', '02', '03'].map((second) => `2026-01-01T00:00:${second}.000Z`);
    const clients = [
      ...SENT_AGAIN.clients,
      { ...ACCEPTED, clientMessageId: 'w', messageId: 'm3', turnId: 't2', at: accepted },
      { kind: 'killed', at: killed } as const,
    ];
    const model = SENT_AGAIN.model.map((entry) => ({ ...entry, at: asked }));
    expect(check({ ...SENT_AGAIN, clients, model })).toEqual([]);
    const turns = SENT_AGAIN.database.turns.map((turn) => ({ ...turn, errorCode: 'instance_lost' }));
    const kinds = check({ ...SENT_AGAIN, database: { ...SENT_AGAIN.database, turns } }).map(({ kind }) => kind);
    expect(kinds).not.toContain('memory_repeated');
  });

  it.each(BROKEN)('finds %s: %s', (kind, _, evidence) => {
    expect(check(evidence).map((found) => found.kind)).toContain(kind);
  });

  it('is tried on every kind of violation', () => {
    expect(new Set(BROKEN.map(([kind]) => kind))).toEqual(new Set(VIOLATION_KINDS));
  });
});
