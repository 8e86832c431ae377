import type { ChatEvent } from '../chat/event-log/chat-event';
import { newsOfEvent, pushBody, topicOf } from './push-news';

const AT = '2026-11-29T12:00:00.000Z';
const base = { chatId: 'chat', seq: 7, previousSeq: 6, turnId: 'turn', at: AT };
const event = (type: string, data: object): ChatEvent => ({ ...base, type, data }) as unknown as ChatEvent;
const ended = (status: string, code?: string) => {
  const error = code === undefined ? null : { code, message: 'a secret of the provider' };
  return newsOfEvent(event('turn.completed', { status, error, turn: { id: 'turn' } }));
};

describe('what browsers are told while the page is closed', () => {
  it('is that a turn has ended, unless somebody has wanted it to', () => {
    expect(ended('completed')).toMatchObject({
      kind: 'ended',
      chatId: 'chat',
      subjectId: 'turn',
      turnStatus: 'completed',
    });
    expect(ended('failed', 'turn_limit_reached')).toMatchObject({ turnStatus: 'failed' });
    expect(ended('interrupted', 'service_restarted')).toMatchObject({ turnStatus: 'interrupted' });
    expect([ended('interrupted'), ended('interrupted', 'removed_from_queue')]).toEqual([undefined, undefined]);
  });

  it('is that an approval waits, as long as it can be answered, and not what for', () => {
    const approval = { id: 'one', kind: 'command', expiresAt: '2026-11-29T12:10:00.000Z', request: 'rm secret' };
    const asked = (more: object) => newsOfEvent(event('approval.requested', { approval: { ...approval, ...more } }));
    expect(asked({ status: 'pending' })).toEqual({
      ...{ kind: 'waiting', chatId: 'chat', subjectId: 'one', turnStatus: null, expiresAt: approval.expiresAt },
    });
    expect(asked({ status: 'pending', expiresAt: '2027-01-01T00:00:00.000Z' })?.expiresAt).toBe(
      '2026-11-30T12:00:00.000Z',
    );
    expect(asked({ status: 'resolved' })).toBeUndefined();
    expect(newsOfEvent(event('message.completed', { message: {} }))).toBeUndefined();
  });

  it('has one length, whatever the title is', () => {
    const news = ended('completed');
    const bodies = ['', 'Ärger im Büro 🙂', '漢'.repeat(5_000)].map((title) => pushBody(news!, title));
    expect(bodies.map((body) => Buffer.byteLength(body))).toEqual([768, 768, 768]);
    expect((JSON.parse(bodies[2] ?? '') as { title: string }).title).toBe(`${'漢'.repeat(119)}…`);
  });

  it('takes the place of what was sent of the same chat, under a name that tells nothing of it', () => {
    const topic = topicOf('sub', 'chat');
    expect(topic).toMatch(/^[\w-]{32}$/);
    expect(topic).toBe(topicOf('sub', 'chat'));
    expect(new Set([topic, topicOf('other', 'chat'), topicOf('sub', 'other'), topicOf('sub', null)]).size).toBe(4);
  });
});
