import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { pagePolicy } from './common/security-headers';
import type { ServerConfig } from './config/server.config';

/** Of the build: `dist/src` and `dist/web` lie side by side. */
const FILES = join(__dirname, '..', 'web');
const ASSETS = join(FILES, 'assets');
const FRAMES = join(FILES, 'frames');
const BROTLI = '.br';

/** Its own files, its API, and pictures that a user has chosen. */
const policy = pagePolicy({
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:', 'blob:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  frameSrc: ["'self'"],
  manifestSrc: ["'self'"],
  workerSrc: ["'self'"],
});

/**
 * In which the page has diagrams drawn: of an origin of its own, as its content is not trusted, which reaches nothing, and which
 * only the page itself may show. What draws writes styles into the drawing.
 */
const framePolicy = pagePolicy({
  sandbox: ['allow-scripts'],
  scriptSrc: ["'self'"],
  styleSrc: ["'unsafe-inline'"],
  imgSrc: ['data:'],
  frameAncestors: ["'self'"],
});

/** Serves the web client at `/`, with nothing loaded from elsewhere; where a proxy shows it below a path, its slash is added. */
export function serveWebClient(app: NestExpressApplication, { basePath, compression }: ServerConfig): void {
  // What the page loads is named from the folder that it lies in.
  if (basePath !== '') {
    app.use(basePath, (_request: Request, response: Response) => response.redirect(308, `${basePath}/`));
  }
  const files = express.static(FILES, {
    index: 'index.html',
    setHeaders: (response: Response, path) => {
      const isFrame = path.startsWith(FRAMES);
      (isFrame ? framePolicy : policy)(response.req, response, () => undefined);
      if (isFrame) {
        response.setHeader('X-Frame-Options', 'SAMEORIGIN');
        // Sandboxed, it shares its origin with nothing: browsers complain that there is none to key it by.
        response.removeHeader('Origin-Agent-Cluster');
      }
      const immutable = path.includes(ASSETS);
      // Nothing of anybody's, and the frame's origin is another one.
      if (immutable) response.setHeader('Access-Control-Allow-Origin', '*');
      response.setHeader('Cache-Control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  if (compression === 'on') app.use('/assets', storedCompressed());
  app.use(sharedPage, files);
}

/** The page that a link opens is the same file: it reads the link's token behind the `#`, which no log gets to see. */
function sharedPage(request: Request, _response: Response, next: () => void): void {
  if (request.path === '/shared') request.url = '/index.html';
  next();
}

/** Gives scripts and styles as the build has compressed them, to whoever accepts that: smaller than it can be done in passing. */
function storedCompressed(): RequestHandler {
  const compressed = new Set(readdirSync(ASSETS).filter((name) => name.endsWith(BROTLI)));
  return (request, response, next) => {
    const name = request.path.slice(1);
    if (!compressed.has(`${name}${BROTLI}`)) return next();
    response.vary('Accept-Encoding');
    if (request.acceptsEncodings('br') === false) return next();
    response.type(extname(name)).set('Content-Encoding', 'br');
    request.url = `/${name}${BROTLI}`;
    next();
  };
}
