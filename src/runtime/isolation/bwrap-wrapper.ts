import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { failed, Trial, Workaround } from '../../common/workarounds';
import { WRAPPER_VARIABLE } from '../child-environment';
import { DataDirectories } from '../data-directories';
import { BwrapFallback } from './bwrap-fallback';
import { scriptOf } from './bwrap-script';
import { Cover } from './covers';
import { DataRootRegister } from './data-root-register';
import { MachineView } from './machine-view';
import { findProgram } from '../shell';
import { withoutLinks } from '../without-links';

export const BWRAP_WRAPPER: Workaround = {
  name: 'bwrap_wrapper',
  setting: 'CODEX_BWRAP_WRAPPER',
  without:
    "the agent's sandboxed commands can read other chats, codex's own files, keys, the database and people's homes, and share one /tmp",
};

/** Of the self-test; a sandbox starts in some 20 ms. */
const TRIAL_DEADLINE_MS = 10_000;
/** Nobody's chat: no user has such an id. */
const TRIAL = { userId: '.trial', chatId: 'bwrap' };

const PROGRAM = 'bwrap';
const REFUSAL = "#!/bin/sh\necho 'the sandbox is not ready' >&2\nexit 126\n";

export interface WrapperSettings {
  /** The operator's variables; it need not exist. */
  readonly secretFile: string;
  /** What sandboxes show of the machine. */
  readonly view: MachineView;
  /** Largest file that a command can write, in MiB; 0: any. */
  readonly fileMaxMb: number;
}

/**
 * A `bwrap` of ours, first on the commands' PATH, where codex looks for it: it hides other chats, codex's own files, keys, the
 * database, blobs and what of the machine is private (MachineView) from the agent's sandboxed commands, and gives each chat a /tmp of
 * its own, which codex lets all of them share.
 *
 * Codex's sandbox lets a command read the whole disk, and its permission profiles are slow (quirk `bwrap-arguments`). Linux only: elsewhere there is no `bwrap`. Without effect on `danger-full-access`, which has no sandbox.
 */
export class BwrapWrapper {
  /** Not hidden: in there, too, a command finds the `bwrap` of its PATH. */
  private readonly folder: string;
  private fallback: BwrapFallback | undefined;
  private register: DataRootRegister | undefined;
  /** The `bwrap` that does the work. */
  private real: string | undefined;
  private machine: readonly Cover[] = [];
  private script = '';

  constructor(
    private readonly directories: DataDirectories,
    private readonly settings: WrapperSettings,
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

  /**
   * Makes sure of what lies outside of the data, where others clean up, and hides the data of services that have come
   * since; before each start of an app-server.
   */
  keep(): void {
    this.fallback?.keep();
    this.register?.add();
    this.write();
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
    // The first one of this run; the fallback is chosen by where it lies.
    await writeFile(join(this.folder, PROGRAM), REFUSAL, { mode: 0o700 });
    this.fallback = new BwrapFallback(this.folder);
    this.register = new DataRootRegister(this.fallback.folder, this.directories.root);
    this.register.add();
    this.real = real;
    this.machine = this.settings.view.ofPrograms();
    this.write();
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

  /** Written at once, because commands of this service may be starting through it. */
  private write(): void {
    const { directories, real, fallback, register } = this;
    if (real === undefined || fallback === undefined || register === undefined) return;
    const { sessions, agentHome, sandbox, readDir, runtimeRoot, root, database, storage } = directories;
    const prepared = existsSync(runtimeRoot) ? [runtimeRoot] : [];
    const secretFile = withoutLinks(this.settings.secretFile);
    const hidden = [root, database, storage, ...register.others(), register.folder];
    const covers: Cover[] = [
      ...hidden.map((at): Cover => ({ kind: 'hidden', at, always: true })),
      ...[agentHome, sandbox, readDir, ...prepared, fallback.folder].map((at): Cover => ({
        kind: 'kept',
        at,
        source: at,
      })),
      ...this.machine,
    ];
    const script = scriptOf({ real, sessions, agentHome, secretFile, fileMaxMb: this.settings.fileMaxMb, covers });
    if (script === this.script) return;
    const draft = join(this.folder, randomBytes(8).toString('hex'));
    writeFileSync(draft, script, { mode: 0o700 });
    renameSync(draft, join(this.folder, PROGRAM));
    this.script = script;
  }
}

/** In the order of codex's own arguments; the last two are its sandbox program's. */
function trialArguments(workspace: string, others: string): string[] {
  return [
    ...['--ro-bind', '/', '/', '--dev', '/dev', '--unshare-user', '--unshare-pid', '--proc', '/proc', '--'],
    ...['/bin/sh', '-c', '[ -e "$1" ] || echo hidden', 'sh', others, '--sandbox-policy-cwd', workspace],
  ];
}
