import { createRequire } from 'node:module';
import { PoolConfig } from '../../src/config/pool.config';
import { CodexBinary } from '../../src/runtime/codex-binary';

const { version } = createRequire(__filename)('@openai/codex/package.json') as { version: string };

/** The version of codex that this repository pins. */
export const PINNED_CODEX = version;

/**
 * The codex that tests use: the pinned one, or that which `npm run codex:check` names. Its path is empty for the pinned one,
 * as in CODEX_BINARY_PATH.
 */
export const CODEX_UNDER_TEST = {
  path: process.env.CODEX_UNDER_TEST ?? '',
  version: process.env.CODEX_UNDER_TEST_VERSION ?? PINNED_CODEX,
};

export const codexUnderTest = (): CodexBinary =>
  new CodexBinary(Object.assign(new PoolConfig(), { binaryPath: CODEX_UNDER_TEST.path }));
