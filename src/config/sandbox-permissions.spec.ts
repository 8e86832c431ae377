import { APPROVAL_POLICIES, SANDBOX_MODES } from './agent-policy';
import { SandboxCeiling } from './sandbox-permissions';

describe('the permissions of an agent', () => {
  const everything = { approvalPolicy: 'untrusted', sandboxMode: 'danger-full-access', networkAccess: true } as const;

  it('are what was requested below a ceiling of full access', () => {
    const ceiling = new SandboxCeiling('danger-full-access', true);
    for (const approvalPolicy of APPROVAL_POLICIES) {
      for (const sandboxMode of SANDBOX_MODES) {
        const requested = { approvalPolicy, sandboxMode, networkAccess: true };
        expect(ceiling.permissionsFor(requested)).toMatchObject({ requested, effective: requested });
      }
    }
    expect(ceiling.confines).toBe(false);
  });

  it.each([
    ['workspace-write', 'workspace-write'],
    ['read-only', 'read-only'],
  ] as const)('are no more than a ceiling of %s, and nobody can approve of more', (mode, sandboxMode) => {
    const ceiling = new SandboxCeiling(mode, false);
    const permissions = ceiling.permissionsFor(everything);
    expect(ceiling.confines).toBe(true);
    expect(permissions.effective).toEqual({ approvalPolicy: 'on-request', sandboxMode, networkAccess: false });
    const { exceedsMode, exceedsApprovals, exceedsNetwork } = permissions;
    expect([exceedsMode, exceedsApprovals, exceedsNetwork]).toEqual([true, true, true]);
  });

  it('stay less than the ceiling where less was requested', () => {
    const requested = { approvalPolicy: 'never', sandboxMode: 'read-only', networkAccess: false } as const;
    const permissions = new SandboxCeiling('workspace-write', false).permissionsFor(requested);
    expect(permissions.effective).toEqual(requested);
    expect([permissions.exceedsMode, permissions.exceedsApprovals]).toEqual([false, false]);
  });

  it('have the network below a ceiling only where the operator says so', () => {
    const requested = { approvalPolicy: 'never', sandboxMode: 'workspace-write', networkAccess: true } as const;
    expect(new SandboxCeiling('workspace-write', true).permissionsFor(requested).effective).toEqual(requested);
    const closed = new SandboxCeiling('danger-full-access', false).permissionsFor(requested);
    expect([closed.exceedsNetwork, closed.effective.networkAccess]).toEqual([true, false]);
  });
});
