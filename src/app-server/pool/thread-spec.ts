import { join } from 'node:path';
import type { ApprovalPolicy, SandboxMode } from '../../config/agent-policy';
import type { AskForApproval } from '../protocol/generated/v2/AskForApproval';
import type { ThreadStartParams } from '../protocol/generated/v2/ThreadStartParams';
import { withMarkedServers } from './mcp-marker';

/** How a thread is opened, whether it is new or resumed. */
export interface ThreadSpec {
  /** Absolute path of the chat's workspace. */
  readonly cwd: string;
  readonly model: string;
  readonly approvalPolicy: ApprovalPolicy;
  readonly sandbox: SandboxMode;
  /** Whether sandboxed commands that may write reach the network; left out: no. */
  readonly networkAccess?: boolean;
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
export function openingOf({ config, networkAccess = false, ...spec }: ThreadSettings): ThreadStartParams {
  const sandbox = {
    'sandbox_workspace_write.network_access': networkAccess,
    // By itself it is read-only; it has to be there when a command starts (quirk `git-folder`).
    'sandbox_workspace_write.writable_roots': [join(spec.cwd, '.git')],
  };
  return {
    ...spec,
    // Else a thread that goes on in another folder, as after a restore, keeps the writable roots that it had, and no command runs (quirk `kept-writable-roots`).
    runtimeWorkspaceRoots: [spec.cwd],
    config: { ...withMarkedServers(config ?? {}), ...sandbox },
  };
}
