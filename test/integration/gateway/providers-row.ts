import { ScriptedReply, textReply } from '../../support/scripted-reply';
import { CodexTurn } from './codex-process';

/** One behaviour of an upstream, and what a turn of the real codex must come to. */
export interface Row {
  readonly name: string;
  readonly backend: string;
  readonly replies: readonly ScriptedReply[];
  readonly answers?: readonly string[];
  /** Part of the error of a failed turn; left out: the turn succeeds. */
  readonly error?: string | RegExp;
  /** What codex itself makes of the error. */
  readonly info?: string;
  readonly requests?: number;
  /** Further checks: the bodies that the upstream got. */
  readonly check?: (bodies: readonly string[], turn: CodexTurn) => void;
}

/** A call that prints a word. */
export const echo = (word: string, more: object = {}) => ({
  name: 'exec_command',
  arguments: { cmd: `echo ${word}` },
  ...more,
});
export const DONE = textReply('done');
