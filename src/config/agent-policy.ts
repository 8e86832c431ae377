/** When codex asks a person. */
export const APPROVAL_POLICIES = ['untrusted', 'on-request', 'never'] as const;
/** What the agent may touch, from the least to the most. */
export const SANDBOX_MODES = ['read-only', 'workspace-write', 'danger-full-access'] as const;
export type ApprovalPolicy = (typeof APPROVAL_POLICIES)[number];
export type SandboxMode = (typeof SANDBOX_MODES)[number];

export interface AgentPolicy {
  readonly approvalPolicy: ApprovalPolicy;
  readonly sandboxMode: SandboxMode;
}

export const allowsMore = (mode: SandboxMode, than: SandboxMode): boolean =>
  SANDBOX_MODES.indexOf(mode) > SANDBOX_MODES.indexOf(than);

/** The mode, or the ceiling where that allows less. */
export const atMost = (mode: SandboxMode, max: SandboxMode): SandboxMode => (allowsMore(mode, max) ? max : mode);

/** Whether nothing may leave its sandbox below this ceiling, whoever would approve of it. */
export const confines = (max: SandboxMode): boolean => max !== 'danger-full-access';

/**
 * A policy as it is below a ceiling. A confined chat cannot have `untrusted`: what a person approves there codex runs
 * again without the sandbox, and without asking, when the sandbox gets in its way (quirk `untrusted-repeats`).
 */
export function lowered({ approvalPolicy, sandboxMode }: AgentPolicy, max: SandboxMode): AgentPolicy {
  return {
    approvalPolicy: confines(max) && approvalPolicy === 'untrusted' ? 'on-request' : approvalPolicy,
    sandboxMode: atMost(sandboxMode, max),
  };
}
