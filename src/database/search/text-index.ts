import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { WriteTransaction } from '../write-transaction';
import { SearchTerm, wordsOf } from './search-words';
import { placeholdersOf } from '../placeholders';

/** What was found: a chat's title, a message, a command that ran, files that were changed. */
export const SEARCH_KINDS = ['title', 'message', 'command', 'file'] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

/** A text to be found. */
export interface IndexedText {
  readonly kind: SearchKind;
  /** Id of the chat, message or action that has it. */
  readonly refId: string;
  readonly chatId: string;
  readonly userId: string;
  /** ISO 8601. */
  readonly at: string;
  readonly text: string;
}

/** Which texts are looked at. */
export interface SearchScope {
  /** Who looks. */
  readonly userId: string;
  /** Which chats that user may read: a condition on rows of `chat`. @param user placeholder of the user's id */
  readonly chats: (user: string) => string;
  /** Who made those chats, by whom the index finds them; undefined: too many to name, so that it looks at everybody's. */
  readonly owners: readonly string[] | undefined;
  readonly chatId?: string;
  readonly kind?: SearchKind;
  readonly archived?: boolean;
  /** Only entries before this one. */
  readonly before?: number;
}

export interface Found {
  /** Rises with the time of the text. */
  readonly id: number;
  readonly kind: SearchKind;
  readonly refId: string;
  readonly chatId: string;
  /** Of the text as it is stored, the beginning, when it was asked for; else empty. */
  readonly sample: string;
}

/** Of a longer text what follows is not found. */
const MAX_CHARACTERS = 200_000;
/** Different words of a text that are found, and their bytes: PostgreSQL takes 1 MiB. */
const MAX_WORDS = 20_000;
const MAX_WORD_BYTES = 500_000;
/** Times that a word counts in a text. */
const MAX_COUNT = 16;
/** Characters of a sample. */
const SAMPLE = 2_000;
/** Begins what is no word of a text, but says whose it is: a character that is in no word. */
const MARK = '\uE000';
/** Entries of one millisecond. */
const NUMBERS = 4096;

/**
 * Words and where they are, the part in which the databases differ. The rows belong to chats and go with them.
 */
export abstract class TextIndex {
  /** Writes one entry whose number is free. Resolves with false when it is taken, or the chat is gone. */
  protected abstract insert(tx: WriteTransaction, id: number, text: IndexedText, words: WordCounts): Promise<boolean>;

  /** As `find`, without samples. */
  protected abstract newest(
    read: EntityManager,
    terms: readonly SearchTerm[],
    scope: SearchScope,
    limit: number,
  ): Promise<Omit<Found, 'sample'>[]>;

  /**
   * The newest entries that have all terms, newest first.
   *
   * @param hasSamples whether `sample` is wanted
   */
  async find(
    read: EntityManager,
    terms: readonly SearchTerm[],
    scope: SearchScope,
    { limit, hasSamples }: { readonly limit: number; readonly hasSamples: boolean },
  ): Promise<Found[]> {
    const found = await this.newest(read, terms, scope, limit);
    const samples = hasSamples ? await samplesOf(read, found) : new Map<string, string>();
    return found.map((entry) => ({ ...entry, sample: samples.get(entry.refId) ?? '' }));
  }

  /** Puts texts into the index, in the place of all that it has of these rows. */
  async replace(tx: WriteTransaction, refIds: readonly string[], texts: readonly IndexedText[]): Promise<void> {
    const places = placeholdersOf(refIds);
    await tx.run(`DELETE FROM "search_entries" WHERE "ref_id" IN (${places})`, refIds);
    // In the order of their numbers, in which FTS5 writes them together.
    const inOrder = texts.map((text) => ({ text, first: firstNumber(text.at) })).sort((a, b) => a.first - b.first);
    for (const { text, first } of inOrder) await this.insertFrom(tx, first, text);
  }

  private async insertFrom(tx: WriteTransaction, first: number, text: IndexedText): Promise<void> {
    const words = wordCountsOf(text);
    const start = first + hashOf(text.refId);
    for (let tries = 0; tries < NUMBERS; tries += 1) {
      if (await this.insert(tx, start + tries, text, words)) return;
      const [chat] = await tx.query<object[]>('SELECT 1 FROM "chat_sessions" WHERE "id" = $1', [text.chatId]);
      if (chat === undefined) return;
    }
  }
}

const TEXTS = [
  { kinds: ['title'], text: '"title" AS "text" FROM "chat_sessions"' },
  { kinds: ['message'], text: `substr("content", 1, ${SAMPLE}) AS "text" FROM "messages"` },
  { kinds: ['command', 'file'], text: `substr("title", 1, ${SAMPLE}) AS "text" FROM "agent_actions"` },
] as const;

/** Reads beginnings of texts, without reading pictures or long texts as a whole. */
async function samplesOf(
  read: EntityManager,
  found: readonly Pick<Found, 'kind' | 'refId'>[],
): Promise<Map<string, string>> {
  const samples = new Map<string, string>();
  for (const { kinds, text } of TEXTS) {
    const ids = found.filter(({ kind }) => (kinds as readonly string[]).includes(kind)).map(({ refId }) => refId);
    if (ids.length === 0) continue;
    const places = placeholdersOf(ids);
    const sql = `SELECT "id", ${text} WHERE "id" IN (${places})`;
    const rows = await read.query<{ id: string; text: string }[]>(sql, ids);
    for (const { id, text: sample } of rows) samples.set(id, sample);
  }
  return samples;
}

/** How often each word is in a text. */
export type WordCounts = ReadonlyMap<string, number>;

/** The mark by which the index itself finds what is in the chats that a user made. */
export const ownerMark = (userId: string): string =>
  `${MARK}u${createHash('sha256').update(userId).digest('hex').slice(0, 24)}`;

/** The same of what a chat or kind has. */
export function marksOf({ chatId, kind }: Pick<SearchScope, 'chatId' | 'kind'>): string[] {
  return [
    ...(chatId === undefined ? [] : [`${MARK}c${chatId.replaceAll('-', '')}`]),
    ...(kind === undefined ? [] : [`${MARK}k${kind}`]),
  ];
}

function wordCountsOf(indexed: IndexedText): WordCounts {
  const counts = new Map([ownerMark(indexed.userId), ...marksOf(indexed)].map((mark) => [mark, 1]));
  let bytes = 0;
  for (const { word } of wordsOf(indexed.text.slice(0, MAX_CHARACTERS))) {
    const count = counts.get(word);
    if (count === undefined) {
      bytes += Buffer.byteLength(word);
      if (counts.size >= MAX_WORDS || bytes > MAX_WORD_BYTES) break;
    }
    counts.set(word, Math.min((count ?? 0) + 1, MAX_COUNT));
  }
  return counts;
}

/** Numbers rise with time, so that the newest are found first without reading the others. */
const firstNumber = (at: string): number => (Date.parse(at) || 0) * NUMBERS;

/** Half of a millisecond's numbers, so that there are some behind it. */
const hashOf = (id: string): number => createHash('sha256').update(id).digest().readUInt16BE() % (NUMBERS / 2);
