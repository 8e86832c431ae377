import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { failed, Trial, Workaround } from '../../common/workarounds';
import { WRAPPER_VARIABLE } from '../child-environment';
import { DataDirectories } from '../data-directories';
import { BwrapFallback } from './bwrap-fallback';
import { findProgram, quoted } from '../shell';
import { withoutLinks } from '../without-links';

export const BWRAP_WRAPPER: Workaround = {
  name: 'bwrap_wrapper',
  setting: 'CODEX_BWRAP_WRAPPER',
  without:
    "the agent's sandboxed commands can read other chats, codex's own files, keys and the database, and share one /tmp",
};

/** Of the self-test; a sandbox starts in some 20 ms. */
const TRIAL_DEADLINE_MS = 10_000;
/** Nobody's chat: no user has such an id. */
const TRIAL = { userId: '.trial', chatId: 'bwrap' };

/** Each chat has one of its own, beside its workspace. */
const TMP = '/tmp';

export interface WrapperFiles {
  /** The operator's variables; it need not exist. */
  readonly secretFile: string;
  /** What every sandbox starts: codex. */
  readonly program: string;
}

/**
 * A `bwrap` of ours, first on the commands' PATH, where codex looks for it: it hides other chats, codex's own files, keys and the
 * database from the agent's sandboxed commands, and gives each chat a /tmp of its own, which codex lets all of them share.
 *
 * Codex's sandbox lets a command read the whole disk, and its permission profiles are slow (quirk `bwrap-arguments`). Linux only: elsewhere there is no `bwrap`. Without effect on `danger-full-access`, which has no sandbox.
 */
export class BwrapWrapper {
  /** Not hidden: in there, too, a command finds the `bwrap` of its PATH. */
  private readonly folder: string;
  private fallback: BwrapFallback | undefined;

  constructor(
    private readonly directories: DataDirectories,
    private readonly files: WrapperFiles,
  ) {
    this.folder = directories.sandbox;
  }

  /** Whether sandboxes start through it. */
  get isInPlace(): boolean {
    return this.fallback !== undefined;
  }

  /** They go first on the PATH of commands. */
  get folders(): string[] {
    return this.fallback === undefined ? [] : [this.folder, this.fallback.folder];
  }

  /** Makes sure of what lies outside of the data, where others clean up; before each start of an app-server. */
  keep(): void {
    this.fallback?.keep();
  }

  /**
   * Puts it in place, and tries whether a sandbox behind it hides what it must.
   *
   * It stays in place when the trial fails, so that commands fail rather than see what they must not.
   *
   * @param searchPath folders among which the real `bwrap` is; without one nothing is written
   * @throws ConfigError when a command could go around it
   */
  async activate(searchPath: readonly string[]): Promise<Trial> {
    if (process.platform !== 'linux') return failed(BWRAP_WRAPPER, `${process.platform} has no bwrap`);
    const real = findProgram('bwrap', searchPath.join(delimiter));
    if (real === undefined) return failed(BWRAP_WRAPPER, 'there is no bwrap on the PATH or beside codex');
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeFile(join(this.folder, 'bwrap'), this.scriptFor(real), { mode: 0o700 });
    this.fallback = new BwrapFallback(this.folder);
    const obstacle = await this.findObstacle(searchPath);
    return obstacle === undefined
      ? { active: true }
      : { active: false, problem: `the agent's sandboxed commands fail: ${obstacle}` };
  }

  /** Starts a command as codex does, from each of the two folders. */
  private async findObstacle(searchPath: readonly string[]): Promise<string | undefined> {
    const { userId, chatId } = TRIAL;
    const workspace = this.directories.workspaceOf(userId, chatId);
    const others = join(this.directories.sessions, userId, 'note');
    const env = { PATH: searchPath.join(delimiter), [WRAPPER_VARIABLE]: this.folder };
    try {
      await mkdir(workspace, { recursive: true, mode: 0o700 });
      await writeFile(others, 'of another chat');
      for (const folder of this.folders) {
        const options = { timeout: TRIAL_DEADLINE_MS, env };
        const { stdout } = await promisify(execFile)(join(folder, 'bwrap'), trialArguments(workspace, others), options);
        if (stdout !== 'hidden\n') return 'a sandbox shows the files of another chat';
      }
      return undefined;
    } catch (error) {
      const { stderr } = error as { stderr?: unknown };
      return (typeof stderr === 'string' && stderr.trim()) || 'it could not be tried';
    } finally {
      await rm(join(this.directories.sessions, userId), { recursive: true, force: true });
    }
  }

  private scriptFor(real: string): string {
    const { root, sessions, secret } = this.directories;
    const { program } = this.files;
    const secretFile = withoutLinks(this.files.secretFile);
    return scriptOf({ real, sessions, secret, secretFile, kept: [program, root].flatMap(belowTmp) });
  }
}

/** In the order of codex's own arguments; the last two are its sandbox program's. */
function trialArguments(workspace: string, others: string): string[] {
  return [
    ...['--ro-bind', '/', '/', '--dev', '/dev', '--unshare-user', '--unshare-pid', '--proc', '/proc', '--'],
    ...['/bin/sh', '-c', '[ -e "$1" ] || echo hidden', 'sh', others, '--sandbox-policy-cwd', workspace],
  ];
}

/** The folder in /tmp that a path begins with: somebody runs the service from there. */
function belowTmp(path: string): string[] {
  const [, top, folder] = path.split(sep);
  return `/${top}` === TMP && folder !== undefined ? [join(TMP, folder)] : [];
}

/** Paths, as they are. */
interface WrapperScript {
  readonly real: string;
  readonly sessions: string;
  readonly secret: readonly string[];
  readonly secretFile: string;
  /** What of the machine's /tmp stays to be seen. */
  readonly kept: readonly string[];
}

/**
 * Adds to codex's arguments, after those that mount the machine's root, the chat's /tmp (or one that ends with the
 * command, where it may write nothing), an empty folder over each secret one, and the chat's own folder on top. What codex
 * mounts later, such as that folder for writing, comes on top of these.
 */
function scriptOf({ real, sessions, secret, secretFile, kept }: WrapperScript): string {
  const bwrap = quoted(real);
  const file = quoted(secretFile);
  const shown = kept.map((path) => `--ro-bind ${quoted(path)} ${quoted(path)}`).join(' ');
  const hidden = secret.map((path) => `--tmpfs ${quoted(path)}`).join(' ');
  const closed = secret.map((path) => `--remount-ro ${quoted(path)}`).join(' ');
  return `#!/bin/sh
workspace=
isWritable=
isInside=
previous=
for argument do
  case $argument in --) isInside=1;; --bind) [ -n "$isInside" ] || isWritable=1;; esac
  if [ "$previous" = --sandbox-policy-cwd ]; then workspace=$argument; break; fi
  previous=$argument
done
[ -n "$workspace" ] || exec ${bwrap} "$@"
tmp=
case $isWritable$workspace in
  1${quoted(sessions)}/*) tmp=\${workspace%/*}/tmp; mkdir -p -m 700 "$tmp" || exit 126;;
esac
previous=
isHidden=
for argument do
  shift
  set -- "$@" "$argument"
  if [ -z "$isHidden" ] && [ "$previous $argument" = '--dev /dev' ]; then
    if [ -n "$tmp" ]; then set -- "$@" --bind "$tmp" ${TMP}; else set -- "$@" --tmpfs ${TMP}; fi
    set -- "$@" ${shown} ${hidden} --ro-bind "$workspace" "$workspace" ${closed}
    [ ! -e ${file} ] || set -- "$@" --ro-bind /dev/null ${file}
    isHidden=1
  fi
  previous=$argument
done
[ -n "$isHidden" ] || { echo 'the sandbox cannot hide other chats' >&2; exit 126; }
exec ${bwrap} "$@"
`;
}
