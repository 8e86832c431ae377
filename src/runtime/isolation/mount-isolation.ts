import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { failed, Trial, Workaround } from '../../common/workarounds';
import { DataDirectories } from '../data-directories';
import { GroupKey } from '../group-key';
import { withoutLinks } from '../without-links';
import { Cover, inMountOrder, isBelow } from './covers';
import { MachineView } from './machine-view';
import { Hidden, Programs, mountScript } from './mount-script';
import { findProgram, quoted } from '../shell';

/** Of a first try; mounting takes some 20 ms. */
const TRY_DEADLINE_MS = 10_000;

/** A folder that every machine has, and that nothing needed lies in: covered for a moment, it shows again when that is over. */
const OUTER_STAGE = '/sys';

/** Nobody's chat: no user has such an id. */
const TRIAL = { kind: 'session', userId: '.trial', chatId: 'trial' } as const;
const LINKS = 'codex follows links from one chat to another';

export const MOUNT_ISOLATION: Workaround = {
  name: 'mount_isolation',
  setting: 'CODEX_PRIVATE_VIEW',
  without: 'codex can read all data of this service',
};

export interface MountSettings {
  /** The operator's variables; it need not exist. */
  readonly secretFile: string;
  /** Codex. */
  readonly program: string;
  readonly view: MachineView;
  /** Whether no command leaves its sandbox: codex needs nothing of people's homes then. */
  readonly isConfined: boolean;
  /** Whether codex is to follow no links in chats' folders. */
  readonly isLinkless: boolean;
}

/** A program with its arguments. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * What an app-server sees of this machine: not the service's database, keys and settings, and not the data of other users
 * or chats where `CODEX_ISOLATION` separates them.
 *
 * Codex reads files by itself, outside of the sandbox of the agent's commands: a patch follows a link that a command has
 * made in its workspace, AGENTS.md may be one, an image is read from anywhere (quirk `reads-outside`). So the process itself is
 * started with mounts of its own, in a user namespace below the service's, from where it cannot undo them, nor read the
 * service's memory or variables in /proc. It keeps its process id and its user. Linux only, where an unprivileged user may
 * have namespaces; needs `unshare` and `mount` of util-linux 2.36 or later.
 *
 * Below an operator's ceiling, where no command is without a sandbox, it does not see people's homes either, and a process of
 * several users follows no links in their folders (util-linux 2.38, Linux 5.10).
 * A sandboxed command does, because `bwrap` mounts all anew for it; one without a sandbox, of which there is none then,
 * would not.
 */
export class MountIsolation {
  /** Where a folder is put together that takes the place of a hidden one. */
  private readonly stage: string;
  private programs: Programs | undefined;
  private closesLinks = false;

  constructor(
    private readonly directories: DataDirectories,
    private readonly settings: MountSettings,
  ) {
    this.stage = join(directories.tools, 'stage');
  }

  /** Whether app-servers have it. */
  get isActive(): boolean {
    return this.programs !== undefined;
  }

  /**
   * Tries whether this machine allows it, with all that may have to be hidden.
   *
   * @param searchPath folders among which the programs are, codex's sandbox too
   * @param fixed folders of programs that nobody may change
   * @returns what codex can reach for lack of it, and why; it may be active, and follow links all the same
   */
  async activate(searchPath: string, fixed: readonly string[]): Promise<Trial> {
    const obstacle = await this.tryMounts(searchPath, fixed);
    if (obstacle !== undefined) {
      this.programs = undefined;
      return failed(MOUNT_ISOLATION, obstacle);
    }
    if (!this.settings.isLinkless) return { active: true };
    this.closesLinks = true;
    const other = await this.tryAs({ kind: 'shared' }, searchPath, fixed);
    this.closesLinks = other === undefined;
    return { active: true, ...(other !== undefined && { problem: `${LINKS}: ${other}` }) };
  }

  private async tryMounts(searchPath: string, fixed: readonly string[]): Promise<string | undefined> {
    if (process.platform !== 'linux') return `${process.platform} has no namespaces`;
    const { root, database, storage } = this.directories;
    for (const [what, folder] of [
      ['database', database],
      ['blobs', storage],
    ] as const) {
      const within = [root, this.settings.program].find((path) => isBelow(path, folder));
      if (within !== undefined) return `the folder of the ${what}, ${folder}, also holds ${within}`;
    }
    const [unshare, mount] = [findProgram('unshare', searchPath), findProgram('mount', searchPath)];
    if (unshare === undefined || mount === undefined) return 'unshare or mount (util-linux) is not installed';
    await mkdir(this.stage, { recursive: true, mode: 0o700 });
    this.programs = { unshare, mount };
    try {
      return await this.tryAs(TRIAL, searchPath, fixed);
    } finally {
      await rm(join(this.directories.sessions, TRIAL.userId), { recursive: true, force: true });
    }
  }

  private async tryAs(group: GroupKey, searchPath: string, fixed: readonly string[]): Promise<string | undefined> {
    const trial = { file: '/bin/sh', args: ['-c', this.trialScript(group, findProgram('bwrap', searchPath))] };
    try {
      const { file, args } = this.wrap(trial, group, fixed);
      await promisify(execFile)(file, args, { timeout: TRY_DEADLINE_MS, env: { PATH: searchPath } });
      return undefined;
    } catch (error) {
      const { stderr } = error as { stderr?: unknown };
      return (typeof stderr === 'string' && stderr.trim()) || 'it could not be tried';
    }
  }

  /**
   * The command that starts the same program in the namespace of this group.
   *
   * @param fixed folders of programs that nobody may change
   * @throws Error of the file system
   */
  wrap({ file, args }: Command, group: GroupKey, fixed: readonly string[]): Command {
    if (this.programs === undefined) return { file, args };
    const { directories } = this;
    const own = directories.foldersOf(group);
    const home = directories.agentHomeOf(group);
    for (const folder of [...own, home]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { view, isConfined } = this.settings;
    const covers = inMountOrder(isConfined ? view.ofPrograms() : view.ofSecrets());
    const script = mountScript(this.programs, {
      ...{ stage: this.stage, secretFile: withoutLinks(this.settings.secretFile), masked: this.masked(covers) },
      hidden: [...this.hiddenFrom(own), ...this.hiddenOfMachine(covers, fixed)],
      moved: home === directories.agentHome ? [] : [[home, directories.agentHome]],
      linkless: this.closesLinks ? [directories.sessions] : [],
      fixed: [
        ...new Set([
          directories.tools,
          directories.readDir,
          ...this.prepared,
          dirname(this.settings.program),
          ...fixed,
        ]),
      ],
    });
    const namespaces = ['--user', '--map-root-user', '--mount', '--propagation', 'slave'];
    const start = [...namespaces, '--', '/bin/sh', '-ec', script, 'codex-relay'];
    return { file: this.programs.unshare, args: [...start, file, ...args] };
  }

  /** Codex can work there, and its sandbox, which makes namespaces of its own. */
  private trialScript(group: GroupKey, bwrap: string | undefined): string {
    const folders = [...this.directories.foldersOf(group), this.directories.agentHome].map(quoted);
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

  /** Folders of the machine, without what of them is in our data or is needed; inner ones first, which outer ones take along. */
  private hiddenOfMachine(covers: readonly Cover[], fixed: readonly string[]): Hidden[] {
    const { root, database, storage, readDir } = this.directories;
    const kept = covers.flatMap((cover) => (cover.kind === 'kept' && cover.at === cover.source ? [cover.at] : []));
    const needed = [
      root,
      database,
      storage,
      readDir,
      ...this.prepared,
      ...fixed,
      ...kept,
      dirname(this.settings.program),
    ].filter((path, index, all) => all.indexOf(path) === index && !all.some((other) => isBelow(path, other)));
    const folders = covers.flatMap(({ kind, at }) => (kind === 'hidden' ? [at] : []));
    return folders
      .filter((folder) => !needed.some((path) => path === folder || isBelow(folder, path)))
      .reverse()
      .map((folder) => ({ folder, kept: needed.filter((path) => isBelow(path, folder)), stage: OUTER_STAGE }));
  }

  /** Where something is prepared for commands. */
  private get prepared(): string[] {
    const { runtimeRoot } = this.directories;
    return existsSync(runtimeRoot) ? [runtimeRoot] : [];
  }

  private masked(covers: readonly Cover[]): string[] {
    return covers.flatMap(({ kind, at }) => (kind === 'masked' ? [at] : []));
  }
}
