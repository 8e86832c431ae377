import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { SchemaVariants } from '../../common/schema-variants';
import type { ChatEvent, ChatEventType } from '../event-log/chat-event';
import { EVENT_DATA } from './event-data.dto';
import { PageLimit } from '../../common/page-fields.decorator';

/** One entry of a chat's log. */
@SchemaVariants('type', 'data', EVENT_DATA)
export class EventDto {
  chatId: string;
  /** 1, 2, 3 ... in each chat; of a turn that has ended, events that say no more are taken out. @example 7 */
  seq: number;
  /**
   * Number of the event before it in the log, 0 for none: who has all up to there misses nothing. It is `seq - 1` unless
   * events were taken out between. @example 6
   */
  previousSeq: number;
  turnId: string | null;
  @ApiProperty({ type: String })
  type: ChatEventType;
  at: string;
  data: object;
}

export class EventsQueryDto {
  /** Number of the last event that the caller has; one beyond the end counts as the end for a stream. */
  @IsOptional()
  @Type(() => Number)
  @IsInt({ message: 'after must be a whole number, the seq of an event' })
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  after?: number;

  /** The same, as `nextCursor` of the page before. */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  cursor?: string;

  /** How many, 1 to 500. */
  @PageLimit(500)
  limit: number = 50;
}

/** An event as a server-sent event. */
export const toServerSentEvent = (event: ChatEvent) => ({ id: event.seq, event: event.type, data: event });
