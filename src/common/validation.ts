import { ValidationPipe } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, ValidationError } from 'class-validator';
import { DomainError, invalid } from './domain.error';

const RULES = { whitelist: true, forbidNonWhitelisted: true } as const;

function validationFailed(errors: readonly ValidationError[]): DomainError {
  return invalid('validation_failed', `${sentences(errors).join('; ')}.`);
}

function sentences(errors: readonly ValidationError[]): string[] {
  return errors.flatMap(({ constraints = {}, children = [] }) => {
    // A rule is checked after those that are written below it; the upper ones say what kind of value it must be.
    const upmost = Object.values(constraints).at(-1);
    return [...(upmost === undefined ? [] : [upmost]), ...sentences(children)];
  });
}

/** Checks bodies and queries of HTTP calls; throws DomainError `validation_failed`. */
export const validationPipe = (): ValidationPipe =>
  new ValidationPipe({ ...RULES, transform: true, exceptionFactory: validationFailed });

/** Checks what came in some other way. @throws DomainError `validation_failed`. */
export async function parse<T extends object>(type: new () => T, value: unknown): Promise<T> {
  const fields = typeof value === 'object' && value !== null ? value : {};
  const parsed = plainToInstance(type, fields);
  const errors = await validate(parsed, RULES);
  if (errors.length > 0) throw validationFailed(errors);
  return parsed;
}
