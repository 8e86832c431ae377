import { QueryFailedError } from 'typeorm';
import { LogConfig } from '../config/log.config';
import { createLogger } from './logger';

describe('the log as text', () => {
  it('cannot be made to show a line that nobody wrote, nor to command a terminal', () => {
    const written: string[] = [];
    const config = Object.assign(new LogConfig(), { level: 'info', format: 'text' });
    const logger = createLogger(config, { write: (line) => void written.push(line) });
    const forged = 'no\n[12:00:00.000] INFO: all is well\x1b[2J\u202e';
    logger.info({ userAgent: forged, err: new Error(forged) }, `said ${forged}`);
    const text = written.join('');
    expect(text).toContain('said no\\u000a[12:00:00.000] INFO: all is well\\u001b[2J\\u202e');
    expect(text).not.toMatch(/^\[12:00:00\.000\]/m);
    expect(text).not.toContain('\x1b[2J');
    expect(text).not.toContain('\u202e');
    expect(text).toMatch(/\n +at /);
  });
});

describe('the log', () => {
  const lines: string[] = [];
  const logger = createLogger(Object.assign(new LogConfig(), { level: 'info', format: 'json' }), {
    write: (line) => void lines.push(line),
  });

  it('says why a statement failed, and none of the values that it was to write', () => {
    const cause = new Error('SQLITE_CORRUPT: database disk image is malformed');
    const err = new QueryFailedError(
      'INSERT INTO "messages"("content") VALUES (?)',
      ['what a user has written'],
      cause,
    );
    logger.child({ component: 'http' }).error({ err }, 'a request failed');
    expect(lines.join()).toContain('SQLITE_CORRUPT');
    expect(lines.join()).not.toContain('what a user has written');
  });

  describe('of what a provider says', () => {
    // A line end, a color, the end of a line of C1, another direction of writing, a line end of JavaScript.
    const SAID = 'busy\n[12:00:00] \u001b[31mERROR: forged\u0085\u202Egnihton\u2028';
    // eslint-disable-next-line no-control-regex -- those are what must not be there
    const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/;

    it.each(['text', 'json'] as const)(
      'shows control characters as escapes, and makes no line of it, as %s',
      (format) => {
        const written: string[] = [];
        const log = createLogger(Object.assign(new LogConfig(), { level: 'info', format }), {
          write: (line) => void written.push(line),
        });
        log.warn({ reason: SAID, nested: { words: [SAID] } }, `it ${SAID}`);
        log.error({ err: new Error(SAID) }, 'failed');
        const all = written.join('');
        expect(all).not.toMatch(UNSEEN);
        expect(all).toContain('\\u202e');
        expect(all).not.toMatch(/^\s*\[12:00:00\]/m);
        if (format === 'json') expect(JSON.parse(written[0] ?? '')).toMatchObject({ reason: SAID, msg: `it ${SAID}` });
      },
    );
  });
});
