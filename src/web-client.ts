import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type Request, type Response } from 'express';
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

/** Serves the web client at `/`, with nothing loaded from elsewhere. @param basePath where a proxy shows it; its slash is added */
export function serveWebClient(app: NestExpressApplication, basePath: string): void {
  // What the page loads is named from the folder that it lies in.
  if (basePath !== '') {
    app.use(basePath, (_request: Request, response: Response) => response.redirect(308, `${basePath}/`));
  }
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
