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
    expect(text).toContain('said no\\n[12:00:00.000] INFO: all is well\\u001b[2J\\u202e');
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
});
