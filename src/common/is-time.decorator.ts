import { applyDecorators } from '@nestjs/common';
import { IsISO8601, Matches } from 'class-validator';

/**
 * The forms of ISO 8601 that `Date` reads, https://tc39.es/ecma262/#sec-date-time-string-format. It does not know dates by
 * week, and takes the day of the year in `2030-012` for a month.
 */
const FORM = /^\d{4}(?:-\d{2}(?:-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?)?)?$/;

const message = '$property must be a time in ISO 8601, such as 2030-01-31 or 2030-01-31T12:00:00Z';

/** A moment as text that `Date` reads as it is meant; a date is its midnight UTC. */
export const IsTime = (): PropertyDecorator =>
  applyDecorators(IsISO8601({ strict: true, strictSeparator: true }, { message }), Matches(FORM, { message }));
