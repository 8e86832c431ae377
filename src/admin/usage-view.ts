import { Injectable } from '@nestjs/common';
import { Authors } from '../access/authors';
import { User } from '../auth/user';
import { ChatDirectory } from '../chat/chat-directory';
import { invalid } from '../common/domain.error';
import { ZoneCalendar } from '../common/time-zone';
import { Page } from '../database/page';
import { UsageFilter, UsageReport } from '../gateway/accounts/usage-report';
import { CallsQueryDto, ModelCallDto, UsageDto, UsageQueryDto, UsageTotalsDto } from './usage.dto';
import { toModelCallDto, toTotalsDto, toUsageDto } from './usage-mapping';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
const MAX_DAYS = 366;

/** What calls have used, as far as the user may see it: an administrator everybody's, others their own. */
@Injectable()
export class UsageView {
  constructor(
    private readonly report: UsageReport,
    private readonly chats: ChatDirectory,
    private readonly authors: Authors,
  ) {}

  /** @throws DomainError `invalid_range`, `invalid_cursor`. */
  async grouped(user: User, query: UsageQueryDto): Promise<Page<UsageDto>> {
    const { timeZone } = query;
    const page = await this.report.grouped(filterOf(user, query, timeZone), query.groupBy, query, timeZone);
    const names = await this.authors.of(page.data.map(({ groups }) => groups.user ?? null));
    return { ...page, data: page.data.map((row) => toUsageDto(row, names)) };
  }

  /** @throws DomainError `invalid_range`, `invalid_cursor`. */
  async calls(user: User, query: CallsQueryDto): Promise<Page<ModelCallDto>> {
    const page = await this.report.calls(filterOf(user, query), query);
    const names = await this.authors.of(page.data.map((call) => call.userId));
    return { ...page, data: page.data.map((call) => toModelCallDto(call, names)) };
  }

  /** All that one chat has ever used. @throws DomainError `chat_not_found`. */
  async ofChat(user: User, chatId: string): Promise<UsageTotalsDto> {
    const { id, createdAt } = await this.chats.find(user, chatId, 'read');
    const to = new Date(Date.now() + DAY_MS).toISOString();
    return toTotalsDto(await this.report.total({ from: createdAt, to, chatId: id }));
  }
}

/** @param timeZone IANA name: dates are its midnight */
function filterOf(user: User, query: CallsQueryDto, timeZone = 'UTC'): UsageFilter {
  const { from, to, userId, chatId, backend, keyId } = query;
  const end = to === undefined ? Date.now() : momentOf(to, timeZone);
  const start = from === undefined ? end - DEFAULT_DAYS * DAY_MS : momentOf(from, timeZone);
  const days = (end - start) / DAY_MS;
  if (!(days > 0 && days <= MAX_DAYS)) {
    throw invalid('invalid_range', `from must lie before to, by at most ${MAX_DAYS} days.`);
  }
  return {
    from: new Date(start).toISOString(),
    to: new Date(end).toISOString(),
    userId: user.isAdmin ? userId : user.id,
    ...{ chatId, backend, keyId },
  };
}

/** Of a year or a month, its first day is meant. */
function momentOf(time: string, timeZone: string): number {
  const [date] = time.split('T');
  if (timeZone === 'UTC' || date !== time) return Date.parse(time);
  return new ZoneCalendar(timeZone).startOf(new Date(Date.parse(date)).toISOString().slice(0, 10));
}
