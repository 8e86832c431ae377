import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { now } from '../common/clock';
import { messageOf } from '../common/domain.error';
import { Lanes } from '../common/lanes';
import { RepositoryConfig } from '../config/repository.config';
import { Database } from '../database/database';
import { update } from '../database/rows';
import { codeOf } from '../runtime/confined/path.errors';
import { DataDirectories } from '../runtime/data-directories';
import { Git, GitCall } from '../runtime/git/git';
import { noteMirrorSize } from './mirror-size';
import { isBranchName, isCommitId } from './ref-name';
import { Remote, RemoteAccess } from './remote-access';
import { noSuchBranch } from './repository.errors';
import { RepositoryEntity } from './repository.entity';

const MIB = 1024 * 1024;
/** Of a call that asks nobody. */
const LOCAL_MS = 60_000;
const REPACK_MS = 1_800_000;
/** A fetch leaves one, and so does a push: above it all are put into one. */
const MAX_PACKS = 40;
/** Old repositories have these, and hosts take them. */
const LENIENT = Object.fromEntries(
  ['zeroPaddedFilemode', 'badTimezone', 'missingSpaceBeforeDate', 'badDateOverflow', 'missingSpaceBeforeEmail'].map(
    (fault) => [`fetch.fsck.${fault}`, 'ignore'],
  ),
);
const refOf = (chatId: string, name: 'base' | 'head'): string => `refs/codex/${chatId}/${name}`;

export interface Base {
  readonly branch: string;
  readonly commit: string;
}

/** The service's copy of each repository: bare, and out of the sight of agents. One call of git at a time for each that changes it. */
@Injectable()
export class Mirrors {
  private readonly lanes = new Lanes();
  /** When each was fetched last by this process; milliseconds. */
  private readonly fetched = new Map<string, number>();

  constructor(
    private readonly git: Git,
    private readonly access: RemoteAccess,
    private readonly directories: DataDirectories,
    private readonly database: Database,
    private readonly config: RepositoryConfig,
  ) {}

  pathOf(repositoryId: string): string {
    return join(this.directories.repositories, repositoryId);
  }

  exists(repositoryId: string): boolean {
    return existsSync(join(this.pathOf(repositoryId), 'HEAD'));
  }

  /**
   * Brings in what the host has, unless that was done less than so long ago.
   *
   * @throws DomainError as `RemoteAccess.use`; what it says is kept with the repository
   */
  async fetch(repository: RepositoryEntity, maxAgeMs: number, signal?: AbortSignal): Promise<void> {
    const { id } = repository;
    await this.alone(
      id,
      async () => {
        if (Date.now() - (this.fetched.get(id) ?? -Infinity) < maxAgeMs) return;
        try {
          await this.access.use(
            repository,
            (remote) => this.fetchFrom(remote, repository, signal),
            this.keepsKeysOf(repository),
          );
          this.fetched.set(id, Date.now());
          await this.database.write(update(RepositoryEntity, { id }, { fetchedAt: now(), fault: null }));
          await this.noteSize(id);
        } catch (error) {
          if (signal?.aborted !== true) {
            await this.database.write(update(RepositoryEntity, { id }, { fault: messageOf(error) }));
          }
          throw error;
        }
      },
      signal,
    );
  }

  /** What is known of the host may be so no longer. */
  expire(repositoryId: string): void {
    this.fetched.delete(repositoryId);
  }

  /** What chats begin from. @throws DomainError `branch_not_found` */
  async baseOf({ id, baseBranch }: Pick<RepositoryEntity, 'id' | 'baseBranch'>): Promise<Base> {
    const branch = baseBranch ?? (await this.defaultBranch(id));
    if (!isBranchName(branch)) throw noSuchBranch(branch);
    const commit = await this.run(id, ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}^{commit}`]).catch(
      () => '',
    );
    if (!isCommitId(commit)) throw noSuchBranch(branch);
    return { branch, commit };
  }

  /** So that a commit of a chat stays, whatever becomes of its branch at the host. */
  async keep(repositoryId: string, chatId: string, name: 'base' | 'head', commit: string): Promise<void> {
    await this.alone(repositoryId, () => this.run(repositoryId, ['update-ref', refOf(chatId, name), commit]));
  }

  /**
   * Makes a folder have all objects of the repository, as links: read by a chat, and on the disk once. Waits for nothing: what a fetch brings
   * meanwhile is there the next time.
   *
   * @throws Error of the file system
   */
  async linkObjects(repositoryId: string, folder: string): Promise<void> {
    const [from, to] = [join(this.pathOf(repositoryId), 'objects', 'pack'), join(folder, 'pack')];
    await mkdir(to, { recursive: true, mode: 0o700 });
    const names = (await readdir(from)).filter((name) => /^pack-[0-9a-f]+\.(?:pack|idx|rev)$/.test(name));
    // An index is looked at first: its pack is to be there then.
    for (const name of names.sort((one, other) => Number(one.endsWith('.idx')) - Number(other.endsWith('.idx')))) {
      if (!existsSync(join(to, name))) await linked(join(from, name), join(to, name));
    }
    for (const name of await readdir(to)) if (!names.includes(name)) await rm(join(to, name), { force: true });
  }

  /** Whether the repository has a commit with all that belongs to it. */
  async has(repositoryId: string, commit: string): Promise<boolean> {
    const args = ['rev-list', '--objects', '--quiet', commit, '--not', '--all'];
    return this.run(repositoryId, args).then(
      () => true,
      () => false,
    );
  }

  /** Takes a pack in that an agent may have made; each object is checked. @throws GitError */
  async takePack(repositoryId: string, pack: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    const max = `--max-input-size=${this.config.maxMb * MIB}`;
    const call = { input: pack, signal, timeoutMs: this.timeoutMs };
    await this.alone(repositoryId, () => this.run(repositoryId, ['index-pack', '--stdin', '--strict', max], call));
    await this.noteSize(repositoryId);
  }

  /**
   * Makes a branch of the host be a commit, if it is what is expected (empty: not there).
   *
   * @throws DomainError as `RemoteAccess.use`
   */
  async push(repository: RepositoryEntity, branch: string, commit: string, expected: string): Promise<void> {
    const ref = `refs/heads/${branch}`;
    const options = ['--quiet', '--no-verify', '--no-signed', `--force-with-lease=${ref}:${expected}`];
    await this.access.use(
      repository,
      ({ url, ...remote }) =>
        this.run(repository.id, ['push', ...options, url, `${commit}:${ref}`], {
          timeoutMs: this.timeoutMs,
          ...remote,
        }),
      this.keepsKeysOf(repository),
    );
  }

  /** What a branch of the host is; empty: it is not there. @throws DomainError as `RemoteAccess.use` */
  async remoteCommit(repository: RepositoryEntity, branch: string): Promise<string> {
    const ref = `refs/heads/${branch}`;
    const said = await this.access.use(
      repository,
      ({ url, ...remote }) =>
        this.run(repository.id, ['ls-remote', url, ref], { timeoutMs: this.timeoutMs, ...remote }),
      this.keepsKeysOf(repository),
    );
    const commit =
      said
        .split('\n')
        .find((line) => line.endsWith(`\t${ref}`))
        ?.split('\t')[0] ?? '';
    return isCommitId(commit) ? commit : '';
  }

  /** What was kept; empty: nothing. */
  async kept(repositoryId: string, chatId: string, name: 'base' | 'head'): Promise<string> {
    return this.run(repositoryId, ['rev-parse', '--verify', '--quiet', refOf(chatId, name)]).catch(() => '');
  }

  /** Ids of chats whose commits are kept. */
  async chatsIn(repositoryId: string): Promise<string[]> {
    const refs = await this.run(repositoryId, ['for-each-ref', '--format=%(refname)', 'refs/codex/']);
    return [...new Set(refs.split('\n').flatMap((ref) => ref.split('/')[2] ?? []))];
  }

  async forget(repositoryId: string, chatId: string): Promise<void> {
    const names = ['base', 'head'] as const;
    await this.alone(repositoryId, async () => {
      for (const name of names) await this.run(repositoryId, ['update-ref', '-d', refOf(chatId, name)]);
    });
  }

  /** Measures the copy. Never throws. */
  noteSize(repositoryId: string): Promise<void> {
    return noteMirrorSize(this.database, repositoryId, this.pathOf(repositoryId));
  }

  /** Makes one pack of many. Chats have links of their own to what they read meanwhile. */
  async repack(repositoryId: string): Promise<void> {
    const names = await readdir(join(this.pathOf(repositoryId), 'objects', 'pack')).catch(() => []);
    if (names.filter((name) => name.endsWith('.pack')).length <= MAX_PACKS) return;
    const call = { timeoutMs: REPACK_MS };
    await this.alone(repositoryId, () => this.run(repositoryId, ['repack', '-a', '-d', '-q'], call));
  }

  private async fetchFrom(
    { url, ...remote }: Remote,
    repository: RepositoryEntity,
    signal?: AbortSignal,
  ): Promise<void> {
    const { id } = repository;
    const call = { timeoutMs: this.timeoutMs, ...(signal && { signal }), ...remote };
    await this.ensure(id);
    if (repository.baseBranch === null) {
      const said = await this.run(id, ['ls-remote', '--symref', url, 'HEAD'], call);
      const branch = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(said)?.[1];
      if (branch !== undefined && isBranchName(branch)) {
        repository.baseBranch = branch;
        await this.database.write(update(RepositoryEntity, { id }, { baseBranch: branch }));
      }
    }
    const refs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
    const options = ['--quiet', '--prune', '--no-write-fetch-head', '--no-recurse-submodules'];
    await this.run(id, ['fetch', ...options, url, ...refs], {
      ...call,
      settings: { ...LENIENT, ...remote.settings, 'fetch.unpackLimit': '1' },
      maxFileBytes: this.config.maxMb * MIB,
    });
  }

  private async ensure(id: string): Promise<void> {
    if (this.exists(id)) return;
    await mkdir(this.pathOf(id), { recursive: true, mode: 0o700 });
    await this.run(id, ['init', '--quiet', '--bare']);
  }

  private async defaultBranch(id: string): Promise<string> {
    const said = await this.run(id, ['for-each-ref', '--format=%(refname:lstrip=2)', '--count=2', 'refs/heads/']);
    return said.split('\n').length === 1 ? said : 'main';
  }

  private keepsKeysOf({ id }: RepositoryEntity) {
    return async (knownHosts: string): Promise<void> => {
      await this.database.write(update(RepositoryEntity, { id }, { knownHosts }));
    };
  }

  /** @returns what git has printed, without the end of its last line */
  private async run(id: string, args: readonly string[], call: Partial<GitCall> = {}): Promise<string> {
    const output = await this.git.run({ timeoutMs: LOCAL_MS, ...call, args, gitDir: this.pathOf(id) });
    return output.toString('utf8').trimEnd();
  }

  /** @param signal ends the wait */
  private alone<T>(id: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.lanes.run(id, work, { ...(signal && { signal }) });
  }

  private get timeoutMs(): number {
    return this.config.timeoutSeconds * 1000;
  }

  /** Bytes of its packs on the disk. */
  async sizeOf(repositoryId: string): Promise<number> {
    const folder = join(this.pathOf(repositoryId), 'objects', 'pack');
    const names = await readdir(folder).catch(() => []);
    const sizes = await Promise.all(
      names.map((name) =>
        stat(join(folder, name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }
}

/** Of another pack that has just taken the place of this one there is nothing to link. */
async function linked(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const code = codeOf(error);
    // A file system without links, or with as many as it takes.
    if (['EMLINK', 'EPERM', 'EXDEV', 'ENOTSUP'].includes(code)) await copyFile(from, to);
    else if (code !== 'EEXIST' && code !== 'ENOENT') throw error;
  }
}
