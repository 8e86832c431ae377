import { Injectable } from '@nestjs/common';
import { User } from '../auth/user';
import { ChatDirectory } from '../chat/chat-directory';
import { invalid } from '../common/domain.error';
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
  ) {}

  /** @throws DomainError `invalid_range`, `invalid_cursor`. */
  async grouped(user: User, query: UsageQueryDto): Promise<Page<UsageDto>> {
    const page = await this.report.grouped(filterOf(user, query), query.groupBy, query);
    return { ...page, data: page.data.map(toUsageDto) };
  }

  /** @throws DomainError `invalid_range`, `invalid_cursor`. */
  async calls(user: User, query: CallsQueryDto): Promise<Page<ModelCallDto>> {
    const page = await this.report.calls(filterOf(user, query), query);
    return { ...page, data: page.data.map(toModelCallDto) };
  }

  /** All that one chat has ever used. @throws DomainError `chat_not_found`. */
  async ofChat(user: User, chatId: string): Promise<UsageTotalsDto> {
    const { id, createdAt } = await this.chats.find(user, chatId, 'read');
    const to = new Date(Date.now() + DAY_MS).toISOString();
    return toTotalsDto(await this.report.total({ from: createdAt, to, chatId: id }));
  }
}

function filterOf(user: User, { from, to, userId, chatId, backend, keyId }: CallsQueryDto): UsageFilter {
  const end = to === undefined ? Date.now() : Date.parse(to);
  const start = from === undefined ? end - DEFAULT_DAYS * DAY_MS : Date.parse(from);
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
