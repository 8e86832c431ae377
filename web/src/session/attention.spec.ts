import type { Chat } from '../api/types';
import {
  afterChange,
  afterDeletion,
  afterLook,
  type Attention,
  countOf,
  fromStored,
  noAttention,
  storedForm,
} from './attention';

const chat = (status: Chat['status'], changes: Partial<Chat> = {}): Chat =>
  ({ id: 'c', title: 'Build', status, archived: false, role: 'owner', ...changes }) as Chat;

function through(...steps: [chat: Chat, seen?: string][]): { attention: Attention; told: string[] } {
  let attention = noAttention;
  const told: string[] = [];
  for (const [next, seen = null] of steps) {
    const change = afterChange(attention, [next], seen);
    attention = change.attention;
    told.push(...change.news.map(({ kind }) => kind));
  }
  return { attention, told };
}

describe('what a person should look at', () => {
  it('is a chat that has ended while they looked elsewhere, until they look', () => {
    const { attention, told } = through([chat('running')], [chat('idle')]);
    expect([countOf(attention), told]).toEqual([1, ['ended']]);
    expect(countOf(afterLook(attention, 'other'))).toBe(1);
    expect(countOf(afterLook(attention, 'c'))).toBe(0);
  });

  it('is not a chat that has ended before their eyes, nor one that was idle all along', () => {
    expect(countOf(through([chat('running')], [chat('idle'), 'c']).attention)).toBe(0);
    expect(countOf(through([chat('idle')], [chat('idle')]).attention)).toBe(0);
  });

  it('is a chat that waits for them, told once, until it waits no more', () => {
    const waiting = through([chat('waiting_for_approval'), 'c'], [chat('waiting_for_approval')]);
    expect([countOf(waiting.attention), waiting.told]).toEqual([1, ['waiting']]);
    const after = through([chat('waiting_for_approval')], [chat('running')], [chat('idle')]);
    expect([countOf(after.attention), after.told]).toEqual([1, ['waiting', 'ended']]);
  });

  it.each<[string, Partial<Chat>]>([
    ['is put away', { archived: true }],
    ['they may only read', { role: 'viewer' }],
  ])('is no chat that %s', (_what, change) => {
    expect(through([chat('running')], [chat('waiting_for_approval', change)])).toEqual({
      attention: noAttention,
      told: [],
    });
  });

  it('is no chat that is deleted', () => {
    expect(afterDeletion(through([chat('running')], [chat('idle')]).attention, 'c')).toEqual(noAttention);
  });

  it('is kept over a reload, and what else is stored does no harm', () => {
    const { attention } = through([chat('running')], [chat('idle')], [chat('running', { id: 'd' })]);
    expect(fromStored(JSON.parse(JSON.stringify(storedForm(attention))))).toEqual(attention);
    for (const stored of [null, 7, [], { busy: 1, ended: [['a'], 3, null] }]) {
      expect(countOf(fromStored(stored))).toBeLessThanOrEqual(1);
    }
  });

  it('is bounded', () => {
    let attention = noAttention;
    for (let index = 0; index < 150; index++) {
      const id = `c${index}`;
      attention = afterChange(attention, [chat('running', { id }), chat('idle', { id })], null).attention;
    }
    expect([countOf(attention), attention.ended.has('c149'), attention.ended.has('c0')]).toEqual([100, true, false]);
  });
});
