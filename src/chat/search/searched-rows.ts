import { EntityManager, In } from 'typeorm';
import type { IndexedText, SearchKind } from '../../database/search/text-index';
import { textOf } from '../dto/message.dto';
import { AgentActionEntity } from '../entities/agent-action.entity';
import { ChatEntity } from '../entities/chat.entity';
import { MessageEntity, type MessageRole } from '../entities/message.entity';

/** A row whose text can be found. */
export interface SearchedRow extends IndexedText {
  /** Null for the title of a chat. */
  readonly turnId: string | null;
  /** Of a message. */
  readonly role: MessageRole | null;
}

/** As the triggers of the database name the tables. */
export const SEARCH_SOURCES = ['chat', 'message', 'action'] as const;
export type SearchSource = (typeof SEARCH_SOURCES)[number];

export const SOURCE_OF: Readonly<Record<SearchKind, SearchSource>> = {
  title: 'chat',
  message: 'message',
  command: 'action',
  file: 'action',
};

const READERS: Readonly<Record<SearchSource, (read: EntityManager, ids: string[]) => Promise<SearchedRow[]>>> = {
  chat: titlesOf,
  message: messagesOf,
  action: actionsOf,
};

/** What can be found of these rows; rows that are gone, or say nothing, are left out. */
export const searchedRows = (read: EntityManager, source: SearchSource, ids: string[]): Promise<SearchedRow[]> =>
  ids.length === 0 ? Promise.resolve([]) : READERS[source](read, ids);

async function titlesOf(read: EntityManager, ids: string[]): Promise<SearchedRow[]> {
  const select = { id: true, userId: true, title: true, createdAt: true } as const;
  const rows = await read.find(ChatEntity, { select, where: { id: In(ids) } });
  return rows
    .filter(({ title }) => title !== '')
    .map(({ id, userId, title, createdAt }) => ({
      ...{ kind: 'title', refId: id, chatId: id, userId, at: createdAt, text: title, turnId: null, role: null },
    }));
}

/** Without those that no longer belong to the answer. */
async function messagesOf(read: EntityManager, ids: string[]): Promise<SearchedRow[]> {
  const rows = await read.find(MessageEntity, { where: { id: In(ids), status: In(['final', 'partial']) } });
  return rows.flatMap(({ id, userId, chatId, turnId, role, createdAt, content }) => {
    const text = textOf(content);
    if (text === '') return [];
    return [{ kind: 'message' as const, refId: id, chatId, userId, at: createdAt, text, turnId, role }];
  });
}

const ACTION_KINDS = { command: 'command', file_change: 'file' } as const;

async function actionsOf(read: EntityManager, ids: string[]): Promise<SearchedRow[]> {
  // Not its data, which may be a long output or diff: the title has the command, or the names of the files.
  const select = {
    ...{ id: true, userId: true, chatId: true, turnId: true, kind: true, title: true, startedAt: true },
  } as const;
  const where = { id: In(ids), kind: In(Object.keys(ACTION_KINDS)) };
  const rows = await read.find(AgentActionEntity, { select, where });
  return rows.flatMap(({ id, userId, chatId, turnId, kind, title, startedAt: at }) => {
    if (kind !== 'command' && kind !== 'file_change') return [];
    const text = kind === 'command' ? title : title.replace(/(^|, )(?:add|update|delete) /g, '$1');
    return [{ kind: ACTION_KINDS[kind], refId: id, chatId, userId, at, text, turnId, role: null }];
  });
}
