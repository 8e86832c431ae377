import { QueryFailedError } from 'typeorm';
import { LogConfig } from '../config/log.config';
import { createLogger } from './logger';

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
