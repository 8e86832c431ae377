import { Injectable } from '@nestjs/common';
import { SelectQueryBuilder } from 'typeorm';
import { AuditEntryEntity } from '../../access/audit/audit-entry.entity';
import { AuditLog } from '../../access/audit/audit-log';
import { Authors } from '../../access/authors';
import { Database } from '../../database/database';
import { Page, PageRequest, readNewest } from '../../database/page';
import { AuditEntryDto, AuditQueryDto } from './audit.dto';

const PAGE = 500;

/** Reads the audit log, newest first. */
@Injectable()
export class AuditView {
  constructor(
    private readonly database: Database,
    private readonly log: AuditLog,
    private readonly authors: Authors,
  ) {}

  /** What was recorded before is in it. @throws DomainError `invalid_cursor` */
  async page(query: AuditQueryDto): Promise<Page<AuditEntryDto>> {
    await this.log.flush();
    return this.read(query, query);
  }

  /** Every entry as a line of JSON. */
  async *lines(query: AuditQueryDto): AsyncGenerator<string> {
    await this.log.flush();
    for (let cursor = query.cursor; ;) {
      const page = await this.read(query, { limit: PAGE, cursor });
      for (const entry of page.data) yield `${JSON.stringify(entry)}\n`;
      if (page.nextCursor === null) return;
      cursor = page.nextCursor;
    }
  }

  private async read(query: AuditQueryDto, request: PageRequest): Promise<Page<AuditEntryDto>> {
    const { data, nextCursor } = await readNewest(this.select(query), request);
    const names = await this.authors.of(data.map(({ actorId }) => actorId));
    const named = data.map((entry) => ({ ...entry, actorName: names.get(entry.actorId ?? '')?.displayName ?? null }));
    return { data: named, nextCursor };
  }

  private select(filter: AuditQueryDto): SelectQueryBuilder<AuditEntryEntity> {
    const query = this.database.read.createQueryBuilder(AuditEntryEntity, 'entry');
    const { from, to, actorId, action, targetId, outcome } = filter;
    if (from !== undefined) query.andWhere('entry.at >= :from', { from: new Date(from).toISOString() });
    if (to !== undefined) query.andWhere('entry.at < :to', { to: new Date(to).toISOString() });
    if (actorId !== undefined) query.andWhere('entry.actorId = :actorId', { actorId });
    if (targetId !== undefined) query.andWhere('entry.targetId = :targetId', { targetId });
    if (outcome !== undefined) query.andWhere('entry.outcome = :outcome', { outcome });
    if (action?.endsWith('.')) {
      query.andWhere('substr(entry.action, 1, :length) = :action', { length: action.length, action });
    } else if (action !== undefined) query.andWhere('entry.action = :action', { action });
    return query;
  }
}
