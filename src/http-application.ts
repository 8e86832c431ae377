import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module';
import { Logger } from './common/logger';
import { ProblemFilter } from './common/problem.filter';
import { requestLog } from './common/request-log';
import { hostCheck } from './common/host-check';
import { jsonBody } from './common/json-body';
import { originCheck } from './common/origin-check';
import { securityHeaders } from './common/security-headers';
import { validationPipe } from './common/validation';
import { ServerConfig } from './config/server.config';
import { serveDocumentation } from './documentation';
import { SocketServer } from './realtime/socket-server';
import { serveWebClient } from './web-client';

/** Images travel inside messages, as data URLs. */
const API_BODY_LIMIT = '16mb';

/** The whole service, wired, not yet listening. */
export async function createApplication(): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule, {
    bodyParser: false,
    // What goes wrong before there is a logger is thrown, and told once.
    logger: false,
    abortOnError: false,
    // Viewers of running streams do not keep the service from its end.
    forceCloseConnections: true,
  });
  const logger = app.get<Logger>(Logger);
  const config = app.get(ServerConfig);
  app.use(securityHeaders());
  app.use(requestLog(logger.child({ component: 'http' })));
  app.use(hostCheck(config));
  // Before what may refuse a request: a page that may call is to read that, too.
  app.enableCors({ origin: config.corsOrigins, exposedHeaders: ['x-request-id', 'Retry-After'] });
  app.use('/api', originCheck(config));
  app.use('/api', jsonBody(API_BODY_LIMIT));
  app.disable('x-powered-by');
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter(logger.child({ component: 'http' })));
  app.useWebSocketAdapter(new SocketServer(app, config));
  serveDocumentation(app);
  serveWebClient(app);
  return app;
}
