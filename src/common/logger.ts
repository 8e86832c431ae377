import { LoggerService } from '@nestjs/common';
import pino, { DestinationStream, Logger as PinoLogger } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { LogConfig } from '../config/log.config';
import { withVisibleTexts } from './hidden-characters';
import { requestContext } from './request-context';

/** Injection class of the service's logger; `child({component})` names the part that writes. */
export abstract class Logger {
  abstract child(bindings: Record<string, unknown>): PinoLogger;
}
export type ComponentLogger = PinoLogger;

const REDACTED = [
  '*.authorization',
  '*.cookie',
  '*.apiKey',
  '*.api_key',
  '*.token',
  'authorization',
  'apiKey',
  'token',
  // What a statement that failed was to write: it belongs to users.
  'err.parameters',
];

/**
 * A pino logger whose lines carry the id of the request they belong to.
 *
 * @param destination of the lines; left out: stdout.
 */
export function createLogger(config: LogConfig, destination?: DestinationStream): PinoLogger {
  const options: pino.LoggerOptions = {
    level: config.level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: REDACTED, censor: '[redacted]' },
    mixin: () => ({ ...requestContext.getStore() }),
  };
  if (config.format === 'json') return pino(options, destination);
  const toText = prettyFactory({ colorize: process.stdout.isTTY, ignore: 'hostname,pid', singleLine: true });
  const output = destination ?? pino.destination({ dest: 1, sync: true });
  return pino(options, { write: (line) => output.write(toText(withVisibleTexts(line.trimEnd()))) });
}

/** Nest's own lines in the same log. */
export class NestLogger implements LoggerService {
  private readonly logger: PinoLogger;

  constructor(root: PinoLogger) {
    this.logger = root.child({ component: 'nest' });
  }

  log(message: unknown): void {
    this.logger.debug(String(message));
  }

  debug(message: unknown): void {
    this.logger.debug(String(message));
  }

  verbose(message: unknown): void {
    this.logger.trace(String(message));
  }

  warn(message: unknown): void {
    this.logger.warn(String(message));
  }

  error(message: unknown, stack?: unknown): void {
    this.logger.error({ stack: typeof stack === 'string' ? stack : undefined }, String(message));
  }
}
