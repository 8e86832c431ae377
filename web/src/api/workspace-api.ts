import { ApiProblem, NetworkProblem } from './problem';
import { request } from './request';
import { askForSignIn } from './sign-in';
import type {
  ChatRepository,
  GitDiff,
  GitStatus,
  Page,
  Restored,
  Snapshot,
  SnapshotDiff,
  WorkspaceEntry,
} from './types';

interface PageQuery {
  cursor?: string | null;
  limit?: number;
}

const at = (chatId: string): string => `/chats/${chatId}/workspace`;
const git = (chatId: string): string => `/chats/${chatId}/git`;

/** The address of a file, for a link or a picture; the page's own origin answers it. */
export const fileAddress = (chatId: string, path: string, download = false): string =>
  `api/v1${at(chatId)}/file?${new URLSearchParams({ path, ...(download && { download: 'true' }) }).toString()}`;

/** The address of a folder as one ZIP file. */
export const archiveAddress = (chatId: string, path: string): string =>
  `api/v1${at(chatId)}/archive?${new URLSearchParams({ path, format: 'zip' }).toString()}`;

/** The files of a chat's workspace. Paths are as the list has them. */
export const workspaceApi = {
  async list(chatId: string, path: string, query: PageQuery): Promise<Page<WorkspaceEntry>> {
    return (await request(at(chatId), { query: { path, ...query } })).json<Page<WorkspaceEntry>>();
  },

  /** Replaces what a file has. @param tag of what is replaced: one that was changed meanwhile is not (`file_changed`) */
  async write(chatId: string, path: string, content: string, tag: string): Promise<void> {
    const address = `api/v1${at(chatId)}/file?${new URLSearchParams({ path }).toString()}`;
    await sent(address, { method: 'PUT', body: new Blob([content]), headers: { 'if-match': tag } });
  },

  async upload(chatId: string, folder: string, files: readonly File[], overwrite: boolean): Promise<void> {
    const form = new FormData();
    for (const file of files) form.append('files', file, file.name);
    const query = new URLSearchParams({ path: folder, overwrite: String(overwrite) }).toString();
    await sent(`api/v1${at(chatId)}/upload?${query}`, { method: 'POST', body: form });
  },

  async makeFolder(chatId: string, path: string): Promise<void> {
    await request(`${at(chatId)}/folders`, { method: 'POST', body: { path } });
  },

  async move(chatId: string, from: string, to: string): Promise<void> {
    await request(`${at(chatId)}/move`, { method: 'POST', body: { from, to } });
  },

  async remove(chatId: string, path: string): Promise<void> {
    await request(at(chatId), { method: 'DELETE', query: { path } });
  },

  async snapshots(chatId: string, query: PageQuery): Promise<Page<Snapshot>> {
    return (await request(`/chats/${chatId}/snapshots`, { query: { ...query } })).json<Page<Snapshot>>();
  },

  async snapshotDiff(chatId: string, id: string): Promise<SnapshotDiff> {
    return (await request(`/chats/${chatId}/snapshots/${id}/diff`)).json<SnapshotDiff>();
  },

  /** Makes the files what they were at a snapshot, or tells what that would change. */
  async restore(chatId: string, snapshotId: string, preview: boolean): Promise<Restored> {
    const body = { snapshotId, preview };
    return (await request(`/chats/${chatId}/restore`, { method: 'POST', body })).json<Restored>();
  },
};

/** The repository that a chat works in. */
export const gitApi = {
  async about(chatId: string): Promise<ChatRepository> {
    return (await request(git(chatId))).json<ChatRepository>();
  },

  /** @throws ApiProblem for a chat that has no working copy, see `about` */
  async status(chatId: string): Promise<GitStatus> {
    return (await request(`${git(chatId)}/status`)).json<GitStatus>();
  },

  async diff(chatId: string, against: 'base' | 'head' | 'turn'): Promise<GitDiff> {
    return (await request(`${git(chatId)}/diff`, { query: { against } })).json<GitDiff>();
  },

  async checkout(chatId: string): Promise<void> {
    await request(`${git(chatId)}/checkout`, { method: 'POST' });
  },

  async commit(chatId: string, message: string): Promise<void> {
    await request(`${git(chatId)}/commit`, { method: 'POST', body: { message } });
  },

  async push(chatId: string): Promise<void> {
    await request(`${git(chatId)}/push`, { method: 'POST' });
  },

  async rebase(chatId: string): Promise<void> {
    await request(`${git(chatId)}/rebase`, { method: 'POST' });
  },
};

/** What is no JSON. */
async function sent(address: string, { headers, ...call }: RequestInit): Promise<Response> {
  const response = await fetch(address, { ...call, headers: { accept: 'application/json', ...headers } }).catch(() => {
    throw new NetworkProblem();
  });
  if (response.status === 401) askForSignIn();
  if (!response.ok) throw await ApiProblem.fromResponse(response);
  return response;
}
