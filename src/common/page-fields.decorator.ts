import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsNotEmpty, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

const MAX_CURSOR = 500;

/** How many are asked for in a query, 1 to `max`. The rule that says what kind of value it must be is the last, and is told first. */
export const PageLimit = (max: number): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: max }),
    ...[Max(max), Min(1), IsInt()],
    Type(() => Number),
    IsOptional(),
  );

/** The cursor of another page, in a query. */
export const PageCursor = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ required: false, type: String, maxLength: MAX_CURSOR }),
    ...[MaxLength(MAX_CURSOR), IsNotEmpty(), IsString(), IsOptional()],
  );
