import { mixin, Type as NestType } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { Page } from '../../database/page';

export class PageQueryDto {
  /** How many, 1 to 500. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 50;

  /** `nextCursor` of the page before. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  cursor?: string;
}

export class ChatsQueryDto extends PageQueryDto {
  /** Lists the archived chats instead of the others. */
  @IsOptional()
  @IsIn([true, false], { message: 'archived must be true or false' })
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  archived: boolean = false;
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
