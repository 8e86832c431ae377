import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type NextFunction, type Request, type Response } from 'express';
import { join } from 'node:path';

/** Of the build: `dist/src` and `dist/web` lie side by side. */
const FILES = join(__dirname, '..', 'web');

const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

/** Serves the web client at `/`, with nothing loaded from elsewhere. */
export function serveWebClient(app: NestExpressApplication): void {
  const files = express.static(FILES, {
    index: 'index.html',
    setHeaders: (response, path) => {
      const immutable = path.includes(join(FILES, 'assets'));
      response.setHeader('Cache-Control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (request.path === '/' || request.path.startsWith('/assets/')) {
      response.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
      response.setHeader('X-Content-Type-Options', 'nosniff');
      response.setHeader('Referrer-Policy', 'same-origin');
    }
    next();
  });
  app.use(files);
}
