import { join } from 'node:path';
import type { ApprovalPolicy, SandboxMode } from '../../config/agent-policy';
import type { AskForApproval } from '../protocol/generated/v2/AskForApproval';
import type { DynamicToolFunctionSpec } from '../protocol/generated/v2/DynamicToolFunctionSpec';
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
  /** Whether sandboxed commands that may write reach the network; left out: no. */
  readonly networkAccess?: boolean;
  /** The chat's own instructions. */
  readonly developerInstructions?: string | null;
  /** Further settings of codex for this thread, by their path in `config.toml` (`mcp_servers.<name>`, say). */
  readonly config?: ThreadStartParams['config'];
  /** Tools that codex calls this service for. A thread keeps those that it was made with. */
  readonly tools?: readonly DynamicToolFunctionSpec[];
}

/** The same below the operator's ceiling, as codex is given it. */
export interface ThreadSettings extends Omit<ThreadSpec, 'approvalPolicy'> {
  readonly approvalPolicy: AskForApproval;
}

type Opening = Pick<ThreadStartParams, (keyof ThreadSettings & keyof ThreadStartParams) | 'runtimeWorkspaceRoots'>;

/** The settings in codex's words, but for the tools. */
export function openingOf({
  config,
  networkAccess = false,
  tools: _,
  ...spec
}: ThreadSettings): Omit<Opening, 'networkAccess'> {
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

/** What only a new thread takes. */
export const toolsOf = ({ tools = [] }: ThreadSettings): Pick<ThreadStartParams, 'dynamicTools'> =>
  tools.length === 0 ? {} : { dynamicTools: tools.map((tool) => ({ ...tool, type: 'function' })) };

const VARIABLE = 'shell_environment_policy.set.';

/** Variables that the thread's commands have beside those of all. */
export function variablesOf({ config }: ThreadSettings): Record<string, string> {
  const set = Object.entries(config ?? {}).flatMap(([path, value]) =>
    path.startsWith(VARIABLE) && typeof value === 'string' ? [[path.slice(VARIABLE.length), value] as const] : [],
  );
  return Object.fromEntries(set);
}
