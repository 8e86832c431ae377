import { ValidateBy } from 'class-validator';
import { microsOf, moneyOf } from '../gateway/accounts/call-cost';

const MAX_MONEY = 1_000_000_000;

const isMoney = (value: unknown): boolean =>
  typeof value === 'number' && value >= 0 && value <= MAX_MONEY && moneyOf(microsOf(value)) === value;

/** A sum of money, from 0 on, with at most six decimal places. */
export const IsMoney = (): PropertyDecorator =>
  ValidateBy({
    name: 'isMoney',
    validator: {
      validate: isMoney,
      defaultMessage: (args) => `${args?.property} must be a number from 0 to ${MAX_MONEY} with at most 6 decimals`,
    },
  });
