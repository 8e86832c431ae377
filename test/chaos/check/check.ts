import type { Evidence } from '../evidence/entries';
import { checkLogEntries } from './log-entries';
import { checkMessages } from './messages';
import { checkModelRuns } from './model-runs';
import { checkSequences } from './sequences';
import { checkTexts } from './texts';
import { checkTurns } from './turns';
import { Violation, violation } from './violation';

/** Compares what the clients saw, what the model did and what the database holds; empty when all promises were kept. */
export function check(evidence: Evidence): Violation[] {
  const { integrity } = evidence.database;
  return [
    ...(integrity === 'ok' ? [] : [violation('integrity', integrity)]),
    ...checkMessages(evidence),
    ...checkTurns(evidence),
    ...checkLogEntries(evidence),
    ...checkSequences(evidence),
    ...checkTexts(evidence),
    ...checkModelRuns(evidence),
  ];
}
