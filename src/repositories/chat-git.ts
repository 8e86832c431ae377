import { Injectable } from '@nestjs/common';
import { PassThrough } from 'node:stream';
import { AuditLog } from '../access/audit/audit-log';
import { User } from '../auth/user';
import { UserEntity } from '../auth/user.entity';
import { ChatDirectory } from '../chat/chat-directory';
import { TurnEntity } from '../chat/entities/turn.entity';
import { conflict, DomainError, invalid } from '../common/domain.error';
import { Database } from '../database/database';
import { update } from '../database/rows';
import { GitError } from '../runtime/git/git.errors';
import { SandboxedCall, SandboxedGit } from '../runtime/git/sandboxed-git';
import { Snapshots } from '../snapshots/snapshots';
import { WorkspaceChanges } from '../workspaces/workspace-changes';
import {
  ChatRepositoryDto,
  CommittedDto,
  DiffQueryDto,
  GitDiffDto,
  GitStatusDto,
  PushedDto,
  RebasedDto,
} from './chat-git.dto';
import { numbersIn, statusIn } from './git-output';
import {
  COMMIT,
  DIFF,
  EXIT,
  MAX_DIFF_BYTES,
  MAX_NUMBERS_BYTES,
  MAX_STATUS_BYTES,
  PACK,
  REBASE,
  STATUS,
  TIP,
} from './git-scripts';
import { Mirrors } from './mirrors';
import { isCommitId } from './ref-name';
import { pullRequestUrl } from './repository-address';
import { pushRejected, wordsOf, workspaceErrorOf } from './repository.errors';
import { RepositoryEntity } from './repository.entity';
import { OpenedCopy, WorkingCopies } from './working-copies';
import { WorkingCopyEntity } from './working-copy.entity';

const READ_MS = 60_000;
const WRITE_MS = 180_000;
const MAX_FILES = 1_000;
const NUL = 0;

/** Git in the working copies of chats, for a user. All that touches a workspace runs in its sandbox. */
@Injectable()
export class ChatGit {
  constructor(
    private readonly directory: ChatDirectory,
    private readonly copies: WorkingCopies,
    private readonly mirrors: Mirrors,
    private readonly sandbox: SandboxedGit,
    private readonly database: Database,
    private readonly changes: WorkspaceChanges,
    private readonly audit: AuditLog,
    private readonly snapshots: Snapshots,
  ) {}

  /** What the chat works in. Runs nothing. @throws DomainError `chat_not_found` */
  async about(user: User, chatId: string): Promise<ChatRepositoryDto> {
    const chat = await this.directory.find(user, chatId, 'read');
    const [copy, repository] = await Promise.all([this.copies.known(chat), this.copies.repositoryIn(chat.projectId)]);
    const { url = null, baseBranch = null } = repository ?? {};
    return { url, baseBranch, hasWorkingCopy: copy !== null };
  }

  /** @throws DomainError `chat_not_found`, `no_working_copy`, `git_failed`, `git_unavailable` */
  async status(user: User, chatId: string): Promise<GitStatusDto> {
    const opened = await this.copies.find(await this.directory.find(user, chatId, 'read'));
    return this.statusOf(opened);
  }

  /** Makes the working copy now, or again. @throws DomainError as `WorkingCopies.checkOutAgain`; `chat_not_found`, `read_only`, `turn_running` */
  async checkOut(user: User, chatId: string): Promise<GitStatusDto> {
    const chat = await this.directory.find(user, chatId, 'write');
    await this.requireIdle(chatId);
    const opened = await this.copies.checkOutAgain(chat);
    return this.statusOf(opened);
  }

  /** @throws DomainError as `status`; `unknown_commit`, `invalid_path`, `snapshot_unavailable` */
  async diff(user: User, chatId: string, { against, path = '.' }: DiffQueryDto): Promise<GitDiffDto> {
    const opened = await this.copies.find(await this.directory.find(user, chatId, 'read'));
    if (path.startsWith('/') || path.split('/').includes('..'))
      throw invalid('invalid_path', 'path must be one in the workspace, from its top on.');
    if (against === 'turn') return this.diffOfTurn(user, chatId, path);
    const args = [against === 'base' ? opened.copy.baseCommit : 'HEAD', path];
    const output = await this.run(opened, { script: DIFF, args, writes: false, timeoutMs: READ_MS });
    const start = output.indexOf('\n') + 1;
    const end = output.indexOf('\0\0', start);
    const numbers = output.subarray(start, end);
    const files = numbersIn(numbers);
    let text = output.subarray(end + 2);
    while (text[0] === NUL) text = text.subarray(1);
    const isCut = text.length >= MAX_DIFF_BYTES || numbers.length >= MAX_NUMBERS_BYTES || files.length > MAX_FILES;
    return {
      ...{ against: output.subarray(0, start - 1).toString('utf8'), files: files.slice(0, MAX_FILES) },
      ...{ diff: text.toString('utf8'), truncated: isCut },
    };
  }

  private async diffOfTurn(user: User, chatId: string, path: string): Promise<GitDiffDto> {
    const changed = await this.snapshots.diffOfLastTurn(user, chatId, path === '.' ? '' : path);
    if (changed === undefined) return { against: '', files: [], diff: '', truncated: false };
    const { turnId, lineNumbers, diff, truncated } = changed;
    const files = numbersIn(lineNumbers);
    return {
      ...{ against: turnId, files: files.slice(0, MAX_FILES), diff },
      truncated: truncated || files.length > MAX_FILES,
    };
  }

  /** Commits all changes, in the user's name. @throws DomainError as `status`; `read_only`, `turn_running`, `nothing_to_commit`, `git_busy` */
  async commit(user: User, chatId: string, message: string): Promise<CommittedDto> {
    const opened = await this.openedIdle(user, chatId);
    const variables = await this.nameOf(user);
    const call = { script: COMMIT, variables, input: message, writes: true, timeoutMs: WRITE_MS };
    const output = await this.copies.alone(chatId, () => this.run(opened, call));
    const [commit = '', branch = ''] = output.toString('utf8').split('\n');
    return { commit, branch };
  }

  /**
   * Pushes the chat's branch: what is there is replaced only where this service has put it there.
   *
   * @throws DomainError as `status` and `RemoteAccess.use`; `read_only`, `repository_changed`, `nothing_to_push`, `push_rejected`, `git_busy`
   */
  async push(user: User, chatId: string): Promise<PushedDto> {
    const chat = await this.directory.find(user, chatId, 'write');
    const opened = await this.copies.find(chat);
    const repository = await this.copies.repositoryOf(opened);
    return this.copies.alone(chatId, async () => {
      const { branch, baseBranch, baseCommit } = opened.copy;
      const output = await this.run(opened, { script: TIP, args: [branch], writes: false, timeoutMs: READ_MS });
      const commit = output.toString('utf8').trim();
      if (!isCommitId(commit)) throw conflict('unknown_commit', `The branch "${branch}" has no commit.`);
      if (commit === baseCommit)
        throw conflict('nothing_to_push', `The branch "${branch}" has no commit of its own yet.`);
      await this.bringOut(opened, commit);
      await this.pushTo(repository, opened, commit);
      await this.database.write(update(WorkingCopyEntity, { chatId }, { pushedCommit: commit }));
      const detail = { branch, commit, url: repository.url };
      this.audit.record({ action: 'git.pushed', by: user, target: { kind: 'chat', id: chatId }, detail });
      return { branch, commit, pullRequestUrl: pullRequestUrl(repository.url, branch, baseBranch) };
    });
  }

  /**
   * Puts the chat's commits on what the base branch is now at the host.
   *
   * @throws DomainError as `push`; `turn_running`, `uncommitted_changes`, `other_branch`, `rebase_conflict`, `rebase_under_way`,
   * `branch_not_found`
   */
  async rebase(user: User, chatId: string): Promise<RebasedDto> {
    const opened = await this.openedIdle(user, chatId);
    const repository = await this.copies.repositoryOf(opened);
    const { branch, baseBranch } = opened.copy;
    await this.mirrors.fetch(repository, 0);
    const { commit: baseCommit } = await this.mirrors.baseOf({ id: repository.id, baseBranch });
    return this.copies.alone(chatId, async () => {
      await this.copies.linkObjects(opened);
      const variables = { ...(await this.nameOf(user)), GIT_EDITOR: ':', GIT_SEQUENCE_EDITOR: ':' };
      const call = { script: REBASE, args: [branch, baseCommit, baseBranch], variables, writes: true };
      const output = await this.run(opened, { ...call, timeoutMs: WRITE_MS });
      await this.mirrors.keep(repository.id, chatId, 'base', baseCommit);
      await this.database.write(update(WorkingCopyEntity, { chatId }, { baseCommit }));
      this.changes.note(opened.chat, 'user', []);
      return { branch, commit: output.toString('utf8').trim(), baseCommit };
    });
  }

  private async statusOf(opened: OpenedCopy): Promise<GitStatusDto> {
    const { branch, baseBranch, baseCommit, pushedCommit } = opened.copy;
    await this.copies.linkObjects(opened);
    const args = [branch, baseCommit];
    const output = await this.run(opened, { script: STATUS, args, writes: false, timeoutMs: READ_MS });
    const count = output.subarray(0, output.indexOf('\n')).toString('utf8');
    const list = output.subarray(output.indexOf('\n') + 1);
    const isCut = list.length >= MAX_STATUS_BYTES;
    const { branch: checkedOut, head, files } = statusIn(isCut ? list.subarray(0, list.lastIndexOf(NUL)) : list);
    const repository = await this.copies.repositoryOf(opened).catch(() => null);
    return {
      ...{
        branch,
        checkedOut,
        head,
        baseBranch,
        baseCommit,
        ahead: count === '-' ? null : Number(count),
        pushedCommit,
      },
      ...{ files: files.slice(0, MAX_FILES), truncated: isCut || files.length > MAX_FILES },
      pullRequestUrl: repository && pushedCommit ? pullRequestUrl(repository.url, branch, baseBranch) : null,
    };
  }

  /** Has the service's copy of the repository have a commit of the workspace, with all that belongs to it. */
  private async bringOut(opened: OpenedCopy, commit: string): Promise<void> {
    const { repositoryId, baseCommit } = opened.copy;
    if (!(await this.mirrors.has(repositoryId, commit))) {
      await this.transfer(opened, `${commit}\n--not\n${baseCommit}\n`);
      if (!(await this.mirrors.has(repositoryId, commit)))
        throw conflict('git_failed', 'The branch cannot be pushed: objects of it are missing in the workspace.');
    }
  }

  private async transfer(opened: OpenedCopy, input: string): Promise<void> {
    const [pack, given] = [new PassThrough(), new AbortController()];
    const write = (chunk: Buffer): Promise<void> => new Promise((resolve) => void pack.write(chunk, () => resolve()));
    const packing = this.run(opened, {
      script: PACK,
      input,
      writes: false,
      timeoutMs: WRITE_MS,
      onOutput: write,
      signal: given.signal,
    });
    const taking = this.mirrors.takePack(opened.copy.repositoryId, pack, given.signal);
    const packed = packing.then(
      () => void pack.end(),
      (error: unknown) => {
        given.abort(error);
        pack.destroy();
        throw error;
      },
    );
    const taken = taking.catch((error: unknown) => {
      given.abort(error);
      throw error;
    });
    const [first] = (await Promise.allSettled([packed, taken])).flatMap((end) =>
      end.status === 'rejected' ? [end.reason as unknown] : [],
    );
    if (first === undefined) return;
    if (first instanceof DomainError) throw first;
    throw workspaceErrorOf(first) as Error;
  }

  private async pushTo(repository: RepositoryEntity, { copy }: OpenedCopy, commit: string): Promise<void> {
    const { chatId, branch, pushedCommit } = copy;
    const before = await this.mirrors.kept(repository.id, chatId, 'head');
    const current = await this.mirrors.remoteCommit(repository, branch);
    // The last of them: a push of ours whose end this service has not seen.
    const isOurs = ['', pushedCommit, commit, before].includes(current);
    if (!isOurs) throw pushRejected(`somebody else has pushed to "${branch}".`);
    await this.mirrors.keep(repository.id, chatId, 'head', commit);
    if (current !== commit) await this.mirrors.push(repository, branch, commit, current);
  }

  private async openedIdle(user: User, chatId: string): Promise<OpenedCopy> {
    const chat = await this.directory.find(user, chatId, 'write');
    await this.requireIdle(chatId);
    return this.copies.find(chat);
  }

  private async requireIdle(chatId: string): Promise<void> {
    if (await this.database.read.existsBy(TurnEntity, { chatId, status: 'running' }))
      throw conflict('turn_running', 'A turn is running in the chat: wait for its end, or interrupt it.');
  }

  private async nameOf({ id }: User): Promise<Record<string, string>> {
    const user = await this.database.read.findOneBy(UserEntity, { id });
    const [name, email] = [user?.displayName.trim() || id, user?.email ?? `${id}@localhost`];
    return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
  }

  private async run({ workspace, copy }: OpenedCopy, call: Omit<SandboxedCall, 'workspace'>): Promise<Buffer> {
    try {
      return await this.sandbox.run({ ...call, workspace });
    } catch (error) {
      throw (error instanceof GitError ? (scriptErrorOf(error, copy) ?? workspaceErrorOf(error)) : error) as Error;
    }
  }
}

function scriptErrorOf(error: GitError, { branch }: WorkingCopyEntity): DomainError | undefined {
  switch (error.exitCode) {
    case EXIT.unknownCommit:
      return conflict('unknown_commit', 'The repository in the workspace does not have the commit any more.');
    case EXIT.nothing:
      return conflict('nothing_to_commit', 'Nothing has changed since the last commit.');
    case EXIT.otherBranch:
      return conflict('other_branch', `"${branch}" is not checked out in the workspace.`);
    case EXIT.conflicts:
      return conflict('rebase_conflict', `All is as it was: the base has changed the same lines of ${wordsOf(error)}`);
    case EXIT.busy:
      return conflict('rebase_under_way', 'A rebase is under way in the workspace: have the agent end it.');
    case EXIT.uncommitted:
      return conflict('uncommitted_changes', 'There are changes that are not committed: commit them first.');
    default:
      return undefined;
  }
}
