import { PROJECT_FILES, REPOSITORY_OBJECTS, SKILLS } from '../data-directories';
import { quoted } from '../shell';
import { Cover, inMountOrder } from './covers';

/** Each chat has one of its own, beside its workspace. */
export const TMP = '/tmp';

/** What shells and git read at their start: the HOME may be written by an agent, and the next command is not to run what it wrote. */
const STARTUP_FILES = [
  ...['.bashrc', '.bash_profile', '.bash_login', '.bash_logout', '.bash_aliases', '.profile', '.inputrc', '.kshrc'],
  ...['.zshenv', '.zprofile', '.zshrc', '.zlogin', '.zlogout', '.mkshrc'],
  ...['.gitconfig', '.config/git/config', '.config/git/attributes'],
];

/** What a chat can read beside its workspace, where it is there. */
const BESIDE = [PROJECT_FILES, REPOSITORY_OBJECTS, SKILLS].join(' ');

/** When memory is short the system ends commands first, and not the service. */
const LIMITS = 'echo 500 2>/dev/null > /proc/self/oom_score_adj\n';
/** The shell counts in blocks of 512 bytes. */
const BLOCKS_IN_MIB = 2048;

/** Paths, as they are. */
export interface BwrapScript {
  readonly real: string;
  readonly sessions: string;
  readonly agentHome: string;
  readonly secretFile: string;
  /** Largest file that a command can write, in MiB; 0: any. */
  readonly fileMaxMb: number;
  /** What sandboxes show of the machine, but for /tmp and workspaces. */
  readonly covers: readonly Cover[];
}

/**
 * Adds to codex's arguments, after those that mount the machine's root, the chat's /tmp (or one that ends with the
 * command, where it may write nothing), what covers the machine's folders, and the chat's own folder on top. What codex
 * mounts later, such as that folder for writing, comes on top of these.
 *
 * What has gone since the start is passed over: `bwrap` would fail.
 */
export function scriptOf({ real, sessions, agentHome, secretFile, fileMaxMb, covers }: BwrapScript): string {
  const bwrap = quoted(real);
  const mounts = inMountOrder([{ kind: 'hidden', at: TMP }, ...covers]).filter(({ at }) => at !== TMP);
  const startupFiles = STARTUP_FILES.map((name) => quoted(`${agentHome}/${name}`)).join(' ');
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
${LIMITS}${fileMaxMb === 0 ? '' : `ulimit -f ${fileMaxMb * BLOCKS_IN_MIB}\n`}tmp=
own=
case $workspace in ${quoted(sessions)}/*) own=\${workspace%/*};; esac
case $isWritable$workspace in
  1${quoted(sessions)}/*) tmp=\${workspace%/*}/tmp; [ -d "$tmp" ] || mkdir -p -m 700 "$tmp" || exit 126;;
esac
previous=
isHidden=
for argument do
  shift
  set -- "$@" "$argument"
  if [ -z "$isHidden" ] && [ "$previous $argument" = '--dev /dev' ]; then
    if [ -n "$tmp" ]; then set -- "$@" --bind "$tmp" ${TMP}; else set -- "$@" --tmpfs ${TMP}; fi
${mounts.map(lineOf).join('\n')}
    set -- "$@" --ro-bind "$workspace" "$workspace"
    for beside in ${BESIDE}; do
      [ -z "$own" ] || [ ! -d "$own/$beside" ] || set -- "$@" --ro-bind "$own/$beside" "$own/$beside"
    done
    for file in ${quoted(secretFile)} ${startupFiles}; do
      # A link cannot be covered: all of that HOME is, then.
      if [ -h "$file" ]; then set -- "$@" --tmpfs ${quoted(agentHome)}; break; fi
      [ ! -f "$file" ] || set -- "$@" --ro-bind /dev/null "$file"
    done
${mounts.map(closingLineOf).join('')}    isHidden=1
  fi
  previous=$argument
done
[ -n "$isHidden" ] || { echo 'the sandbox cannot hide other chats' >&2; exit 126; }
exec ${bwrap} "$@"
`;
}

function lineOf(cover: Cover): string {
  const at = quoted(cover.at);
  switch (cover.kind) {
    case 'hidden':
      return `    [ ! -d ${at} ] || set -- "$@" --tmpfs ${at}`;
    case 'kept':
      return `    set -- "$@" --ro-bind-try ${quoted(cover.source)} ${at}`;
    case 'masked':
      return `    [ ! -f ${at} ] || set -- "$@" --ro-bind /dev/null ${at}`;
  }
}

function closingLineOf({ kind, at }: Cover): string {
  return kind === 'hidden' ? `    [ ! -d ${quoted(at)} ] || set -- "$@" --remount-ro ${quoted(at)}\n` : '';
}
