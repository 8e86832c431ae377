import { BOTH, Quirk } from './quirk';

const environment = (name: string): Quirk['test'] => ({
  file: 'test/integration/app-server/environment.spec.ts',
  name,
});
const agentGit = (name: string): Quirk['test'] => ({ file: 'test/e2e/agent-git.spec.ts', name });
const agentTools = (name: string): Quirk['test'] => ({ file: 'test/e2e/agent-tools.spec.ts', name });
const confinement = (name: string): Quirk['test'] => ({
  file: 'test/integration/app-server/confinement.spec.ts',
  name,
});

/** Of codex: what its sandbox leaves open, and what it does outside of it. */
export const SANDBOX_QUIRKS: readonly Quirk[] = [
  {
    id: 'bwrap-lookup',
    what: "codex takes the `bwrap` that it finds first on the PATH of the command, and passes over one below the command's working directory",
    seen: BOTH,
    why: 'the wrapper is found there; the fallback in another tree is found where the working directory lies above the wrapper',
    test: environment('does so in whatever folder of the machine it is started'),
    removeWhen: 'a setting of codex names the sandbox program',
  },
  {
    id: 'bwrap-arguments',
    what: "codex's arguments of `bwrap` mount the machine's root first, then `--dev /dev`; what it starts in there has `--sandbox-policy-cwd WORKSPACE`",
    seen: BOTH,
    why: 'the wrapper adds its own mounts between; with permission profiles codex reads its own files through a sandbox, too',
    gain: 'profiles cost 0.2 to 0.5 s more for each turn, the wrapper a start of `sh` for each command',
    test: environment('reads what is its own and the machine, and nothing of other chats, codex or the database'),
    removeWhen: 'permission profiles can hide folders without that price',
  },
  {
    id: 'shared-tmp',
    what: 'all sandboxes share /tmp and TMPDIR, and may write there',
    seen: BOTH,
    why: 'excluded where the wrapper gives each chat a /tmp of its own',
    test: environment(
      "shares no /tmp: neither with other chats nor with the machine's, and keeps its own where it may write",
    ),
    removeWhen: 'codex gives each thread a /tmp of its own',
    probe: {
      kind: 'config',
      settings: ['sandbox_workspace_write={exclude_slash_tmp=true,exclude_tmpdir_env_var=true}'],
    },
  },
  {
    id: 'bash-startup',
    what: "the sandbox's seccomp rules answer `getpeername` with EPERM, which bash takes for a connection from afar: `bash -c` reads ~/.bashrc",
    seen: BOTH,
    why: "commands have `SHLVL=1`, with which bash does not; the wrapper covers shells' startup files in the HOME",
    test: {
      file: 'test/integration/app-server/machine-view.spec.ts',
      name: 'is a HOME whose startup files have no effect on later commands',
    },
    removeWhen: 'the rules answer as for no socket, or commands have a HOME that no other wrote',
  },
  {
    id: 'reads-outside',
    what: 'codex reads files by itself, outside of the sandbox: a patch follows a link that a command has made, AGENTS.md may be one',
    seen: BOTH,
    why: 'mount isolation: the process is started without sight of what is not of its group',
    test: {
      file: 'test/integration/app-server/mount-isolation.spec.ts',
      name: 'is not the settings, keys, database or variables of the service',
    },
    removeWhen: 'codex reads and writes through its sandbox, at no price',
  },
  {
    id: 'patch-links',
    what: 'a patch follows links within the workspace to the folder of another chat',
    seen: BOTH,
    why: 'below a ceiling a shared process follows no links in folders of chats (`nosymfollow`, which an old `mount` passes over in silence)',
    test: confinement('leads codex nowhere below a ceiling, wherever it is'),
    removeWhen: 'codex applies patches within its sandbox',
  },
  {
    id: 'image-files',
    what: 'the tool `view_image` opens any file that the process of codex can read',
    seen: BOTH,
    why: "below a ceiling the model has it only where the process sees no other user's files",
    test: confinement('is not shown to a model below a ceiling, which keeps the tool where others are out of sight'),
    removeWhen: 'the tool opens files through the sandbox',
    probe: { kind: 'feature', name: 'view_image' },
  },
  {
    id: 'lasting-allowances',
    what: 'what was approved for good lies in `rules/default.rules` of the home; codex runs it without a sandbox from then on',
    seen: BOTH,
    why: 'rules are kept here, for one chat each; codex is told of none, and the file is removed before each start',
    test: confinement('is forgotten at the next start, with and without a ceiling'),
    removeWhen: 'codex has a setting that leaves the file unread',
  },
  {
    id: 'workspace-settings',
    what: 'codex takes settings, and programs to start, from `.codex` in the workspace, unless that is an empty folder that a sandbox covers',
    seen: BOTH,
    why: 'below a ceiling such a folder is kept out of the way',
    test: confinement('takes no commands from .codex in its workspace'),
    removeWhen: 'codex has a setting that leaves them unread',
  },
  {
    id: 'protected-links',
    what: 'no sandboxed command runs in a workspace whose `.git`, `.agents`, `.codex` or `.aws` is a link',
    seen: { program: 'codex', versions: ['0.171.0'] },
    why: 'such a link is renamed before a turn, and the chat says so',
    test: {
      file: 'test/e2e/chat-settings.spec.ts',
      name: 'a workspace whose .codex, .git or .agents is broken or a link is worked in all the same, and the chat says what was left out',
    },
    removeWhen: 'codex protects what a link leads to, or leaves it alone',
  },
  {
    id: 'git-folder',
    what: 'commands may write `.git` of a workspace where that is named as a writable root, and was a folder before the command started',
    seen: { program: 'codex', versions: ['0.171.0'] },
    why: 'it is named whenever a thread is opened, and made before each turn',
    test: agentGit(
      'an agent works with a repository that it makes, also after a restart and when the folder was lost or replaced',
    ),
    removeWhen: 'commands may write it by themselves',
  },
  {
    id: 'kept-writable-roots',
    what: 'a thread that is resumed in another folder keeps the writable roots that it had beside those it is given, unless its workspace roots are given',
    seen: { program: 'codex', versions: ['0.171.0'] },
    why: 'the workspace is given as the only workspace root; else no command would run after a restore into another folder',
    test: environment('writes the .git of the folder that its thread goes on in, and not that of the one before'),
    removeWhen: 'what is given replaces what was there',
  },
  {
    id: 'asks-git',
    what: 'codex asks git about a workspace that is a repository in each turn, outside of the sandbox; filters of the repository run',
    seen: { program: 'codex', versions: ['0.171.0'] },
    why: "codex's own environment has `GIT_DIR=/dev/null`: its git has no repository",
    test: agentGit('what an agent writes into its repository runs nowhere but in its sandbox'),
    removeWhen: 'codex asks git inside of the sandbox, or not at all',
  },
  {
    id: 'broken-settings',
    what: 'a thread is refused ("failed to load configuration") when `.codex/config.toml` in its workspace cannot be read',
    seen: { program: 'codex', versions: ['0.171.0'] },
    why: 'the thread is opened again without those settings, and the chat says so',
    test: {
      file: 'test/e2e/chat-settings.spec.ts',
      name: 'a workspace whose .codex, .git or .agents is broken or a link is worked in all the same, and the chat says what was left out',
    },
    removeWhen: 'codex passes over settings that it cannot read',
  },
  {
    id: 'declined-patch',
    what: 'the item of a patch whose approval was declined shows what it would delete, wherever that is',
    seen: BOTH,
    why: 'below a ceiling codex is kept from asking at all',
    test: confinement('has no way out of its sandbox, with nobody asked'),
    removeWhen: 'a declined item shows nothing of files outside of the workspace',
  },
  {
    id: 'untrusted-repeats',
    what: 'under `untrusted` what a person approved is run again without the sandbox, without asking, when the sandbox gets in its way',
    seen: BOTH,
    why: 'a confined chat cannot have that policy',
    test: { file: 'src/chat/agent-policies.spec.ts', name: 'lower the default, and what was chosen before' },
    removeWhen: 'codex asks again before it leaves the sandbox',
  },
  {
    id: 'destructive-commands',
    what: 'below a ceiling codex still asks about commands that destroy (`rm -rf`), which then run in the sandbox',
    seen: BOTH,
    why: 'such a question may be approved, because it leads out of nothing',
    test: confinement('may destroy with a person in the sandbox alone'),
    removeWhen: 'codex says of a question whether it leads out of the sandbox',
  },
  {
    id: 'socket-output',
    what: "the sandbox's seccomp rules refuse what a program asks a socket of: Node whose output is one writes nothing",
    seen: { program: 'codex', versions: ['0.171.0'] },
    why: "the service's own tools are started with pipes, which a shell makes",
    test: agentTools('are offered beside those of codex, and each call is an action of the agent'),
    removeWhen: 'the rules tell sockets of a machine from those of the network',
  },
  {
    id: 'sandbox-helper',
    what: 'the codex binary that is started as `codex-linux-sandbox` runs a program in the sandbox of the agent, by `--permission-profile`',
    seen: { program: 'codex', versions: ['0.171.0'] },
    why: "the service's own tools run as the agent's commands do; `command/exec` would let them write CODEX_HOME, whatever their folder",
    test: agentTools('a tool reaches what a command of its chat does, and nothing of other chats or of the service'),
    removeWhen: "`command/exec` takes the folder of a command for its sandbox's, or a tool runs in codex's own",
  },
];
