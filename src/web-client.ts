import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type Response } from 'express';
import { join } from 'node:path';
import { pagePolicy } from './common/security-headers';

/** Of the build: `dist/src` and `dist/web` lie side by side. */
const FILES = join(__dirname, '..', 'web');

/** Its own files, its API, and pictures that a user has chosen. */
const policy = pagePolicy({
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:', 'blob:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
});

/** Serves the web client at `/`, with nothing loaded from elsewhere. */
export function serveWebClient(app: NestExpressApplication): void {
  const files = express.static(FILES, {
    index: 'index.html',
    setHeaders: (response: Response, path) => {
      policy(response.req, response, () => undefined);
      const immutable = path.includes(join(FILES, 'assets'));
      response.setHeader('Cache-Control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.use(files);
}
