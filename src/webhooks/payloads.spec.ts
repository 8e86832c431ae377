import type { EffectiveLimits } from '../access/limits/limit-settings';
import type { ChatEvent } from '../chat/event-log/chat-event';
import { noticeOfEvent, noticeOfKey, noticesOfCounter } from './payloads';

const base = { chatId: 'chat', seq: 7, previousSeq: 6, turnId: 'turn', at: '2026-11-29T00:00:00.000Z' };
const event = (type: string, data: object): ChatEvent => ({ ...base, type, data }) as unknown as ChatEvent;
const NO_LIMITS = {
  ...{ turns_at_once: 0, turns_per_minute: 0, tokens_per_day: 0, tokens_per_month: 0 },
  ...{ cost_per_day: 0, cost_per_month: 0, storage: 0 },
} satisfies EffectiveLimits;
const counter = (tokens: number, more: number, period = '2026-11-29') => ({
  ...{ kind: 'user' as const, ownerId: 'ada', period, tokens, costMicros: tokens },
  more: { tokens: more, costMicros: more },
});

describe('what a webhook is told', () => {
  it('of a turn is how it ended, and not in which words', () => {
    const turn = { kind: 'message', mode: 'default', createdAt: 'a', startedAt: 'b', endedAt: 'c', error: 'secret' };
    const error = { code: 'turn_failed', message: 'a secret of the provider' };
    const notice = noticeOfEvent(event('turn.completed', { status: 'failed', usage: { totalTokens: 3 }, error, turn }));
    expect(notice?.data).toEqual({
      ...{ chatId: 'chat', turnId: 'turn', seq: 7, status: 'failed', kind: 'message', mode: 'default' },
      ...{ error: { code: 'turn_failed' }, usage: { totalTokens: 3 }, createdAt: 'a', startedAt: 'b', endedAt: 'c' },
    });
  });

  it('of an approval is that it waits, and not what for; nothing where a rule has answered it', () => {
    const approval = { id: 'one', itemId: null, kind: 'command', createdAt: 'a', expiresAt: 'b', request: 'rm secret' };
    const asked = (status: string) => noticeOfEvent(event('approval.requested', { approval: { ...approval, status } }));
    expect(asked('pending')?.data).toMatchObject({ approvalId: 'one', kind: 'command', expiresAt: 'b' });
    expect(JSON.stringify(asked('pending'))).not.toContain('secret');
    expect(asked('resolved')).toBeUndefined();
    expect(noticeOfEvent(event('message.completed', { message: {} }))).toBeUndefined();
  });

  it('of a budget comes with the call that reaches it, and with none after', () => {
    const limits = { ...NO_LIMITS, tokens_per_day: 100, cost_per_month: 50 };
    const told = (tokens: number, more: number, period?: string) =>
      noticesOfCounter(counter(tokens, more, period), limits).map(({ data }) => data.limit);
    expect(told(99, 99)).toEqual([]);
    expect(told(100, 1)).toEqual(['tokens_per_day']);
    expect(told(130, 80)).toEqual(['tokens_per_day']);
    expect(told(130, 30)).toEqual([]);
    expect(told(60, 20, '2026-11')).toEqual(['cost_per_month']);
    expect(noticesOfCounter(counter(1_000, 1_000), NO_LIMITS)).toEqual([]);
  });

  it('of the budget of a key is whose it is, once', () => {
    const spending = { keyId: 'key', userId: 'ada', periodStart: '', spentMicros: 10, moreMicros: 3, budgetMicros: 10 };
    expect(noticeOfKey(spending)?.data).toMatchObject({
      scope: 'gateway_key',
      keyId: 'key',
      maximum: 10,
      period: null,
    });
    expect(noticeOfKey({ ...spending, spentMicros: 13 })).toBeUndefined();
    expect(noticeOfKey({ ...spending, budgetMicros: null })).toBeUndefined();
  });
});
