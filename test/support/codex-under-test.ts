import { PoolConfig } from '../../src/config/pool.config';
import { CodexBinary } from '../../src/runtime/codex-binary';

/** The binary that `npm run codex:check` names for the tests; empty for the pinned one, as in CODEX_BINARY_PATH. */
export const CODEX_UNDER_TEST = process.env.CODEX_UNDER_TEST ?? '';

/** The codex that tests use. */
export const codexUnderTest = (): CodexBinary =>
  new CodexBinary(Object.assign(new PoolConfig(), { binaryPath: CODEX_UNDER_TEST }));
