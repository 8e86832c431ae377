import { ChildProcess, spawn } from 'node:child_process';
import { ComponentLogger } from '../../common/logger';
import { MARKER_VARIABLE } from '../../runtime/child-environment';

/**
 * Reads `+<process group>` and `-<process group>` until its input ends, then kills the groups that are left and, on
 * Linux, every process whose environment carries the marker ($1). It sweeps until one sweep finds nothing, because a
 * process may fork while it is looked for.
 */
const SCRIPT = `
trap '' HUP INT TERM
groups=' '
while read -r line; do
  group=\${line#?}
  case $line in
    +*) groups="$groups$group " ;;
    -*) case $groups in *" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;; esac ;;
  esac
done
for group in $groups; do kill -KILL -- "-$group" 2>/dev/null; done
sweeps=0
while [ $sweeps -lt 20 ]; do
  files=$(grep -lsF -- "$1" /proc/[0-9]*/environ 2>/dev/null)
  [ -n "$files" ] || break
  for file in $files; do pid=\${file#/proc/}; kill -KILL "\${pid%/environ}" 2>/dev/null; done
  sweeps=$((sweeps + 1))
done
`;

/**
 * Sees to it that no child survives the service, however it ends.
 *
 * It is a shell in a session of its own that holds the read end of a pipe from the service. The pipe ends when the
 * service does, also by SIGKILL, and SIGKILL from the shell ends a child that is stopped (SIGSTOP) too.
 */
export class Reaper {
  private readonly groups = new Set<number>();
  private shell: ChildProcess | null = null;
  private closed = false;

  /** @param runMarker what the marker of every process of this run starts with */
  constructor(
    private readonly runMarker: string,
    private readonly logger: ComponentLogger,
  ) {}

  /** From now on this process group ends with the service. */
  watch(group: number): void {
    this.groups.add(group);
    if (this.shell === null) this.start();
    else this.tell(`+${group}`);
  }

  /** The group has ended; its number may soon belong to others. */
  forget(group: number): void {
    if (this.groups.delete(group)) this.tell(`-${group}`);
  }

  /** Ends the shell, which kills whatever is left of this run. */
  close(): Promise<void> {
    this.closed = true;
    const { shell } = this;
    if (shell === null || shell.exitCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      shell.once('exit', () => resolve());
      shell.stdin?.end();
    });
  }

  private start(): void {
    const args = ['-c', SCRIPT, 'codex-relay-reaper', `${MARKER_VARIABLE}=${this.runMarker}`];
    const env = { PATH: '/usr/local/bin:/usr/bin:/bin' };
    const shell = spawn('/bin/sh', args, { cwd: '/', env, detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    shell.stdin.on('error', (error) => this.logger.debug({ err: error }, 'the reaper takes no input'));
    shell.once('error', (error) => this.logger.error({ err: error }, 'the reaper could not be started'));
    shell.once('exit', () => this.restart(shell));
    shell.unref();
    this.shell = shell;
    for (const group of this.groups) this.tell(`+${group}`);
  }

  /** Somebody ended the shell; the groups that it watched run on. */
  private restart(ended: ChildProcess): void {
    if (this.closed || this.shell !== ended) return;
    this.logger.warn('the reaper has ended; starting another');
    this.start();
  }

  private tell(line: string): void {
    if (this.shell?.stdin?.writable) this.shell.stdin.write(`${line}\n`);
  }
}
