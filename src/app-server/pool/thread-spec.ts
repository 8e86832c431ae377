import type { ApprovalPolicy, SandboxMode } from '../../config/agent-policy';
import type { AskForApproval } from '../protocol/generated/v2/AskForApproval';
import type { ThreadStartParams } from '../protocol/generated/v2/ThreadStartParams';
import { withMarkedServers } from './mcp-marker';

/** A thread, up to one of its turns, that a new one is to go on from. */
export interface ThreadOrigin {
  readonly threadId: string;
  /** Codex's id of the last turn that the new one has, too. */
  readonly lastTurnId: string;
}

/** How a thread is opened, whether it is new or resumed. */
export interface ThreadSpec {
  /** Absolute path of the chat's workspace. */
  readonly cwd: string;
  readonly model: string;
  readonly approvalPolicy: ApprovalPolicy;
  readonly sandbox: SandboxMode;
  /** The chat's own instructions. */
  readonly developerInstructions?: string | null;
  /** Further settings of codex for this thread, by their path in `config.toml` (`mcp_servers.<name>`, say). */
  readonly config?: ThreadStartParams['config'];
}

/** The same below the operator's ceiling, as codex is given it. */
export interface ThreadSettings extends Omit<ThreadSpec, 'approvalPolicy'> {
  readonly approvalPolicy: AskForApproval;
}

/** The settings in codex's words. */
export function openingOf({ config, ...spec }: ThreadSettings): Pick<ThreadStartParams, keyof ThreadSettings> {
  return config ? { ...spec, config: withMarkedServers(config) } : spec;
}
