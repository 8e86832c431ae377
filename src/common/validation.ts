import { ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, ValidationError } from 'class-validator';
import { DomainError, invalid } from './domain.error';

const RULES = { whitelist: true, forbidNonWhitelisted: true } as const;
/** What counts as left out does not take the place of a default. */
const READ = { exposeUnsetFields: false } as const;

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
const TOO_DEEP = invalid('validation_failed', `Objects and lists may lie in each other ${MAX_DEPTH} levels deep.`);

/** What class-transformer leaves out without a word, as other names for what every object has. */
const INHERITED = ['__proto__', 'constructor'];

/** @throws DomainError `validation_failed` for what is too deep, and for fields that no call can have. */
function refuseUnreadable(value: unknown): void {
  let level = [value].filter(isNested);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === MAX_DEPTH) throw TOO_DEEP;
    const inherited = INHERITED.find((name) => level.some((nested) => Object.hasOwn(nested, name)));
    if (inherited !== undefined) throw invalid('validation_failed', `property ${inherited} should not exist.`);
    level = level.flatMap((nested): unknown[] => Object.values(nested)).filter(isNested);
  }
}

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;

class ShallowValidationPipe extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (this.toValidate(metadata)) refuseUnreadable(value);
    return super.transform(value, metadata);
  }
}

/** Checks bodies and queries of HTTP calls; throws DomainError `validation_failed`. */
export const validationPipe = (): ValidationPipe =>
  new ShallowValidationPipe({ ...RULES, transform: true, transformOptions: READ, exceptionFactory: validationFailed });

const NO_OBJECT = invalid('validation_failed', 'One object is expected.');

/** Checks what came in some other way; nothing is an object without fields. @throws DomainError `validation_failed`. */
export async function parse<T extends object>(type: new () => T, value: unknown): Promise<T> {
  const fields = value ?? {};
  if (!isNested(fields) || Array.isArray(fields)) throw NO_OBJECT;
  refuseUnreadable(fields);
  const parsed = plainToInstance(type, fields, READ);
  const errors = await validate(parsed, RULES);
  if (errors.length > 0) throw validationFailed(errors);
  return parsed;
}
