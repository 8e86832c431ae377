/** Of what a file list and a diff may hold, in bytes. */
export const MAX_STATUS_BYTES = 512 * 1024;
export const MAX_NUMBERS_BYTES = 256 * 1024;
export const MAX_DIFF_BYTES = 1024 * 1024;

/** Exit codes of the scripts beside git's own. */
export const EXIT = {
  unknownCommit: 8,
  nothing: 9,
  otherBranch: 10,
  conflicts: 11,
  busy: 12,
  uncommitted: 13,
} as const;

const REPOSITORY = 'git rev-parse --git-dir > /dev/null\n';

/** Prints the number of commits between `$2` and the branch `$1`, `-` where that is none, then the status. */
export const STATUS = `${REPOSITORY}
git rev-list --count "$2..refs/heads/$1" 2> /dev/null || echo -
git status --porcelain=v2 --branch -z --untracked-files=all | head -c ${MAX_STATUS_BYTES}
`;

/**
 * Prints the commit, numbers for each file, two NUL and the diff, of the working tree against `$1`, below `$2`; files that git does not know
 * are new ones. It has an index of its own: the workspace is not written. The copy keeps its time, by which git knows that a file of the
 * same second may have changed although it is as long as before ("racy git").
 */
export const DIFF = `${REPOSITORY}
commit=$(git rev-parse --verify --quiet "$1^{commit}") || exit ${EXIT.unknownCommit}
mkdir /tmp/objects
export GIT_INDEX_FILE=/tmp/index GIT_OBJECT_DIRECTORY=/tmp/objects
export GIT_ALTERNATE_OBJECT_DIRECTORIES="$PWD/.git/objects:$PWD/../repository"
[ ! -f .git/index ] || cp -p .git/index /tmp/index
git add --intent-to-add --ignore-errors . 2> /dev/null || :
diff() { git -c core.bigFileThreshold=16m diff --no-ext-diff --no-textconv --no-color "$@"; }
echo "$commit"
export GIT_LITERAL_PATHSPECS=1
diff --numstat -z --no-renames "$commit" -- "$2" | head -c ${MAX_NUMBERS_BYTES}
printf '\\0\\0'
diff --src-prefix=a/ --dst-prefix=b/ "$commit" -- "$2" | head -c ${MAX_DIFF_BYTES}
`;

/** Commits all that has changed; the message is its input. Prints the commit and the branch. */
export const COMMIT = `${REPOSITORY}
[ -n "$(git status --porcelain | head -c 1)" ] || exit ${EXIT.nothing}
git add --all .
git commit --quiet --no-verify --cleanup=strip -F -
git rev-parse HEAD
git symbolic-ref --quiet --short HEAD || :
`;

/** Prints the commit of a branch. */
export const TIP = `${REPOSITORY}git rev-parse --verify --quiet "refs/heads/$1^{commit}" || exit ${EXIT.unknownCommit}\n`;

/** Prints a pack of what the commits and their objects are that its input names. */
export const PACK = 'exec git pack-objects --quiet --revs --stdout --delta-base-offset --threads=1\n';

/** Puts the commits of `$1`, which is checked out, on `$2`, which is `$3` at the host; or leaves all as it was, and says what is in the way. */
export const REBASE = `${REPOSITORY}
[ ! -d .git/rebase-merge ] && [ ! -d .git/rebase-apply ] || exit ${EXIT.busy}
[ "$(git symbolic-ref --quiet --short HEAD || :)" = "$1" ] || exit ${EXIT.otherBranch}
[ -z "$(git status --porcelain --untracked-files=no | head -c 1)" ] || exit ${EXIT.uncommitted}
git update-ref "refs/remotes/origin/$3" "$2"
git rebase --quiet --no-verify --no-autostash --no-autosquash "$2" > /tmp/said 2>&1 || {
  names=$(git diff --name-only --diff-filter=U | head -n 20)
  git rebase --abort || git rebase --quit
  if [ -n "$names" ]; then echo "$names" >&2; exit ${EXIT.conflicts}; fi
  tail -n 5 /tmp/said >&2
  exit 1
}
git rev-parse HEAD
`;
