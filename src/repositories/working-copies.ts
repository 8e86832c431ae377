import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { ChatEntity } from '../chat/entities/chat.entity';
import { prepareProtected } from '../chat/turns/protected-folders';
import { now } from '../common/clock';
import { conflict } from '../common/domain.error';
import { Lanes } from '../common/lanes';
import { Database } from '../database/database';
import { DataDirectories } from '../runtime/data-directories';
import { GitError } from '../runtime/git/git.errors';
import { SandboxedCall, SandboxedGit } from '../runtime/git/sandboxed-git';
import { WorkspaceChanges } from '../workspaces/workspace-changes';
import { Base, Mirrors } from './mirrors';
import { NO_WORKING_COPY, OTHER_REPOSITORY, wordsOf, workspaceErrorOf } from './repository.errors';
import { RepositoryEntity } from './repository.entity';
import { WorkingCopyEntity } from './working-copy.entity';

/** Of 5,000 files a second, say, on a slow disk. */
const CHECKOUT_MS = 300_000;
/** Chats that begin at once ask the host once. */
const FRESH_MS = 60_000;
/** In a `.git` that is being made. */
const UNFINISHED = 'relay-checkout';
/** Waiting for another call of git in the same chat. */
const LANE_MS = 60_000;
const BUSY = conflict('git_busy', 'Git is at work in this chat already; try again when that is over.');

/**
 * `$1` branch, `$2` commit, `$3` base branch, `$4` address, `$5` mode. What was begun and not finished is begun anew; a repository of the agent's own is left
 * alone. The objects lie beside the workspace, by a path that is right wherever that is.
 */
const CHECKOUT = `
clean() { find .git -mindepth 1 -delete; }
[ ! -e .git/${UNFINISHED} ] || clean
[ -z "$(ls -A .git)" ] || { echo 'the workspace has a repository of its own' >&2; exit 7; }
: > .git/${UNFINISHED}
begin() {
  git init -q &&
  echo ../../../repository > .git/objects/info/alternates &&
  git config remote.origin.url "$4" &&
  git config remote.origin.fetch '+refs/heads/*:refs/remotes/origin/*' &&
  git update-ref "refs/remotes/origin/$3" "$2" &&
  if [ "$5" = adopt ]; then
    git update-ref "refs/heads/$1" "$2" && git symbolic-ref HEAD "refs/heads/$1" && git read-tree HEAD
  else
    git checkout -q -b "$1" "$2"
  fi
}
begin "$@" || { code=$?; clean; exit $code; }
rm .git/${UNFINISHED}
`;

/** `$1` branch. Files and commits stay as they are; there may be no commit yet. */
const TAKE_OVER = `git checkout -q -b "$1" || git symbolic-ref HEAD "refs/heads/$1"`;

/** A chat with its working copy, for one call. */
export interface OpenedCopy {
  readonly chat: ChatEntity;
  readonly copy: WorkingCopyEntity;
  readonly workspace: string;
}

/** Makes working copies of projects' repositories in the workspaces of chats. */
@Injectable()
export class WorkingCopies {
  private readonly lanes = new Lanes();

  constructor(
    private readonly mirrors: Mirrors,
    private readonly sandbox: SandboxedGit,
    private readonly directories: DataDirectories,
    private readonly database: Database,
    private readonly changes: WorkspaceChanges,
  ) {}

  /** @throws DomainError `no_working_copy` */
  async find(chat: ChatEntity): Promise<OpenedCopy> {
    const known = await this.known(chat);
    if (known === null) throw NO_WORKING_COPY;
    return known;
  }

  /** The copy that is there; null: none. */
  async known(chat: ChatEntity): Promise<OpenedCopy | null> {
    const copy = await this.database.read.findOneBy(WorkingCopyEntity, { chatId: chat.id });
    return copy && { chat, copy, workspace: this.directories.workspaceOf(chat.userId, chat.id) };
  }

  /** The repository that the working copy is of, as it is now. @throws DomainError `repository_changed` */
  async repositoryOf({ chat, copy }: OpenedCopy): Promise<RepositoryEntity> {
    const repository = await this.repositoryIn(chat.projectId);
    if (repository?.id !== copy.repositoryId) throw OTHER_REPOSITORY;
    return repository;
  }

  repositoryIn(projectId: string): Promise<RepositoryEntity | null> {
    return this.database.read.findOneBy(RepositoryEntity, { projectId });
  }

  /**
   * Makes the chat's working copy, if its project has a repository and it has none; before each turn.
   *
   * @returns null where the chat works without
   * @throws DomainError as `Mirrors.fetch`; `branch_not_found`, `checkout_failed`, `git_unavailable`
   */
  async ensure(chat: ChatEntity, signal?: AbortSignal): Promise<OpenedCopy | null> {
    const known = await this.known(chat);
    if (known !== null) {
      await this.linkObjects(known);
      return known;
    }
    const workspace = this.directories.workspaceOf(chat.userId, chat.id);
    const repository = await this.repositoryIn(chat.projectId);
    if (repository === null) return null;
    return this.alone(chat.id, async () => {
      await mkdir(workspace, { recursive: true, mode: 0o700 });
      prepareProtected(workspace, 'workspace-write');
      if (isOwnRepository(workspace)) return this.takeOver(chat, repository, { workspace, ...(signal && { signal }) });
      return this.checkOut(chat, repository, { workspace, mode: 'new', ...(signal && { signal }) });
    });
  }

  /**
   * The same by a person's wish: also where the copy is there and its `.git` has been lost. Then the files stay as they are.
   *
   * @throws DomainError as `ensure`; `repository_not_found`, `repository_changed`
   */
  async checkOutAgain(chat: ChatEntity): Promise<OpenedCopy> {
    const made = await this.ensure(chat);
    if (made === null) throw NO_WORKING_COPY;
    const repository = await this.repositoryOf(made);
    return this.alone(chat.id, async () => {
      prepareProtected(made.workspace, 'workspace-write');
      if (isOwnRepository(made.workspace)) return made;
      return this.checkOut(chat, repository, { workspace: made.workspace, mode: 'adopt' });
    });
  }

  /** Makes sure that git in the workspace finds what the service has of the repository. @throws Error of the file system */
  async linkObjects({ chat, copy }: OpenedCopy): Promise<void> {
    if (!this.mirrors.exists(copy.repositoryId)) return;
    await this.mirrors.linkObjects(copy.repositoryId, this.directories.repositoryObjectsOf(chat.userId, chat.id));
  }

  /** One call of git in a chat's workspace at a time. @throws DomainError `git_busy` */
  alone<T>(chatId: string, work: () => Promise<T>): Promise<T> {
    return this.lanes.run(chatId, work, { limit: { timeoutMs: LANE_MS, error: BUSY } });
  }

  /** A chat that has branched off brings the copy of the other along, and goes on with it on a branch of its own. */
  private async takeOver(
    chat: ChatEntity,
    repository: RepositoryEntity,
    { workspace, signal }: Omit<CheckoutWay, 'mode'>,
  ): Promise<OpenedCopy | null> {
    const isCopy = existsSync(join(workspace, '.git', 'objects', 'info', 'alternates'));
    if (chat.parentId === null || !isCopy) return null;
    const other = await this.database.read.findOneBy(WorkingCopyEntity, { chatId: chat.parentId });
    if (other !== null && other.repositoryId !== repository.id) return null;
    const base = other
      ? { branch: other.baseBranch, commit: other.baseCommit }
      : await this.mirrors.baseOf((await this.repositoryIn(chat.projectId)) ?? repository);
    const copy = newCopy(chat, repository, base);
    await this.mirrors.keep(repository.id, chat.id, 'base', base.commit);
    await this.linkObjects({ chat, copy, workspace });
    const call = {
      workspace,
      script: TAKE_OVER,
      args: [copy.branch],
      writes: true,
      isRepeatable: true,
      timeoutMs: CHECKOUT_MS,
    };
    await this.run({ ...call, ...(signal && { signal }) });
    return this.stored({ chat, copy, workspace });
  }

  private async run(call: SandboxedCall): Promise<void> {
    await this.sandbox.run(call).catch((error: unknown) => {
      if (!(error instanceof GitError) || error.reason === 'absent') throw workspaceErrorOf(error) as Error;
      throw conflict('checkout_failed', `The repository cannot be checked out: ${wordsOf(error)}`);
    });
  }

  private async stored(opened: OpenedCopy): Promise<OpenedCopy> {
    await this.database.write((tx) => tx.upsert(WorkingCopyEntity, { ...opened.copy }, ['chatId']));
    this.changes.note(opened.chat, 'user', []);
    return opened;
  }

  private async checkOut(chat: ChatEntity, repository: RepositoryEntity, way: CheckoutWay): Promise<OpenedCopy> {
    const { workspace, mode, signal } = way;
    await this.mirrors.fetch(repository, FRESH_MS, signal);
    // With the first fetch it knows its base branch, whichever chat that was for.
    const base = await this.mirrors.baseOf((await this.repositoryIn(chat.projectId)) ?? repository);
    const copy = newCopy(chat, repository, base);
    await this.mirrors.keep(repository.id, chat.id, 'base', base.commit);
    await this.linkObjects({ chat, copy, workspace });
    const args = [copy.branch, base.commit, base.branch, repository.url, mode];
    const call = { workspace, script: CHECKOUT, args, writes: true, isRepeatable: true, timeoutMs: CHECKOUT_MS };
    await this.run({ ...call, ...(signal && { signal }) });
    return this.stored({ chat, copy, workspace });
  }
}

interface CheckoutWay {
  readonly workspace: string;
  /** `new`: into a workspace that has no files in the way; `adopt`: what is there are changes. */
  readonly mode: 'new' | 'adopt';
  readonly signal?: AbortSignal;
}

/** Made by the agent, or by a checkout that has come to its end. */
function isOwnRepository(workspace: string): boolean {
  const git = join(workspace, '.git');
  return !existsSync(join(git, UNFINISHED)) && readdirSync(git).length > 0;
}

/** The beginning of the id is a time, and that of others. */
const newCopy = (chat: ChatEntity, repository: RepositoryEntity, base: Base): WorkingCopyEntity => ({
  ...{
    chatId: chat.id,
    userId: chat.userId,
    repositoryId: repository.id,
    branch: `codex/${chat.id.replaceAll('-', '').slice(-12)}`,
  },
  ...{ baseBranch: base.branch, baseCommit: base.commit, pushedCommit: null, createdAt: now() },
});
