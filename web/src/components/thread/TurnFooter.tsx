import { t } from '../../languages/text';
import { explained } from '../../api/problem-words';
import type { TurnError } from '../../api/types';
import { isWaitingForApproval, type TurnView } from '../../log/chat-view';
import { Notice } from '../agent/Notice';
import { TurnDiff } from '../agent/TurnDiff';
import { Spinner } from '../shell/Spinner';
import { CopyAnswer } from './CopyAnswer';
import { TurnActions } from './TurnActions';
import { TurnFacts } from './TurnFacts';

/** The state of a turn under what it brought: waiting, at work, how it ended. */
export function TurnFooter({ turn }: { turn: TurnView }) {
  switch (turn.status) {
    case 'queued':
      return <Progress text={queuedBehind(turn.turnsBefore)} />;
    case 'running':
      // An open question says so itself, and nothing goes on until it is answered.
      return isWaitingForApproval(turn) ? null : <Progress text={t('Working…')} />;
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
            title={t('Stopped')}
            code={turn.error?.code}
            text={
              turn.error
                ? explained(turn.error.code, turn.error.message)
                : t('The turn was interrupted before its end.')
            }
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
    <div className="flex flex-wrap items-center gap-1 text-xs text-muted-foreground">
      <CopyAnswer turn={turn} />
      <TurnActions turn={turn} />
      <TurnFacts turn={turn} />
    </div>
  );
}

function queuedBehind(turns: number): string {
  if (turns === 0) return t('Queued…');
  return t('Queued behind {{count}} other turns…', { count: turns });
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
    <Notice
      level="error"
      title={t('This turn failed')}
      code={error?.code}
      text={error ? explained(error.code, error.message) : t('No reason was given.')}
    />
  );
}

function Completed({ turn }: { turn: TurnView }) {
  return (
    <>
      <TurnDiff turn={turn} />
      <Actions turn={turn} />
    </>
  );
}
