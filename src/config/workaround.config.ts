import { IsIn } from 'class-validator';
import { asLowerCase, Env } from './env.decorator';

/** `auto`: where it works; `required`: or else the service does not start; `off`: never. */
export const WORKAROUND_MODES = ['auto', 'required', 'off'] as const;
export type WorkaroundMode = (typeof WORKAROUND_MODES)[number];

/**
 * What stands on the inside of other programs and libraries. Each is tried at the start; the log, `/health/detailed` and the
 * metric `codex_relay_workaround_active` say whether it is active, and what is not protected, or slower, where not.
 */
export class WorkaroundConfig {
  /**
   * Whether app-servers are started with mounts of their own, so that neither codex nor what it runs sees the service's
   * database, keys and `.env`, nor data that is not of its user or chat (CODEX_ISOLATION). `auto`: where the machine allows
   * it (Linux, unprivileged user namespaces, util-linux 2.36, or 2.38 below a CODEX_SANDBOX_MODE_MAX), with a warning where
   * not; `required`: else the service does not start; `off`: never.
   */
  @Env('CODEX_PRIVATE_VIEW', asLowerCase)
  @IsIn(WORKAROUND_MODES)
  mountIsolation: WorkaroundMode = 'auto';

  /**
   * Whether the sandbox of the agent's commands hides other chats, codex's own files, keys and the database, and gives
   * each chat a /tmp of its own, by a `bwrap` of this service before the real one (Linux).
   */
  @Env('CODEX_BWRAP_WRAPPER', asLowerCase)
  @IsIn(WORKAROUND_MODES)
  bwrapWrapper: WorkaroundMode = 'auto';

  /** Whether codex's log databases keep warnings and errors only. */
  @Env('CODEX_LOG_FILTER', asLowerCase)
  @IsIn(WORKAROUND_MODES)
  logFilter: WorkaroundMode = 'auto';

  /** Whether broadcasts are written to the network past Socket.IO for each viewer for whom nothing waits. */
  @Env('DIRECT_SOCKET_WRITES', asLowerCase)
  @IsIn(WORKAROUND_MODES)
  directSocketWrites: WorkaroundMode = 'auto';

  /** Whether the statements of each turn are prepared once, below TypeORM. */
  @Env('PREPARED_STATEMENTS', asLowerCase)
  @IsIn(WORKAROUND_MODES)
  preparedStatements: WorkaroundMode = 'auto';
}
