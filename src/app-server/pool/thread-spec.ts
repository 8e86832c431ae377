import type { AskForApproval } from '../protocol/generated/v2/AskForApproval';
import type { SandboxMode } from '../protocol/generated/v2/SandboxMode';
import type { ThreadStartParams } from '../protocol/generated/v2/ThreadStartParams';
import { withMarkedServers } from './mcp-marker';

/** How a thread is opened, whether it is new or resumed. */
export interface ThreadSpec {
  /** Absolute path of the chat's workspace. */
  readonly cwd: string;
  readonly model: string;
  readonly approvalPolicy: AskForApproval;
  readonly sandbox: SandboxMode;
  /** The chat's own instructions. */
  readonly developerInstructions?: string | null;
  /** Further settings of codex for this thread, by their path in `config.toml` (`mcp_servers.<name>`, say). */
  readonly config?: ThreadStartParams['config'];
}

/** The spec in codex's words. */
export function openingOf({ config, ...spec }: ThreadSpec): ThreadStartParams {
  return config ? { ...spec, config: withMarkedServers(config) } : spec;
}
