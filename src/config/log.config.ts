import { IsIn } from 'class-validator';
import { asLowerCase, Env } from './env.decorator';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export const LOG_FORMATS = ['text', 'json'] as const;

/** What is logged, and how. */
export class LogConfig {
  /** Least severe level that is written. Codex's own lines are written at `debug`. */
  @Env('LOG_LEVEL', asLowerCase)
  @IsIn(LOG_LEVELS)
  level: (typeof LOG_LEVELS)[number] = 'info';

  /** `text` for a person, `json` (one object a line) for a collector. */
  @Env('LOG_FORMAT', asLowerCase)
  @IsIn(LOG_FORMATS)
  format: (typeof LOG_FORMATS)[number] = 'text';
}
