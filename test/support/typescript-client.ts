import type * as Package from '../../clients/typescript/dist/index.js';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { REPOSITORY } from './service-process';

/** The built package, as a program that has installed it gets it. */
export const loadClient = (): Promise<typeof Package> =>
  Promise.resolve(createRequire(__filename)(join(REPOSITORY, 'clients/typescript/dist/index.js')) as typeof Package);
