import { Global, Module } from '@nestjs/common';
import { LogConfig } from '../config/log.config';
import { createLogger, Logger } from './logger';

const logger = { provide: Logger, useFactory: createLogger, inject: [LogConfig] };

@Global()
@Module({ providers: [logger], exports: [logger] })
export class LoggerModule {}
