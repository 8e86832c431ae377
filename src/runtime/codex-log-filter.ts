import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../common/domain.error';
import { failed, Trial, Workaround, Workarounds } from '../common/workarounds';
import type { WorkaroundMode } from '../config/workaround.config';
import { executeInSqliteFile } from '../database/sqlite-file';

export const LOG_FILTER: Workaround = {
  name: 'log_filter',
  setting: 'CODEX_LOG_FILTER',
  without: 'codex writes a dozen rows of traces to its log database in each turn',
};

const LOG_FILE = 'logs_2.sqlite';
/** Another app-server of the same home may be writing. */
const BUSY_TIMEOUT_MS = 1_000;

const TRIGGER = 'codex_relay_keeps_problems';
const KEEP_PROBLEMS = `CREATE TRIGGER IF NOT EXISTS ${TRIGGER} BEFORE INSERT ON logs
  WHEN NEW.level NOT IN ('WARN', 'ERROR') BEGIN SELECT RAISE(IGNORE); END`;
const KEEP_EVERYTHING = `DROP TRIGGER IF EXISTS ${TRIGGER}`;

/**
 * Has codex keep only warnings and errors in the log database of each home: quirk `log-database`.
 *
 * The database is there when an app-server of the home has started, so the first one is the self-test; where the filter is
 * required, an app-server in a home of its own before the service starts.
 */
export class CodexLogFilter {
  constructor(
    private readonly mode: WorkaroundMode,
    private readonly workarounds: Workarounds,
  ) {}

  /**
   * @param startCodex starts an app-server in this home, and resolves when it has ended
   * @throws ConfigError when it is required and does not work
   */
  async prepare(scratch: string, startCodex: (codexHome: string) => Promise<unknown>): Promise<void> {
    if (this.mode === 'auto') return;
    await this.workarounds.settle(LOG_FILTER, this.mode, async () => {
      const home = await mkdtemp(join(scratch, 'log-trial-'));
      try {
        await startCodex(home);
        return await execute(home, KEEP_PROBLEMS);
      } finally {
        await rm(home, { recursive: true, force: true });
      }
    });
  }

  /** To be called when an app-server of the home has answered. Never throws. */
  async apply(codexHome: string): Promise<void> {
    const outcome = await execute(codexHome, this.mode === 'off' ? KEEP_EVERYTHING : KEEP_PROBLEMS);
    if (this.mode !== 'off') this.workarounds.report({ ...LOG_FILTER, mode: this.mode, ...outcome });
  }
}

/** Fails where the database is locked, which the next start may find otherwise, or of a codex that logs in another way. */
async function execute(codexHome: string, statement: string): Promise<Trial> {
  try {
    await executeInSqliteFile(join(codexHome, LOG_FILE), statement, BUSY_TIMEOUT_MS);
    return { active: true };
  } catch (error) {
    return failed(LOG_FILTER, `${LOG_FILE} of its home: ${messageOf(error)}`);
  }
}
