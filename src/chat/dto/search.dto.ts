import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { QueryFlag } from '../../common/query-flag.decorator';
import { SEARCH_KINDS, type SearchKind } from '../../database/search/text-index';
import type { MessageRole } from '../entities/message.entity';
import { PageQueryDto } from './page.dto';

export const SEARCH_ORDERS = ['relevance', 'time'] as const;
export type SearchOrder = (typeof SEARCH_ORDERS)[number];

/** Characters of a query. */
export const MAX_QUERY = 500;

export class SearchQueryDto extends PageQueryDto {
  /**
   * Words that must all be there, the last one also as the beginning of a word. Case, accents and punctuation count for
   * nothing. @example build fail
   */
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_QUERY)
  q: string;

  /** By how well they fit (of the newest 1,000 that have the words), or newest first. */
  @IsOptional()
  @IsIn(SEARCH_ORDERS)
  @ApiProperty({ enum: SEARCH_ORDERS, required: false })
  sort: SearchOrder = 'relevance';

  /** Id of a chat: looks in it alone. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  chat?: string;

  /** What is looked for; left out: all of it. */
  @IsOptional()
  @IsIn(SEARCH_KINDS)
  @ApiProperty({ enum: SEARCH_KINDS, required: false })
  kind?: SearchKind;

  /** Looks in archived chats, or in the others; left out: in both. */
  @QueryFlag()
  archived?: boolean;
}

export class SnippetPartDto {
  text: string;
  /** One of the words that were looked for. */
  isMatch: boolean;
}

export class SearchHitDto {
  @ApiProperty({ enum: SEARCH_KINDS })
  kind: SearchKind;
  /** Of the chat (`title`), message (`message`) or agent action (`command`, `file`). */
  id: string;
  chatId: string;
  chatTitle: string;
  chatArchived: boolean;
  /** Null for a title. */
  @ApiProperty({ type: String, nullable: true })
  turnId: string | null;
  /** Who wrote a message; null for what is none. */
  @ApiProperty({ enum: ['user', 'assistant'], nullable: true })
  role: MessageRole | null;
  /** When the chat was made, the message written, the action begun. */
  at: string;
  /** The text around the first match, on one line, in pieces of plain text. */
  @ApiProperty({ type: [SnippetPartDto] })
  snippet: SnippetPartDto[];
}
