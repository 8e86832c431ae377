import { secondsOf, wordsOf, wordsOfStatus } from './bounded-post';

describe('a call of an address that a user has named', () => {
  it('is told of in words that say nothing of the own network', () => {
    expect([200, 204].map(wordsOfStatus)).toEqual([null, null]);
    expect(wordsOfStatus(307)).toMatch(/redirects are not followed/);
    const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:443'), { code: 'ECONNREFUSED' });
    expect(wordsOf(refused)).toBe('The connection was refused.');
    expect(wordsOf(Object.assign(new Error('10.0.0.7'), { code: 'CERT_HAS_EXPIRED' }))).not.toContain('10.0.0.7');
  });

  it('is repeated after the seconds, or at the time, that Retry-After has', () => {
    const nowMs = Date.parse('2026-11-29T12:00:00Z');
    expect(secondsOf('120', nowMs)).toBe(120);
    expect(secondsOf('Sun, 29 Nov 2026 12:01:30 GMT', nowMs)).toBe(90);
    expect(['-5', 'soon', undefined, 'Sun, 29 Nov 2026 11:00:00 GMT'].map((text) => secondsOf(text, nowMs))).toEqual([
      0, 0, 0, 0,
    ]);
  });
});
