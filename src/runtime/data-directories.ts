import { existsSync, mkdirSync } from 'node:fs';
import { access, constants, mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { messageOf } from '../common/domain.error';
import { ConfigError } from '../config/config.error';
import { StorageConfig } from '../config/storage.config';
import { GroupKey } from './group-key';
import { withoutLinks } from './without-links';

/** Beside a workspace. */
export const PROJECT_FILES = 'project_files';
/** The same: the objects of the repository that the workspace is a working copy of. */
export const REPOSITORY_OBJECTS = 'repository';
/** The same: the skills that the chat has chosen. */
export const SKILLS = 'skills';

/** Where everything of this service lies on disk; absolute paths without links. */
export class DataDirectories {
  readonly root: string;
  /** What the operator edits: `llm_backends.yaml` and `models.yaml`. */
  readonly globalConfig: string;
  /** CODEX_HOME of the shared group: codex's threads, its databases and its writer locks. */
  readonly codexHome: string;
  /**
   * HOME of codex and of the agent's commands, so that neither sees the operator's dot files. Besides its workspace, and
   * programs that this service writes, the only folder here that a sandboxed command can read.
   */
  readonly agentHome: string;
  /** Chats' folders, by user. */
  readonly sessions: string;
  /** Users' own CODEX_HOMEs, where users are separated. */
  readonly users: string;
  /** Folder of the database file. */
  readonly database: string;
  /** Folder of the blobs, or of uploads on their way to a bucket. */
  readonly storage: string;
  /** What codex itself needs of ours: certificates, the list of models, programs. Written at each start. */
  readonly tools: string;
  /** What the sandbox of a command starts with. Written at each start. */
  readonly sandbox: string;

  /** The operator's corpus, which every agent can read. */
  readonly readDir: string;
  /** What is prepared for the agents' commands, which read it; there where it is prepared. */
  readonly runtimeRoot: string;
  /** Files of projects, by project; what chats have are links to them. */
  readonly projectFiles: string;
  /** Copies of the repositories of projects; what chats have are links to their objects. */
  readonly repositories: string;

  /** Recorded states of workspaces: a git repository for each family of chats. */
  readonly snapshots: string;

  private readonly isStorageMade: boolean;

  constructor(config: StorageConfig) {
    this.isStorageMade = config.storageType !== 'volume';
    this.root = withoutLinks(resolve(config.dataRoot));
    const inRoot = (name: string): string => withoutLinks(join(this.root, name));
    this.globalConfig = inRoot('global_config');
    this.codexHome = inRoot('codex_home');
    this.agentHome = inRoot('agent_home');
    this.sessions = inRoot('sessions');
    this.users = inRoot('users');
    this.database = withoutLinks(config.databaseDirectory);
    this.storage = withoutLinks(config.storageDirectory);
    this.tools = inRoot('codex_tools');
    this.sandbox = inRoot('sandbox');
    this.readDir = inRoot('read_dir');
    this.runtimeRoot = withoutLinks(config.runtimeDirectory);
    this.projectFiles = inRoot('project_files');
    this.snapshots = inRoot('snapshots');
    this.repositories = inRoot('repositories');
  }

  /** What no sandboxed command may read: other chats, codex's own files, keys, blobs and the database. */
  get secret(): string[] {
    const {
      globalConfig,
      codexHome,
      sessions,
      users,
      database,
      storage,
      tools,
      projectFiles,
      repositories,
      snapshots,
    } = this;
    return [globalConfig, codexHome, sessions, users, database, storage, tools, projectFiles, repositories, snapshots];
  }

  /** The CODEX_HOME of a group. */
  codexHomeOf(key: GroupKey): string {
    switch (key.kind) {
      case 'shared':
        return this.codexHome;
      case 'user':
        return join(this.users, key.userId, 'codex_home');
      case 'session':
        return join(this.sessionOf(key.userId, key.chatId), 'CODEX_HOME');
    }
  }

  /** What a group sees as `agentHome`, where its mounts are its own. */
  agentHomeOf(key: GroupKey): string {
    return key.kind === 'shared' ? this.agentHome : join(dirname(this.codexHomeOf(key)), 'agent_home');
  }

  /** The folders of a group that no other needs, where groups are separated; its CODEX_HOME among them. */
  foldersOf(key: GroupKey): string[] {
    switch (key.kind) {
      case 'shared':
        return [this.codexHome, this.sessions];
      case 'user':
        return [join(this.users, key.userId), join(this.sessions, key.userId)];
      case 'session':
        return [this.sessionOf(key.userId, key.chatId)];
    }
  }

  /** Makes sure that a group's CODEX_HOME is there, readable by this user only. @throws Error of the file system */
  prepareHome(key: GroupKey): string {
    const home = this.codexHomeOf(key);
    mkdirSync(home, { recursive: true, mode: 0o700 });
    return home;
  }

  /** What was approved once and for all, by anyone who shares this CODEX_HOME: codex runs it without a sandbox. */
  allowancesIn(codexHome: string): string {
    return join(codexHome, 'rules', 'default.rules');
  }

  /** The folder that the agent of this chat works in. */
  workspaceOf(userId: string, chatId: string): string {
    return join(this.sessionOf(userId, chatId), 'workspace');
  }

  /** What the agent of this chat sees of its project's files; there while the project has some. */
  projectFilesOf(userId: string, chatId: string): string {
    return join(this.sessionOf(userId, chatId), PROJECT_FILES);
  }

  /** What git in the workspace of this chat sees of its repository's objects; there while it is a working copy. */
  repositoryObjectsOf(userId: string, chatId: string): string {
    return join(this.sessionOf(userId, chatId), REPOSITORY_OBJECTS);
  }

  /** What the agent of this chat sees of the skills that it has; there once it has had some. */
  skillsOf(userId: string, chatId: string): string {
    return join(this.sessionOf(userId, chatId), SKILLS);
  }

  /** Everything on disk that belongs to this chat alone. */
  sessionOf(userId: string, chatId: string): string {
    return join(this.sessions, userId, chatId);
  }

  /**
   * Creates what is missing, readable by this user only.
   *
   * @throws ConfigError naming the folder that cannot be created or written.
   */
  async prepare(): Promise<void> {
    await makePrivate(this.root, 'CODEX_DATA_ROOT');
    const { globalConfig, codexHome, agentHome, sessions, users, tools, projectFiles, repositories, snapshots } = this;
    for (const path of [
      globalConfig,
      codexHome,
      agentHome,
      sessions,
      users,
      tools,
      projectFiles,
      repositories,
      snapshots,
    ]) {
      await makePrivate(path, 'CODEX_DATA_ROOT');
    }
    // The operator may have mounted it to be read only.
    await makeFolder(this.readDir);
    await makePrivate(this.database, 'CODEX_DB_ROOT');
    // A volume is mounted there by whoever runs the service: without it there is nothing to store in.
    if (this.isStorageMade) await makePrivate(this.storage, 'STORAGE_PATH');
    else await requireFolder(this.storage, 'STORAGE_PATH');
  }
}

async function makePrivate(path: string, variable: string): Promise<void> {
  await requireFolder(path, variable, () => makeFolder(path));
}

async function requireFolder(path: string, variable: string, make = (): Promise<void> => Promise.resolve()) {
  try {
    await make();
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new ConfigError(`${path} (${variable}) must be a folder that this user can write: ${messageOf(error)}`);
  }
}

/**
 * Leaves a folder that exists as it is: the operator may share it on purpose. Does not use `recursive`, which never
 * returns (Node 24) where the parent exists and takes no folder, as /proc.
 */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (existsSync(path)) return;
    if (existsSync(dirname(path))) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
}
