import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional } from 'class-validator';

const WORDS: Readonly<Record<string, boolean>> = { true: true, false: false };

/** A flag in a query: `true`, `false`, or left out. */
export function QueryFlag(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ required: false, type: Boolean }),
    IsOptional(),
    IsIn([true, false], { message: '$property must be true or false' }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? (WORDS[value] ?? value) : value)),
  );
}
