import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { DataDirectories } from './data-directories';
import { GroupKey } from './group-key';
import { findProgram, quoted } from './stand-in-script';

/** Of a first try; mounting takes some 20 ms. */
const TRY_DEADLINE_MS = 10_000;

/** Nobody's chat: no user has such an id. */
const TRIAL = { kind: 'session', userId: '.trial', chatId: 'trial' } as const;

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

  /** Whether app-servers have it. */
  get isOpen(): boolean {
    return this.programs !== undefined;
  }

  /**
   * Tries whether this machine allows it, with all that may have to be hidden.
   *
   * @param searchPath folders among which the programs are, codex's sandbox too
   * @param fixed folders of programs that nobody may change
   * @returns why not, for a person; undefined when it does
   */
  async open(searchPath: string, fixed: readonly string[]): Promise<string | undefined> {
    if (process.platform !== 'linux') return `${process.platform} has no namespaces`;
    const { root, database } = this.directories;
    const within = [root, this.program].find((path) => isBelow(path, database));
    if (within !== undefined) return `the folder of the database, ${database}, also holds ${within}`;
    const [unshare, mount] = [findProgram('unshare', searchPath), findProgram('mount', searchPath)];
    if (unshare === undefined || mount === undefined) return 'unshare or mount (util-linux) is not installed';
    await mkdir(this.stage, { recursive: true, mode: 0o700 });
    this.programs = { unshare, mount };
    const trial = { file: '/bin/sh', args: ['-c', this.trialScript(findProgram('bwrap', searchPath))] };
    try {
      const { file, args } = this.before(trial, TRIAL, fixed);
      await promisify(execFile)(file, args, { timeout: TRY_DEADLINE_MS, env: { PATH: searchPath } });
      return undefined;
    } catch (error) {
      this.programs = undefined;
      const { stderr } = error as { stderr?: unknown };
      return (typeof stderr === 'string' && stderr.trim()) || 'it could not be tried';
    } finally {
      await rm(join(this.directories.sessions, TRIAL.userId), { recursive: true, force: true });
    }
  }

  /**
   * The command that starts the same program with the view of this group.
   *
   * @param fixed folders of programs that nobody may change
   * @throws Error of the file system
   */
  before({ file, args }: Command, group: GroupKey, fixed: readonly string[]): Command {
    if (this.programs === undefined) return { file, args };
    const { directories } = this;
    const own = directories.foldersOf(group);
    const home = directories.agentHomeOf(group);
    for (const folder of [...own, home]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    const script = scriptOf(this.programs, {
      ...{ stage: this.stage, secretFile: this.secretFile, hidden: this.hiddenFrom(own) },
      moved: home === directories.agentHome ? [] : [[home, directories.agentHome]],
      fixed: [...new Set([directories.tools, dirname(this.program), ...fixed])],
    });
    const namespaces = ['--user', '--map-root-user', '--mount', '--propagation', 'slave'];
    const start = [...namespaces, '--', '/bin/sh', '-ec', script, 'codex-relay'];
    return { file: this.programs.unshare, args: [...start, file, ...args] };
  }

  /** Codex can work there, and its sandbox, which makes namespaces of its own. */
  private trialScript(bwrap: string | undefined): string {
    const folders = [...this.directories.foldersOf(TRIAL), this.directories.agentHome].map(quoted);
    const checks = folders.map(
      (path) => `[ -w ${path} ] || { echo ${path} is not writable in a namespace >&2; exit 1; }`,
    );
    const sandbox = '--ro-bind / / --dev /dev --unshare-user --unshare-pid --proc /proc /bin/sh -c :';
    return [...checks, bwrap === undefined ? ':' : `exec ${quoted(bwrap)} ${sandbox}`].join('\n');
  }

  private hiddenFrom(own: readonly string[]): Hidden[] {
    const { directories } = this;
    const needed = [...own, directories.agentHome, directories.tools, directories.sandbox];
    const secret = [...new Set(directories.secret)].filter((folder) => !needed.includes(folder));
    return secret
      .filter((folder) => !secret.some((other) => isBelow(folder, other)))
      .map((folder) => ({ folder, kept: needed.filter((path) => isBelow(path, folder)) }));
  }
}

/** Paths, as they are. */
interface View {
  readonly stage: string;
  readonly secretFile: string;
  readonly hidden: readonly Hidden[];
  /** What is to be seen, and where. */
  readonly moved: readonly (readonly [string, string])[];
  readonly fixed: readonly string[];
}

/**
 * Makes a folder read-only. An unprivileged user must repeat what its file system was mounted with, which it cannot ask for
 * everywhere in the same way.
 */
const FIX = `fix() {
  attach --bind -o ro "$1" "$1" 2>/dev/null && return
  attach --bind "$1" "$1"
  for more in '' ,nodev ,nosuid,nodev ,noatime ,nodev,noatime ,nosuid,nodev,noatime; do
    attach -o "remount,bind,ro$more" "$1" 2>/dev/null && return
  done
  echo "$1 cannot be made read-only" >&2
  return 1
}`;

/**
 * Mounts as the root of a namespace; then goes on as the user that it was in another one, where the first one's mounts
 * cannot be changed.
 */
function scriptOf(programs: Programs, { stage, secretFile, hidden, moved, fixed }: View): string {
  const [at, file] = [quoted(stage), quoted(secretFile)];
  const hide = hidden.flatMap(({ folder, kept }) => {
    if (kept.length === 0) return [`attach -t tmpfs -o ro,mode=700,size=64k tmpfs ${quoted(folder)}`];
    return [
      `attach -t tmpfs -o mode=700,size=64k tmpfs ${at}`,
      ...kept.flatMap((path) => {
        const place = quoted(join(stage, relative(folder, path)));
        return [`mkdir -p ${place}`, `attach --rbind ${quoted(path)} ${place}`];
      }),
      `attach -o remount,bind,ro ${at}`,
      `attach --move ${at} ${quoted(folder)}`,
    ];
  });
  const [user, group] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  return [
    `attach() { ${quoted(programs.mount)} -n "$@"; }`,
    FIX,
    ...hide,
    ...moved.map(([from, to]) => `attach --bind ${quoted(from)} ${quoted(to)}`),
    ...fixed.map((folder) => `fix ${quoted(folder)}`),
    `[ ! -e ${file} ] || attach --bind /dev/null ${file}`,
    // By the paths that are now.
    'cd "$PWD"',
    `exec ${quoted(programs.unshare)} --user --map-user=${user} --map-group=${group} -- "$@"`,
  ].join('\n');
}

const isBelow = (path: string, folder: string): boolean => path.startsWith(`${folder}${sep}`);
