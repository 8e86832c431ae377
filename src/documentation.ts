import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asyncApi } from './async-api/async-api';
import type { JsonSchema, JsonSchemas } from './async-api/json-schema';
import { PERMISSION_EXTENSION } from './auth/authorized.decorator';
import { once } from './common/once';
import { withExamples } from './documentation-examples';
import { withSchemaVariants } from './common/schema-variants';
import { pagePolicy } from './common/security-headers';
import { serviceVersion } from './common/service-version';
import { PoolSocket } from './compat/pool/pool.socket';
import { ContractConfig } from './config/contract.config';
import { WebSocketEndpoints } from './contracts/web-socket-endpoints';
import { CallPermissions } from './realtime/call-permissions';
import { ChatSocket } from './realtime/chat.socket';

const DESCRIPTION = `Users' chats with the Codex agent.

Make a chat, send it a message, and read or follow its events. Errors are problem documents (RFC 9457) with a stable
\`code\`. Times are ISO 8601 UTC; ids are UUIDv7. Lists are paged: pass \`nextCursor\` back as \`cursor\`.
A page of another origin than this service's may change something only if the origin is one of \`CORS_ORIGINS\`.

**Live:** \`GET /api/v1/chats/{id}/events\` with \`Accept: text/event-stream\`, or Socket.IO at namespace \`/chat\`: emit
\`chat:join {chatId, after?}\`, \`chat:leave\`, \`message:send {chatId, content, clientMessageId?}\`, \`turn:interrupt\`,
\`turn:steer {chatId, content}\`, \`approval:respond {approvalId, decision}\`, each acknowledged \`{ok, ...}\` or
\`{ok: false, error: {code, detail}}\`; listen to \`event\`.`;

/** Swagger UI and ReDoc write styles into their pages, and have images in them; scripts come from files alone. */
const POLICY = pagePolicy({
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
});

/**
 * The OpenAPI document; of an application that was made for a preview, too.
 *
 * @param basePath in front of every path
 */
export function openApiDocument(app: INestApplication, basePath = ''): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('codex-relay')
    .setDescription(DESCRIPTION)
    .setVersion(serviceVersion)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth()
    .addCookieAuth('codex_relay', { type: 'apiKey', in: 'cookie', description: 'What signing in sets in a browser.' });
  if (basePath !== '') builder.addServer(basePath);
  return withExamples(withPermissions(withSchemaVariants(SwaggerModule.createDocument(app, builder.build()))));
}

/** Each operation says in words what its caller needs. */
function withPermissions(document: OpenAPIObject): OpenAPIObject {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path) as Operation[]);
  for (const operation of operations) {
    const permission = operation[PERMISSION_EXTENSION];
    if (permission === undefined) continue;
    const sentence = `Needs the permission \`${permission}\`.`;
    operation.description = [operation.description, sentence].filter(Boolean).join('\n\n');
  }
  return document;
}

interface Operation {
  description?: string;
  readonly [PERMISSION_EXTENSION]?: string;
}

/** The AsyncAPI document of an application whose modules are made. @param basePath in front of every path */
function asyncApiDocument(app: INestApplication, basePath: string): JsonSchema {
  const { schemas = {} } = openApiDocument(app).components ?? {};
  const hasPool = !app.get(ContractConfig).disabled.includes('pool');
  return asyncApi({
    ...{ version: serviceVersion, basePath, schemas: schemas as JsonSchemas },
    chatCalls: new CallPermissions(ChatSocket).entries,
    poolCalls: hasPool ? new CallPermissions(PoolSocket).entries : undefined,
    endpoints: app.get(WebSocketEndpoints).available,
  });
}

/** Swagger UI at `/docs`, ReDoc at `/redoc`, the documents at `/openapi.json` and `/asyncapi.json`. */
export function serveDocumentation(app: NestExpressApplication, basePath: string): void {
  app.use(['/docs', '/redoc'], POLICY);
  SwaggerModule.setup('docs', app, () => openApiDocument(app, basePath), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'codex-relay API',
    swaggerOptions: {
      ...{ displayRequestDuration: true, tryItOutEnabled: true, persistAuthorization: true },
      // There are too many operations to be shown at once; an address leads to each.
      ...{ docExpansion: 'none', deepLinking: true },
    },
  });
  serveRedoc(app, basePath);
  let asyncDocument: string | undefined;
  app.use('/asyncapi.json', (_request: Request, response: Response) => {
    response.type('json').send((asyncDocument ??= JSON.stringify(asyncApiDocument(app, basePath))));
  });
}

const redocPage = (basePath: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>codex-relay API</title>
    <link rel="icon" type="image/svg+xml" href="${basePath}/favicon.svg" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <style>body { margin: 0 }</style>
  </head>
  <body>
    <redoc spec-url="${basePath}/openapi.json" disable-search></redoc>
    <script src="${basePath}/redoc/redoc.standalone.js"></script>
  </body>
</html>
`;

/** It would load a logo from a server of its makers, who would see by that who reads here. */
const FOREIGN_LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg';
const NO_LOGO = 'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E';

function readRedoc(): string {
  const bundle = join(dirname(require.resolve('redoc/package.json')), 'bundles', 'redoc.standalone.js');
  return readFileSync(bundle, 'utf8').replaceAll(FOREIGN_LOGO, NO_LOGO);
}

function serveRedoc(app: NestExpressApplication, basePath: string): void {
  const page = redocPage(basePath);
  const script = once(readRedoc);
  app.use('/redoc/redoc.standalone.js', (_request: Request, response: Response) => response.type('js').send(script()));
  app.use('/redoc', (_request: Request, response: Response) => response.type('html').send(page));
}
