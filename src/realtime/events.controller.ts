import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiHeader, ApiOkResponse } from '@nestjs/swagger';
import { ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { PrincipalWatch } from '../auth/principal-watch';
import { Principal } from '../auth/principal';
import { ChatDirectory } from '../chat/chat-directory';
import { EventDto, EventsQueryDto, toServerSentEvent } from '../chat/dto/event.dto';
import { PageOf } from '../chat/dto/page.dto';
import { EventFollower } from '../chat/event-log/event-follower';
import { EventLog } from '../chat/event-log/event-log';
import type { ChatRef } from '../chat/event-log/log-entry';
import { ApiProblems } from '../common/api-problems.decorator';
import { DomainError, invalid } from '../common/domain.error';
import { hangUpSignal, sendEventStream, wantsEventStream } from '../common/sse-stream';
import { StreamLimits } from '../common/stream-limits';
import { WatchedChats } from './watched-chats';

class EventPage extends PageOf(EventDto) {}

/** The log of a chat as JSON pages or as a stream. */
@ApiTags('events')
@Controller('api/v1/chats/:id/events')
export class EventsController {
  constructor(
    private readonly directory: ChatDirectory,
    private readonly log: EventLog,
    private readonly follower: EventFollower,
    private readonly streams: StreamLimits,
    private readonly watched: WatchedChats,
    private readonly watch: PrincipalWatch,
  ) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({
    summary: 'Read the log of a chat, or follow it',
    description:
      'Answers a page of events behind `after`. With `Accept: text/event-stream` it streams them and then what comes ' +
      'live, without gap or repeat; the header `Last-Event-ID` of a reconnecting browser counts as `after`.',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'seq of the last event that the caller has' })
  @ApiExtraModels(EventPage, EventDto)
  @ApiOkResponse({
    description: 'A page of events, or a stream with one in each `data`.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(EventPage) } },
      'text/event-stream': { schema: { $ref: getSchemaPath(EventDto) } },
    },
  })
  @ApiProblems({
    400: ['validation_failed', 'invalid_cursor'],
    404: ['chat_not_found'],
    429: ['too_many_streams'],
    503: ['too_many_streams'],
  })
  async events(
    @CurrentUser() user: Principal,
    @Param('id') chatId: string,
    @Query() query: EventsQueryDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    // Before the chat is looked for: what changes from now on is not missed.
    const signal = this.watched.signalFor(user, chatId, hangUpSignal(response));
    const chat = await this.directory.find(user, chatId, 'read');
    const ref = { chatId: chat.id, userId: chat.userId };
    const asked = seqIn(query.cursor, 'cursor') ?? query.after ?? 0;
    if (wantsEventStream(request)) {
      const after = seqIn(request.get('Last-Event-ID'), 'Last-Event-ID') ?? asked;
      if (request.method !== 'HEAD') this.streams.openFor(request, response);
      return sendEventStream(response, this.serverSentEvents(ref, after, user, signal));
    }
    response.json(await this.page(ref, asked, query.limit));
  }

  private async page(chat: ChatRef, after: number, limit: number): Promise<EventPage> {
    const [events, lastSeq] = await Promise.all([this.log.read(chat.chatId, after, limit), this.log.lastSeq(chat)]);
    const last = events.at(-1)?.seq ?? after;
    return { data: events, nextCursor: events.length > 0 && last < lastSeq ? String(last) : null };
  }

  /** When the caller may call no more, the last event says so, and has no number. */
  private async *serverSentEvents(chat: ChatRef, after: number, user: Principal, hungUp: AbortSignal) {
    const { signal, stop } = this.watch.signalFor(user, hungUp);
    try {
      for await (const batch of this.follower.follow(chat, after, signal)) yield batch.map(toServerSentEvent);
    } finally {
      stop();
    }
    const { reason } = signal as { reason: unknown };
    if (hungUp.aborted || !(reason instanceof DomainError)) return;
    yield [{ event: 'session.ended', data: { code: reason.code, detail: reason.detail } }];
  }
}

/** The number in a text; undefined for none. @throws DomainError `invalid_cursor`. */
function seqIn(text: string | undefined, name: string): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,15}$/.test(text)) throw invalid('invalid_cursor', `${name} must be the seq of an event.`);
  return Number(text);
}
