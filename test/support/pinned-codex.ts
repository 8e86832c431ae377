import { createRequire } from 'node:module';

const { version } = createRequire(__filename)('@openai/codex/package.json') as { version: string };

/** The version of codex that this repository pins. */
export const PINNED_CODEX = version;
