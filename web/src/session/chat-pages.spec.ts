import type { Chat } from '../api/types';
import { groupsByDay, type ListQuery, withChanged, withoutChat } from './chat-pages';

const chat = (id: string, updatedAt: string, changes: Partial<Chat> = {}): Chat =>
  ({ id, updatedAt, archived: false, pinned: false, projectId: 'p', status: 'idle', ...changes }) as Chat;

const ALL: ListQuery = { archived: false, projectId: null, status: null, pinned: null };
const A = chat('a', '2026-03-03T10:00:00Z');
const B = chat('b', '2026-03-02T10:00:00Z');
const C = chat('c', '2026-03-01T10:00:00Z');
const ids = ({ data }: { data: readonly Chat[] }) => data.map(({ id }) => id).join('');

describe('a list of chats that changes while it is shown', () => {
  const whole = { data: [A, B, C], nextCursor: null };
  const first = { data: [A, B], nextCursor: 'more' };

  it('has what was used last at its beginning, and each chat once', () => {
    expect(ids(withChanged(whole, [{ ...C, updatedAt: '2026-03-04T00:00:00Z' }], ALL))).toBe('cab');
    expect(ids(withChanged(whole, [chat('d', '2026-03-05T00:00:00Z')], ALL))).toBe('dabc');
  });

  it('leaves to the next page what stands there', () => {
    expect(ids(withChanged(first, [C], ALL))).toBe('ab');
    expect(ids(withChanged(first, [{ ...B, title: 'other' }], ALL))).toBe('ab');
    expect(withChanged(first, [A], ALL).nextCursor).toBe('more');
  });

  it.each<[string, Partial<Chat>, Partial<ListQuery>]>([
    ['is put away', { archived: true }, {}],
    ['is filed elsewhere', { projectId: 'q' }, { projectId: 'p' }],
    ['waits no more', { status: 'running' }, { status: 'waiting_for_approval' }],
    ['is pinned', { pinned: true }, { pinned: false }],
  ])('loses a chat that %s', (_what, change, query) => {
    expect(ids(withChanged(whole, [{ ...B, ...change }], { ...ALL, ...query }))).toBe('ac');
  });

  it('loses a chat that is deleted', () => expect(ids(withoutChat(whole, 'b'))).toBe('ac'));
});

describe('the groups of a list', () => {
  const now = new Date(2026, 2, 15, 9);
  const on = (month: number, day: number, hour: number, year = 2026) =>
    chat(`${month}/${day}`, new Date(year, month, day, hour).toISOString());

  it('are today, yesterday, the week before, and months', () => {
    const chats = [
      on(2, 15, 0),
      on(2, 14, 23),
      on(2, 13, 12),
      on(2, 8, 1),
      on(2, 7, 23),
      on(1, 2, 2),
      on(11, 1, 1, 2025),
    ];
    expect(groupsByDay(chats, now).map(({ title, chats: own }) => `${title}: ${own.length}`)).toEqual([
      ...['Today: 1', 'Yesterday: 1', 'Previous 7 days: 2', 'March: 1', 'February: 1', 'December 2025: 1'],
    ]);
  });

  it('are none where there is nothing', () => expect(groupsByDay([], now)).toEqual([]));
});
