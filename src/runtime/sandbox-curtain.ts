import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { DataDirectories } from './data-directories';
import { findProgram, quoted } from './stand-in-script';

/**
 * A `bwrap` of ours, first on the commands' PATH, where codex looks for it: it hides other chats, codex's own files, keys and the
 * database from the agent's sandboxed commands.
 *
 * Codex's sandbox lets a command read the whole disk. Its permission profiles can deny that, but then codex 0.169.0
 * reads each file of its own through a sandbox, too: 0.2 to 0.5 s more for each turn. This costs a start of `sh` for
 * each command. Linux only: elsewhere there is no `bwrap`. Without effect on `danger-full-access`, which has no sandbox.
 */
export class SandboxCurtain {
  /** Goes first on the PATH of commands. Not hidden: in there, too, a command finds the `bwrap` of its PATH. */
  readonly folder: string;

  constructor(private readonly directories: DataDirectories) {
    this.folder = join(directories.root, 'sandbox');
  }

  /** @param searchPath folders among which the real `bwrap` is; without one nothing is written */
  async write(searchPath: readonly string[]): Promise<void> {
    const real = findProgram('bwrap', searchPath.join(delimiter));
    if (real === undefined) return;
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeFile(join(this.folder, 'bwrap'), scriptOf(real, this.directories.secret), { mode: 0o700 });
  }
}

/**
 * Adds to codex's arguments, after those that mount the machine's root, an empty folder over each secret one, and the
 * chat's own folder on top. What codex mounts later, such as that folder for writing, comes on top of these.
 */
function scriptOf(real: string, secret: readonly string[]): string {
  const hidden = secret.map((path) => `--tmpfs ${quoted(path)}`).join(' ');
  const closed = secret.map((path) => `--remount-ro ${quoted(path)}`).join(' ');
  return `#!/bin/sh
workspace=
previous=
for argument do
  if [ "$previous" = --sandbox-policy-cwd ]; then workspace=$argument; break; fi
  previous=$argument
done
[ -n "$workspace" ] || exec ${quoted(real)} "$@"
previous=
isHidden=
for argument do
  shift
  set -- "$@" "$argument"
  if [ -z "$isHidden" ] && [ "$previous $argument" = '--dev /dev' ]; then
    set -- "$@" ${hidden} --ro-bind "$workspace" "$workspace" ${closed}
    isHidden=1
  fi
  previous=$argument
done
[ -n "$isHidden" ] || { echo 'the sandbox cannot hide other chats' >&2; exit 126; }
exec ${quoted(real)} "$@"
`;
}
