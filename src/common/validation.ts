import { ArgumentMetadata, ValidationPipe } from '@nestjs/common';
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

/** Levels of objects and lists in what is given; what reads it calls itself for each, until the stack is used up. */
const MAX_DEPTH = 200;
/** Makes no field of an object, but its prototype, and so no rule sees it. */
const PROTOTYPE = '__proto__';
const UNKNOWN_FIELD = invalid('validation_failed', `property ${PROTOTYPE} should not exist.`);
const TOO_DEEP = invalid('validation_failed', `Objects and lists may lie in each other ${MAX_DEPTH} levels deep.`);

/** Refuses what could not be checked. */
function refuseUncheckable(value: unknown): void {
  let level = [value].filter(isNested);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === MAX_DEPTH) throw TOO_DEEP;
    if (level.some((nested) => Object.hasOwn(nested, PROTOTYPE))) throw UNKNOWN_FIELD;
    level = level.flatMap((nested): unknown[] => Object.values(nested)).filter(isNested);
  }
}

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;

class ShallowValidationPipe extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (this.toValidate(metadata)) refuseUncheckable(value);
    return super.transform(value, metadata);
  }
}

/** Checks bodies and queries of HTTP calls; throws DomainError `validation_failed`. */
export const validationPipe = (): ValidationPipe =>
  new ShallowValidationPipe({ ...RULES, transform: true, exceptionFactory: validationFailed });

const NO_LIST = invalid('validation_failed', 'One object is expected, not a list.');

/** Checks what came in some other way. @throws DomainError `validation_failed`. */
export async function parse<T extends object>(type: new () => T, value: unknown): Promise<T> {
  if (Array.isArray(value)) throw NO_LIST;
  refuseUncheckable(value);
  const fields = isNested(value) ? value : {};
  const parsed = plainToInstance(type, fields);
  const errors = await validate(parsed, RULES);
  if (errors.length > 0) throw validationFailed(errors);
  return parsed;
}
