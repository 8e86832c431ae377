import { clients, describe, isFaultless } from '../clients';
import { print } from '../../support/figures';
import { amount } from './suite';

/** Clients that lose their connections again and again, over Socket.IO and over SSE: none misses, repeats or mixes up. */
export async function reconnects(seed: number): Promise<boolean> {
  const count = amount('CHAOS_CLIENTS', 1_000);
  const results = await clients({ clients: count, reconnects: amount('CHAOS_RECONNECTS', 10), seed });
  for (const result of results) print(`  ${describe(result, count)}`);
  return results.every(isFaultless);
}
