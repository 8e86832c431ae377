import { mkdir, rename, symlink } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { SandboxMode } from '../../config/agent-policy';
import type { Command } from './mount-isolation';

/** By this name the codex binary is its own sandbox (quirk `sandbox-helper`). */
const HELPER = 'codex-linux-sandbox';
/** What of a workspace codex lets no command write; `.git` it may, where that is a folder. */
const PROTECTED = ['.agents', '.codex', '.aws'];

/** How far a program of the agent may reach. */
export interface Reach {
  readonly sandboxMode: SandboxMode;
  readonly networkAccess: boolean;
}

/**
 * Starts a program as codex starts the commands of its agent: by codex's own sandbox, which takes the wrapper's `bwrap` from
 * the PATH. Without a sandbox for `danger-full-access`. Linux only.
 */
export class AgentProgram {
  /** @param folder seen in every sandbox, and written by none */
  constructor(
    private readonly folder: string,
    private readonly binary: string,
  ) {}

  /** @throws Error of the file system */
  async prepare(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const draft = join(this.folder, randomBytes(8).toString('hex'));
    await symlink(this.binary, draft);
    await rename(draft, this.helper);
  }

  /** @param workspace absolute path; the command is to be started there */
  command(argv: readonly [string, ...string[]], workspace: string, reach: Reach): Command {
    const [file, ...args] = argv;
    if (reach.sandboxMode === 'danger-full-access') return { file, args };
    const profile = JSON.stringify(profileOf(workspace, reach));
    const places = ['--sandbox-policy-cwd', workspace, '--command-cwd', workspace];
    return { file: this.helper, args: [...places, '--permission-profile', profile, '--', ...argv] };
  }

  private get helper(): string {
    return join(this.folder, HELPER);
  }
}

/** What codex makes of the modes `read-only` and `workspace-write`. */
function profileOf(workspace: string, { sandboxMode, networkAccess }: Reach): object {
  const at = (path: string, access: 'read' | 'write') => ({ path: { type: 'path', path }, access });
  const mayWrite = sandboxMode === 'workspace-write';
  const root = { path: { type: 'special', value: { kind: 'root' } }, access: 'read' };
  const writable = [at(workspace, 'write'), at(join(workspace, '.git'), 'write')];
  const fixed = PROTECTED.map((name) => ({ ...at(join(workspace, name), 'read'), missing_path_behavior: 'skip' }));
  return {
    type: 'managed',
    file_system: { type: 'restricted', entries: [root, ...(mayWrite ? [...writable, ...fixed] : [])] },
    network: mayWrite && networkAccess ? 'enabled' : 'restricted',
  };
}
