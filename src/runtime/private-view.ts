import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { DataDirectories } from './data-directories';
import { GroupKey, SHARED } from './group-key';
import { findProgram, quoted } from './stand-in-script';

/** Of a first try; mounting takes some 20 ms. */
const TRY_DEADLINE_MS = 10_000;

/** A program with its arguments. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

interface Programs {
  readonly unshare: string;
  readonly mount: string;
}

/** A folder that is hidden, but for these below it. */
interface Hidden {
  readonly folder: string;
  readonly kept: readonly string[];
}

/**
 * What an app-server sees of this machine: not the service's database, keys and settings, and not the data of other users
 * or chats where `CODEX_ISOLATION` separates them.
 *
 * Codex reads files by itself, outside of the sandbox of the agent's commands: a patch follows a link that a command has
 * made in its workspace, an image is read from anywhere (seen with 0.169.0). So the process itself is started with mounts
 * of its own, in a user namespace below the service's, from where it cannot undo them, nor read the service's memory or
 * variables in /proc. It keeps its process id and its user. Linux only, where an unprivileged user may have namespaces;
 * needs `unshare` and `mount` of util-linux 2.36 or later.
 */
export class PrivateView {
  /** Where a folder is put together that takes the place of a hidden one. */
  private readonly stage: string;
  private programs: Programs | undefined;

  /**
   * @param secretFile the operator's variables; it need not exist
   * @param program codex
   */
  constructor(
    private readonly directories: DataDirectories,
    private readonly secretFile: string,
    private readonly program: string,
  ) {
    this.stage = join(directories.tools, 'stage');
  }

  /**
   * Tries whether this machine allows it.
   *
   * @param searchPath folders among which the programs are, codex's sandbox too
   * @returns why not, for a person; undefined when it does
   */
  async open(searchPath: string): Promise<string | undefined> {
    if (process.platform !== 'linux') return `${process.platform} has no namespaces`;
    const [unshare, mount] = [findProgram('unshare', searchPath), findProgram('mount', searchPath)];
    if (unshare === undefined || mount === undefined) return 'unshare or mount (util-linux) is not installed';
    await mkdir(this.stage, { recursive: true, mode: 0o700 });
    const programs = { unshare, mount };
    const trial = { file: '/bin/sh', args: ['-c', this.trialScript(findProgram('bwrap', searchPath))] };
    const { file, args } = this.within(programs, trial, this.directories.foldersOf(SHARED));
    try {
      await promisify(execFile)(file, args, { timeout: TRY_DEADLINE_MS, env: { PATH: searchPath } });
    } catch (error) {
      const { stderr } = error as { stderr?: unknown };
      return (typeof stderr === 'string' && stderr.trim()) || 'it could not be tried';
    }
    this.programs = programs;
    return undefined;
  }

  /** The command that starts the same program with the view of this group. @throws Error of the file system */
  before(command: Command, group: GroupKey): Command {
    if (this.programs === undefined) return command;
    const own = this.directories.foldersOf(group);
    for (const folder of own) mkdirSync(folder, { recursive: true, mode: 0o700 });
    return this.within(this.programs, command, own);
  }

  /** Codex can work there, and its sandbox, which makes namespaces of its own. */
  private trialScript(bwrap: string | undefined): string {
    const folders = [...this.directories.foldersOf(SHARED), this.directories.agentHome].map(quoted);
    const checks = folders.map(
      (path) => `[ -w ${path} ] || { echo ${path} is not writable in a namespace >&2; exit 1; }`,
    );
    const sandbox = '--ro-bind / / --dev /dev --unshare-user --unshare-pid --proc /proc /bin/sh -c :';
    return [...checks, bwrap === undefined ? ':' : `exec ${quoted(bwrap)} ${sandbox}`].join('\n');
  }

  private within(programs: Programs, { file, args }: Command, own: readonly string[]): Command {
    const script = scriptOf(programs, this.stage, this.secretFile, this.hiddenFrom(own));
    const namespaces = ['--user', '--map-root-user', '--mount', '--propagation', 'slave'];
    return {
      file: programs.unshare,
      args: [...namespaces, '--', '/bin/sh', '-ec', script, 'codex-relay', file, ...args],
    };
  }

  private hiddenFrom(own: readonly string[]): Hidden[] {
    const { directories, program } = this;
    const needed = [...own, directories.agentHome, directories.tools, directories.sandbox];
    const secret = [...new Set(directories.secret)]
      .filter((folder) => !needed.includes(folder))
      // A database among the files of others, where the data or codex itself lies deeper.
      .filter((folder) => ![directories.root, program].some((path) => isBelow(path, folder)));
    return secret
      .filter((folder) => !secret.some((other) => isBelow(folder, other)))
      .map((folder) => ({ folder, kept: needed.filter((path) => isBelow(path, folder)) }));
  }
}

/**
 * Mounts as the root of a namespace; then goes on as the user that it was in another one, where the first one's mounts
 * cannot be changed.
 */
function scriptOf(programs: Programs, stage: string, secretFile: string, hidden: readonly Hidden[]): string {
  const [mount, at, file] = [`${quoted(programs.mount)} -n`, quoted(stage), quoted(secretFile)];
  const hide = hidden.flatMap(({ folder, kept }) => [
    `${mount} -t tmpfs -o mode=700,size=64k tmpfs ${at}`,
    ...kept.flatMap((path) => {
      const place = quoted(join(stage, relative(folder, path)));
      return [`mkdir -p ${place}`, `${mount} --rbind ${quoted(path)} ${place}`];
    }),
    `${mount} -o remount,bind,ro ${at}`,
    `${mount} --move ${at} ${quoted(folder)}`,
  ]);
  const [user, group] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  return [
    ...hide,
    `[ ! -e ${file} ] || ${mount} --bind /dev/null ${file}`,
    // By the paths that are now.
    'cd "$PWD"',
    `exec ${quoted(programs.unshare)} --user --map-user=${user} --map-group=${group} -- "$@"`,
  ].join('\n');
}

const isBelow = (path: string, folder: string): boolean => path.startsWith(`${folder}${sep}`);
