import type { Evidence } from '../evidence/entries';
import { checkApprovals, checkCommands } from './approvals';
import { checkCalls } from './calls';
import { checkDeletions, ofLivingChats } from './deletions';
import { checkInterrupts } from './interrupts';
import { checkLogEntries } from './log-entries';
import { checkMemory } from './memory';
import { checkMessages } from './messages';
import { checkModelRuns } from './model-runs';
import { checkForeignPrompts, checkForeignTexts } from './foreign';
import { checkSequences } from './sequences';
import { checkSteers } from './steers';
import { checkTexts } from './texts';
import { checkTurns } from './turns';
import { Violation, violation } from './violation';

/** What holds for chats as long as they are there. */
const OF_LIVING_CHATS = [
  ...[checkMessages, checkTurns, checkLogEntries, checkSequences, checkTexts, checkModelRuns, checkMemory],
  ...[checkApprovals, checkSteers, checkInterrupts],
];
/** What holds for all, also when they are deleted. */
const OF_ALL_CHATS = [checkForeignTexts, checkForeignPrompts, checkCommands, checkDeletions, checkCalls];

/** Compares what the clients saw, what the model did and what the database holds; empty when all promises were kept. */
export function check(evidence: Evidence): Violation[] {
  const { integrity } = evidence.database;
  const living = ofLivingChats(evidence);
  return [
    ...(integrity === 'ok' ? [] : [violation('integrity', integrity)]),
    ...OF_LIVING_CHATS.flatMap((holds) => holds(living)),
    ...OF_ALL_CHATS.flatMap((holds) => holds(evidence)),
  ];
}
