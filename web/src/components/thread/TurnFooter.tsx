import type { TurnError } from '../../api/types';
import { elapsedMs, formatCompact, formatDuration } from '../../format/quantities';
import { isWaitingForApproval, type TurnView } from '../../log/chat-view';
import { Notice } from '../agent/Notice';
import { TurnDiff } from '../agent/TurnDiff';
import { Spinner } from '../shell/Spinner';
import { CopyAnswer } from './CopyAnswer';
import { TurnActions } from './TurnActions';

/** The state of a turn under what it brought: waiting, at work, how it ended. */
export function TurnFooter({ turn }: { turn: TurnView }) {
  switch (turn.status) {
    case 'queued':
      return <Progress text={queuedBehind(turn.turnsBefore)} />;
    case 'running':
      // An open question says so itself, and nothing goes on until it is answered.
      return isWaitingForApproval(turn) ? null : <Progress text="Working…" />;
    case 'failed':
      return (
        <>
          <Failure error={turn.error} />
          <Actions turn={turn} />
        </>
      );
    case 'interrupted':
      return (
        <>
          <Notice
            level="warning"
            title="Stopped"
            code={turn.error?.code}
            text={turn.error?.message ?? 'The turn was interrupted before its end.'}
          />
          <Actions turn={turn} />
        </>
      );
    case 'completed':
      return <Completed turn={turn} />;
  }
}

function Actions({ turn }: { turn: TurnView }) {
  return (
    <div className="flex items-center gap-1">
      <TurnActions turn={turn} />
    </div>
  );
}

function queuedBehind(turns: number): string {
  if (turns === 0) return 'Queued…';
  return turns === 1 ? 'Queued behind one other turn…' : `Queued behind ${turns} other turns…`;
}

function Progress({ text }: { text: string }) {
  return (
    <p role="status" className="flex items-center gap-2 text-sm text-muted-foreground">
      <Spinner /> {text}
    </p>
  );
}

function Failure({ error }: { error: TurnError | null }) {
  return (
    <Notice level="error" title="This turn failed" code={error?.code} text={error?.message ?? 'No reason was given.'} />
  );
}

function Completed({ turn }: { turn: TurnView }) {
  const ms = elapsedMs(turn.startedAt, turn.endedAt);
  const facts = [
    ms === null ? null : formatDuration(ms),
    turn.usage && turn.usage.totalTokens > 0 ? `${formatCompact(turn.usage.totalTokens)} tokens` : null,
  ].filter((fact) => fact !== null);
  return (
    <>
      <TurnDiff turn={turn} />
      <div className="flex items-center gap-1 text-xs text-muted-foreground">
        <CopyAnswer turn={turn} />
        <TurnActions turn={turn} />
        <span>{facts.join(' · ')}</span>
      </div>
    </>
  );
}
