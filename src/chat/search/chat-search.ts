import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { readableChats } from '../../access/access';
import { User } from '../../auth/user';
import { invalid } from '../../common/domain.error';
import { isId } from '../../common/ids';
import { Database } from '../../database/database';
import { Page } from '../../database/page';
import { SearchTerm, termsOf } from '../../database/search/search-words';
import { Found, SearchScope } from '../../database/search/text-index';
import { textIndexOf } from '../../database/search/text-index-of';
import { shownTitle } from '../dto/chat.dto';
import { SearchHitDto, SearchOrder, SearchQueryDto } from '../dto/search.dto';
import { ChatEntity } from '../entities/chat.entity';
import { SEARCH_SOURCES, SearchedRow, searchedRows, SOURCE_OF } from './searched-rows';
import { relevanceOf } from './relevance';
import { snippetOf } from './snippet';

/** Matches that are put into an order by how well they fit: the newest of them. */
const MAX_RANKED = 300;
/** People by whom the index finds chats; of more it looks at everybody's, and leaves out what the user may not read. */
const MAX_OWNERS = 500;

/** Finds what a user has in titles, messages, commands and names of files. */
@Injectable()
export class ChatSearch {
  constructor(private readonly database: Database) {}

  /** @throws DomainError `invalid_cursor`. */
  async search(
    user: User,
    { q, sort, chat, kind, archived, limit, cursor }: SearchQueryDto,
  ): Promise<Page<SearchHitDto>> {
    const terms = termsOf(q);
    const position = cursor === undefined ? undefined : positionIn(cursor, sort);
    if (terms.length === 0 || (chat !== undefined && !isId(chat))) return { data: [], nextCursor: null };
    const owners = await this.ownersOfVisible(user);
    if (owners?.length === 0) return { data: [], nextCursor: null };
    const chats = (placeholder: string): string => readableChats('chat', placeholder);
    const scope: SearchScope = { userId: user.id, chats, owners, chatId: chat, kind, archived };
    const found =
      sort === 'time'
        ? await this.newest(terms, { ...scope, before: position }, limit)
        : await this.best(terms, scope, position ?? 0, limit);
    return { data: await this.hitsOf(found.hits, terms), nextCursor: found.nextCursor };
  }

  /** Who made the chats that the user may see; undefined: too many. */
  private async ownersOfVisible(user: User): Promise<string[] | undefined> {
    const rows: { owner: string }[] = await this.database.read.query(
      `SELECT DISTINCT "user_id" AS "owner" FROM "chat_sessions" AS "chat" WHERE ${readableChats('chat', '$1')} ` +
        `LIMIT ${MAX_OWNERS + 1}`,
      [user.id],
    );
    return rows.length > MAX_OWNERS ? undefined : rows.map(({ owner }) => owner);
  }

  private async newest(terms: readonly SearchTerm[], scope: SearchScope, limit: number): Promise<FoundPage> {
    const found = await this.find(terms, scope, { limit: limit + 1, hasSamples: false });
    const hits = found.slice(0, limit);
    return { hits, nextCursor: found.length > limit ? cursorOf('time', hits.at(-1)?.id ?? 0) : null };
  }

  private async best(
    terms: readonly SearchTerm[],
    scope: SearchScope,
    from: number,
    limit: number,
  ): Promise<FoundPage> {
    const found = await this.find(terms, scope, { limit: MAX_RANKED, hasSamples: true });
    const words = terms.map(({ word }) => word);
    const weighted = found.map((entry) => ({ entry, weight: relevanceOf(entry.sample, entry.kind, words) }));
    // The sort is stable: of those that fit alike the newest comes first.
    const ranked = weighted.toSorted((one, other) => other.weight - one.weight).map(({ entry }) => entry);
    const to = from + limit;
    return { hits: ranked.slice(from, to), nextCursor: ranked.length > to ? cursorOf('relevance', to) : null };
  }

  private find(
    terms: readonly SearchTerm[],
    scope: SearchScope,
    options: { readonly limit: number; readonly hasSamples: boolean },
  ): Promise<Found[]> {
    const { read } = this.database;
    return textIndexOf(read).find(read, terms, scope, options);
  }

  /** Rows that have gone since are left out. */
  private async hitsOf(found: readonly Found[], terms: readonly SearchTerm[]): Promise<SearchHitDto[]> {
    const { read } = this.database;
    const chatIds = [...new Set(found.map(({ chatId }) => chatId))];
    const [chats, ...rows] = await Promise.all([
      chatIds.length === 0 ? [] : read.find(ChatEntity, { select: CHAT, where: { id: In(chatIds) } }),
      ...SEARCH_SOURCES.map((source) => {
        const ids = found.filter(({ kind }) => SOURCE_OF[kind] === source).map(({ refId }) => refId);
        return searchedRows(read, source, ids);
      }),
    ]);
    const chatOf = new Map(chats.map((chat) => [chat.id, chat]));
    const rowOf = new Map(rows.flat().map((row) => [row.refId, row]));
    return found.flatMap(({ refId, chatId }) => {
      const [chat, row] = [chatOf.get(chatId), rowOf.get(refId)];
      return chat === undefined || row === undefined ? [] : [toHit(row, chat, terms)];
    });
  }
}

const CHAT = { id: true, title: true, archived: true } as const;

interface FoundPage {
  readonly hits: readonly Found[];
  readonly nextCursor: string | null;
}

function toHit(
  row: SearchedRow,
  chat: Pick<ChatEntity, 'title' | 'archived'>,
  terms: readonly SearchTerm[],
): SearchHitDto {
  const { kind, refId: id, chatId, turnId, role, at, text } = row;
  return {
    ...{ kind, id, chatId, chatTitle: shownTitle(chat), chatArchived: chat.archived, turnId, role, at },
    snippet: snippetOf(text, terms),
  };
}

const cursorOf = (sort: SearchOrder, position: number): string =>
  Buffer.from(`${sort}/${position}`, 'utf8').toString('base64url');

function positionIn(cursor: string, sort: SearchOrder): number {
  const [order, position = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split('/');
  if (order === sort && /^\d{1,16}$/.test(position)) return Number(position);
  throw invalid('invalid_cursor', 'cursor must be the nextCursor of an earlier page of the same search.');
}
