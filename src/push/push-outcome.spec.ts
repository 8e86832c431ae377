import { outcomeOf } from './push-outcome';
import { vapidDetails } from './vapid-key';

const NOW_MS = Date.parse('2026-11-29T12:00:00.000Z');
const inMinutes = (minutes: number): string => new Date(NOW_MS + minutes * 60_000).toISOString();
const outcome = (
  status: number | null,
  more: { attempts?: number; kind?: 'ended' | 'test'; after?: number; left?: number } = {},
) => {
  const { attempts = 1, kind = 'ended', after = 0, left = 60 } = more;
  const error = status === 201 ? null : 'It failed.';
  const result = { status, error, isTaken: error === null, durationMs: 5, retryAfterSeconds: after };
  return outcomeOf(result, { attempts, kind, expiresAt: inMinutes(left) }, NOW_MS);
};

describe('an attempt to tell a browser', () => {
  it('ends with what its push service says: taken, gone, or not to be repeated', () => {
    expect([201, 404, 410].map((status) => outcome(status).name)).toEqual(['sent', 'gone', 'gone']);
    expect([302, 400, 403, 413].map((status) => outcome(status).name)).toEqual(Array(4).fill('failed'));
  });

  it('is repeated where that may change, later and later, not before the push service wants it', () => {
    expect([null, 429, 500, 503].map((status) => outcome(status).name)).toEqual(Array(4).fill('retry'));
    expect(outcome(429, { after: 600 })).toMatchObject({ nextAttemptAt: inMinutes(10) });
  });

  it('is not repeated when it would be no news any more, nor for ever, nor where it is a test', () => {
    expect(outcome(429, { after: 600, left: 9 }).name).toBe('failed');
    expect(outcome(500, { attempts: 10, left: 9_999 }).name).toBe('failed');
    expect(outcome(500, { kind: 'test' }).name).toBe('failed');
  });
});

describe('the key of the service', () => {
  it('has the public one that follows from it, and is refused where it is none', () => {
    // RFC 8291, appendix A.
    const details = vapidDetails(
      Buffer.from('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw', 'base64url'),
      'mailto:me@example.com',
    );
    expect(details.publicKey).toBe(
      'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
    );
    expect(() => vapidDetails(Buffer.alloc(32), 'mailto:me@example.com')).toThrow(/P-256/);
  });
});
