import { mixin, Type as NestType } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { Page } from '../../database/page';
import { PageCursor, PageLimit } from '../../common/page-fields.decorator';

export class PageQueryDto {
  /** How many, 1 to 500. */
  @PageLimit(500)
  limit: number = 50;

  /** `nextCursor` of the page before. */
  @PageCursor()
  cursor?: string;
}

/** The documented shape of a page of `item`s. */
export function PageOf<T>(item: NestType<T>): NestType<Page<T>> {
  class PageDto implements Page<T> {
    @ApiProperty({ type: [item] })
    data: T[];

    /** Cursor of the next page; null on the last. */
    @ApiProperty({ type: String, nullable: true })
    nextCursor: string | null;
  }
  Object.defineProperty(PageDto, 'name', { value: `PageOf${item.name.replace(/Dto$/, '')}s` });
  return mixin(PageDto);
}
