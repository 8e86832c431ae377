import { Injectable } from '@nestjs/common';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Environment } from '../../config/environment';
import { DEFAULT_PATH } from '../../runtime/child-environment';
import { DataDirectories, PROJECT_FILES } from '../../runtime/data-directories';
import { LaunchWorkarounds } from '../../runtime/launch-workarounds';
import type { StdioTransport } from '../catalog/mcp-server';
import { McpFailure } from '../proxy/json-rpc';

/** How a process is started. */
export interface SandboxedStart {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const LOCALE = ['LANG', 'LANGUAGE', 'LC_ALL', 'LC_CTYPE', 'TZ'];
const PROGRAM = 'bwrap';
/** Behind the chat's folder, by which the wrapper, and the watcher of memory, know whose a sandbox is. */
const RUN = 'shift 2; exec "$@"';

/**
 * Starts MCP servers over stdio in a sandbox behind the wrapper of the agent's commands (BwrapWrapper): what that hides from a
 * command, it hides from a server, and each sandbox has processes of its own to see. A server has none of the rights of the
 * agent's approvals, whatever the chat's sandbox mode is.
 */
@Injectable()
export class ServerSandbox {
  constructor(
    private readonly launch: LaunchWorkarounds,
    private readonly directories: DataDirectories,
    private readonly environment: Environment,
  ) {}

  /**
   * @param workspace absolute path of the chat's folder
   * @param mayWrite whether the chat's agent may write there
   * @throws McpFailure where there is no sandbox on this machine, or a variable is missing
   */
  startOf(server: StdioTransport, workspace: string, mayWrite: boolean): SandboxedStart {
    const [folder] = this.launch.commandFolders;
    if (folder === undefined) {
      throw new McpFailure('no_sandbox', 'is not started, as this machine has no sandbox for it (bwrap)');
    }
    const access = server.workspace === 'write' && !mayWrite ? 'read' : server.workspace;
    const network = server.network ? [] : ['--unshare-net'];
    return {
      file: join(folder, PROGRAM),
      args: [
        ...['--die-with-parent', '--new-session', '--ro-bind', '/', '/', '--dev', '/dev'],
        ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', ...network, '--proc', '/proc'],
        ...['--cap-drop', 'ALL', ...this.mountsOf(workspace, access), '--chdir', access === 'none' ? '/' : workspace],
        ...['--', '/bin/sh', '-c', RUN, 'sh', '--sandbox-policy-cwd', workspace, server.command, ...server.args],
      ],
      env: { ...this.baseVariables(), ...server.env, ...this.inherited(server) },
    };
  }

  /** On top of what the wrapper mounts, which shows the workspace to be read. */
  private mountsOf(workspace: string, access: StdioTransport['workspace']): string[] {
    if (access === 'write') return ['--bind', workspace, workspace];
    if (access === 'read') return [];
    const files = join(workspace, '..', PROJECT_FILES);
    return [workspace, ...(existsSync(files) ? [files] : [])].flatMap((at) => ['--tmpfs', at, '--remount-ro', at]);
  }

  private baseVariables(): Record<string, string> {
    const PATH = this.environment.get('PATH') ?? DEFAULT_PATH;
    return { ...this.environment.pick(LOCALE), PATH, HOME: this.directories.agentHome };
  }

  private inherited({ envFrom }: StdioTransport): Record<string, string> {
    return Object.fromEntries(
      envFrom.map((name) => {
        const value = this.environment.get(name);
        if (value === undefined) throw new McpFailure('refused', `is not started, as the variable ${name} is not set`);
        return [name, value];
      }),
    );
  }
}
