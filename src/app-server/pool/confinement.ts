import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxCeiling } from '../../config/sandbox-permissions';
import type { AskForApproval } from '../protocol/generated/v2/AskForApproval';
import type { ThreadSettings, ThreadSpec } from './thread-spec';

/**
 * Codex refuses by itself, and tells the model, what it would ask a person for on its way out of the sandbox. Were the
 * request declined instead, its item would still show what a patch would delete, wherever that is (quirk `declined-patch`).
 */
const NO_WAY_OUT: AskForApproval = {
  granular: {
    ...{ sandbox_approval: false, rules: false, skill_approval: false, request_permissions: false },
    mcp_elicitations: true,
  },
};

/** A spec as it is below the operator's ceiling. */
export function confined(spec: ThreadSpec, ceiling: SandboxCeiling): ThreadSettings {
  const { approvalPolicy, sandbox: sandboxMode, networkAccess = false } = spec;
  const { effective } = ceiling.permissionsFor({ approvalPolicy, sandboxMode, networkAccess });
  if (!ceiling.confines) return { ...spec, networkAccess: effective.networkAccess };
  return {
    ...spec,
    networkAccess: effective.networkAccess,
    sandbox: effective.sandboxMode,
    approvalPolicy: effective.approvalPolicy === 'never' ? 'never' : NO_WAY_OUT,
    config: {
      ...spec.config,
      ...(hasSettings(spec.cwd) && withoutSettingsOf(spec.cwd)),
    },
  };
}

/** Settings of a thread by which codex passes over those that the workspace has in `.codex`, and over its AGENTS.md. */
export const withoutSettingsOf = (workspace: string): NonNullable<ThreadSpec['config']> => ({
  projects: { [workspace]: { trust_level: 'untrusted' } },
});

/**
 * Whether a workspace has settings of its own for codex, from which it takes commands that run without a sandbox: servers
 * of tools, and rules. The agent can make none in a sandbox, but may have before there was a ceiling. Not trusted, codex
 * passes over them, and over AGENTS.md, too (quirk `workspace-settings`). An empty folder is one that a running sandbox covers.
 *
 * @throws Error of the file system
 */
function hasSettings(workspace: string): boolean {
  const settings = join(workspace, '.codex');
  const found = lstatSync(settings, { throwIfNoEntry: false });
  return found !== undefined && !(found.isDirectory() && readdirSync(settings).length === 0);
}
