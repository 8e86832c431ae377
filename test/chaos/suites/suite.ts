import { VIOLATION_KINDS } from '../check/violation';
import { percentile, print } from '../../support/figures';
import { ofKind } from '../check/of-kind';
import type { Evidence } from '../evidence/entries';
import type { Outcome } from '../world';

export interface SuiteReport {
  readonly outcome: Outcome;
  /** How often each fault was made. */
  readonly faults: Readonly<Record<string, number>>;
  /** Milliseconds, by what they were waited for. */
  readonly times: Readonly<Record<string, readonly number[]>>;
  /** What else went wrong. */
  readonly notes?: readonly string[];
}

/** A number from the environment, to shrink or stretch a suite. */
export function amount(variable: string, usual: number): number {
  const value = Number(process.env[variable] ?? usual);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${variable} must be a whole number from 1`);
  return value;
}

/** `median / 99th percentile` in milliseconds. */
const spread = (values: readonly number[]): string =>
  values.length === 0
    ? 'none'
    : `${[0.5, 0.99].map((share) => Math.round(percentile(values, share))).join(' / ')} ms (${values.length})`;

/** How often people have done what is more than to talk, and the service has taken it. */
export const actionsIn = ({ clients, commands }: Evidence): Record<string, number> => ({
  'words added to running turns': ofKind(clients, 'steered').length,
  'turns stopped by their users': ofKind(clients, 'interrupted').filter(({ turnId }) => turnId !== null).length,
  'approvals answered': ofKind(clients, 'answered').length,
  'commands run': commands.length,
  'chats deleted': ofKind(clients, 'deleted').length,
  'calls on what is of others': ofKind(clients, 'foreign_call').length,
});

/** Prints what came of a suite; true when every promise was kept. */
export function report({ outcome, faults, times, notes = [] }: SuiteReport): boolean {
  const { turns, violations, unrest, folder } = outcome;
  const findings = unrest === undefined ? notes : [...notes, unrest];
  const total = Object.values(turns).reduce((sum, count) => sum + count, 0);
  print(`turns          ${total}`);
  for (const [end, count] of Object.entries(turns).sort()) print(`  ${end.padEnd(32)} ${count}`);
  for (const [fault, count] of Object.entries(faults)) print(`${fault.padEnd(34)} ${count}`);
  for (const [what, values] of Object.entries(times)) print(`${`${what}, p50 / p99`.padEnd(34)} ${spread(values)}`);
  print(`violations     ${violations.length} (of ${VIOLATION_KINDS.length} kinds)`);
  const counts = Map.groupBy(violations, ({ kind }) => kind);
  for (const [kind, found] of counts) print(`  ${kind.padEnd(32)} ${found.length}, first: ${found[0]?.detail}`);
  for (const note of findings) print(`  ${note}`);
  const isKept = violations.length + findings.length === 0;
  if (!isKept) print(`evidence       ${folder}`);
  return isKept;
}
