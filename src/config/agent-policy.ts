/** When codex asks a person. */
export const APPROVAL_POLICIES = ['untrusted', 'on-request', 'never'] as const;
/** What the agent may touch, from the least to the most. */
export const SANDBOX_MODES = ['read-only', 'workspace-write', 'danger-full-access'] as const;
export type ApprovalPolicy = (typeof APPROVAL_POLICIES)[number];
export type SandboxMode = (typeof SANDBOX_MODES)[number];

export interface AgentPolicy {
  readonly approvalPolicy: ApprovalPolicy;
  readonly sandboxMode: SandboxMode;
  /** Whether commands in the sandbox `workspace-write` reach the network, this machine's own ports included. */
  readonly networkAccess: boolean;
}
