import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AuditLog } from './access/audit/audit-log';
import { auditedRequests } from './access/audit/audited-requests';
import { AppModule } from './app.module';
import { API_PATHS } from './common/api-paths';
import { AccessControl } from './auth/access-control';
import { guardEntrance } from './auth/entrance';
import { TrustedProxies } from './common/client-address';
import { compressedAnswers } from './common/compressed-answers';
import { ConnectionLimits } from './common/connection-limits';
import { jsonBody } from './common/json-body';
import { Logger } from './common/logger';
import { originCheck } from './common/origin-check';
import { ProblemFilter } from './common/problem.filter';
import { requestLog } from './common/request-log';
import { validationPipe } from './common/validation';
import { ServerConfig } from './config/server.config';
import { WebSocketEndpoints } from './contracts/web-socket-endpoints';
import { serveDocumentation } from './documentation';
import { isResponsesSocket } from './gateway/responses-api/websocket/responses-socket-server';
import { HttpServerAdapter } from './http-server.adapter';
import { ProtectedResource } from './protocols/mcp-server/protected-resource';
import { SocketServer } from './realtime/socket-server';
import { serveWebClient } from './web-client';

/** What pages of elsewhere that may call are to read. */
const EXPOSED_HEADERS = ['x-request-id', 'Retry-After', 'WWW-Authenticate', 'Mcp-Session-Id'];
/** Images travel inside messages, as data URLs. */
const API_BODY_BYTES = 16 * 1024 * 1024;

/** The whole service, wired, not yet listening. */
export async function createApplication(): Promise<NestExpressApplication> {
  const adapter = new HttpServerAdapter();
  const app = await NestFactory.create<NestExpressApplication>(AppModule, adapter, {
    bodyParser: false,
    // What goes wrong before there is a logger is thrown, and told once.
    logger: false,
    abortOnError: false,
    // Viewers of running streams do not keep the service from its end; of Socket.IO, too, which closes the server first.
    forceCloseConnections: true,
  });
  const logger = app.get<Logger>(Logger);
  const config = app.get(ServerConfig);
  const access = app.get(AccessControl);
  const sockets = new SocketServer(app, config, access);
  const endpoints = app.get(WebSocketEndpoints);
  adapter.basePath = config.basePath;
  adapter.takesUpgrade = (request) =>
    access.refusalOf(request) === undefined &&
    (isResponsesSocket(request) || endpoints.takesUpgrade(request) || sockets.takesUpgrade(request));
  app.get(ConnectionLimits).attach(app.getHttpServer());
  app.use(requestLog(logger.child({ component: 'http' }), new TrustedProxies(config.trustedProxies)));
  app.use(auditedRequests(app.get(AuditLog)));
  // Before what may refuse a request: a page that may call is to read that, too.
  app.enableCors({ origin: config.corsOrigins, exposedHeaders: EXPOSED_HEADERS });
  app.use('/mcp', app.get(ProtectedResource).challenge);
  guardEntrance(app);
  if (config.compression === 'on') app.use(compressedAnswers());
  for (const path of API_PATHS) {
    app.use(path, originCheck(config));
    app.use(path, jsonBody(API_BODY_BYTES));
  }
  app.disable('x-powered-by');
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter(logger.child({ component: 'http' })));
  app.useWebSocketAdapter(sockets);
  serveDocumentation(app, config.basePath);
  serveWebClient(app, config);
  return app;
}
