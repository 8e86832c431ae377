import type { Type } from '@nestjs/common';
import { PartialType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { getMetadataStorage, ValidationTypes } from 'class-validator';

/**
 * The fields of a class, each of which may be left out, for changes. Null counts as left out, as in `Optional`, but for fields for
 * which the class itself lets it mean something.
 */
export function PartialOf<T>(type: Type<T>): Type<Partial<T>> {
  const partial = PartialType(type);
  for (const name of requiredFields(type)) {
    Transform(({ value }: { value: unknown }) => value ?? undefined)(partial.prototype as object, name);
  }
  return partial;
}

function requiredFields(type: Type<unknown>): Set<string> {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const names = new Set(rules.map(({ propertyName }) => propertyName));
  for (const { type: kind, propertyName } of rules) {
    if (kind === ValidationTypes.CONDITIONAL_VALIDATION) names.delete(propertyName);
  }
  return names;
}
