import { Price } from '../catalog/model-spec';
import { CallTokens } from '../wire/usage';

const MICROS = 1_000_000;
const TOKENS_PER_PRICE = 1_000_000n;

/** Money in whole millionths, to which it is rounded half up; as text of a decimal number it is exact to six places. */
export const microsOf = (money: number): number => Math.round(money * MICROS);

/** Millionths as money. */
export const moneyOf = (micros: number): number => micros / MICROS;

/**
 * What a call costs, in whole millionths, rounded half up once at the end; null without a price.
 *
 * Cached tokens are part of the input and have their own price; reasoning tokens are part of the output.
 */
export function costMicrosOf(tokens: CallTokens, price: Price | null): number | null {
  if (price === null) return null;
  const { input, cached, output } = tokens;
  const fresh = Math.max(0, input - cached);
  const times = (count: number, perMillion: number): bigint => BigInt(count) * BigInt(microsOf(perMillion));
  const total = times(fresh, price.input) + times(Math.min(cached, input), price.cached) + times(output, price.output);
  return Number((total + TOKENS_PER_PRICE / 2n) / TOKENS_PER_PRICE);
}
