import { join, relative } from 'node:path';
import { quoted } from '../shell';

/** Of util-linux, by their paths. */
export interface Programs {
  readonly unshare: string;
  readonly mount: string;
}

/** A folder that is hidden, but for these below it. */
export interface Hidden {
  readonly folder: string;
  readonly kept: readonly string[];
  /** Another than the usual one, where that is in what is kept. */
  readonly stage?: string;
}

/** Paths, as they are. */
export interface MountPlan {
  readonly stage: string;
  readonly secretFile: string;
  /** One after another. */
  readonly hidden: readonly Hidden[];
  /** Files that are to be empty. */
  readonly masked: readonly string[];
  /** What is to be seen, and where. */
  readonly moved: readonly (readonly [string, string])[];
  /** Where no links are followed. */
  readonly linkless: readonly string[];
  readonly fixed: readonly string[];
}

/**
 * `fix` makes a folder read-only, `shut` one where no links are followed. An unprivileged user must repeat what its file
 * system was mounted with, which it cannot ask for everywhere in the same way. What does not know the second option may
 * pass over it in silence.
 */
const FUNCTIONS = `again() {
  for more in '' ,nodev ,nosuid,nodev ,noatime ,nodev,noatime ,nosuid,nodev,noatime; do
    attach -o "remount,bind,$1$more" "$2" 2>/dev/null && return
  done
  echo "$2 cannot be mounted $1" >&2
  return 1
}
fix() {
  attach --bind -o ro "$1" "$1" 2>/dev/null && return
  attach --bind "$1" "$1"
  again ro "$1"
}
shut() {
  attach --rbind "$1" "$1"
  again nosymfollow "$1"
  grep -q nosymfollow /proc/self/mountinfo || { echo "links in $1 cannot be closed" >&2; return 1; }
}`;

/**
 * Mounts as the root of a namespace; then goes on as the user that it was in another one, where the first one's mounts
 * cannot be changed.
 */
export function mountScript(
  programs: Programs,
  { stage, secretFile, hidden, masked, moved, linkless, fixed }: MountPlan,
): string {
  const hide = hidden.flatMap(({ folder, kept, stage: other = stage }) => {
    const at = quoted(other);
    if (kept.length === 0) return [`attach -t tmpfs -o ro,mode=700,size=64k tmpfs ${quoted(folder)}`];
    return [
      `attach -t tmpfs -o mode=700,size=64k tmpfs ${at}`,
      ...kept.flatMap((path) => {
        const place = quoted(join(other, relative(folder, path)));
        return [`mkdir -p ${place}`, `attach --rbind ${quoted(path)} ${place}`];
      }),
      `attach -o remount,bind,ro ${at}`,
      `attach --move ${at} ${quoted(folder)}`,
    ];
  });
  const [user, group] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  return [
    `attach() { ${quoted(programs.mount)} -n "$@"; }`,
    FUNCTIONS,
    ...hide,
    ...moved.map(([from, to]) => `attach --bind ${quoted(from)} ${quoted(to)}`),
    ...linkless.map((folder) => `shut ${quoted(folder)}`),
    ...fixed.map((folder) => `fix ${quoted(folder)}`),
    ...[secretFile, ...masked].map(quoted).map((file) => `[ ! -e ${file} ] || attach --bind /dev/null ${file}`),
    // By the paths that are now.
    'cd "$PWD"',
    `exec ${quoted(programs.unshare)} --user --map-user=${user} --map-group=${group} -- "$@"`,
  ].join('\n');
}
