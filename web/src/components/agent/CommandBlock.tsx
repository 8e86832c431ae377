import type { CommandAction } from '../../api/types';
import { elapsedMs, formatDuration } from '../../format/quantities';
import { visibleString } from '../../format/visible';
import { CopyButton } from '../code/CopyButton';
import { Trans } from '../../languages/Trans';
import { Visible, VisibleCode } from '../code/Visible';
import { Icon } from '../shell/Icon';
import { ActionStatus } from './ActionStatus';
import { Disclosure } from './Disclosure';
import { OutputPane } from './OutputPane';
import type { Whole } from './use-whole';
import { t } from '../../languages/text';

/** A command of so many characters may be here in part, as its output is. */
const CUT_FROM = 500;

interface CommandBlockProps {
  action: CommandAction;
  isWaiting?: boolean;
  whole: Whole | null;
}

export function CommandBlock({ action, isWaiting, whole }: CommandBlockProps) {
  const { cwd, output, reason } = action.data;
  const line = action.title;
  const isRunning = action.status === 'running';
  return (
    <Disclosure isOpenAtFirst summary={<CommandSummary action={action} isWaiting={isWaiting} line={line} />}>
      <CommandLine line={line} cwd={cwd} mayBeCut={whole !== null && !isRunning && line.length > CUT_FROM} />
      <CommandOutput output={output} isRunning={isRunning} isWaiting={isWaiting} whole={isRunning ? null : whole} />
      {reason && (
        <p dir="auto" className="border-t px-3 py-2 text-xs break-words text-danger">
          {reason}
        </p>
      )}
    </Disclosure>
  );
}

type SummaryProps = Omit<CommandBlockProps, 'whole'>;

function CommandSummary({ action, isWaiting, line }: SummaryProps & { line: string }) {
  const ms = action.data.durationMs ?? elapsedMs(action.startedAt, action.endedAt);
  return (
    <>
      <Icon name="terminal" className="text-muted-foreground" />
      <span dir="ltr" className="min-w-0 flex-1 truncate rtl:text-end" title={visibleString(line)}>
        <VisibleCode text={line.split('\n', 1)[0] ?? ''} />
      </span>
      {ms !== null && ms > 0 && (
        <span className="text-xs whitespace-nowrap text-muted-foreground">{formatDuration(ms)}</span>
      )}
      <ExitBadge action={action} isWaiting={isWaiting} />
    </>
  );
}

function ExitBadge({ action, isWaiting }: SummaryProps) {
  const { exitCode } = action.data;
  if (action.status === 'running' || exitCode === null) {
    return <ActionStatus status={action.status} isWaiting={isWaiting} />;
  }
  const colours = exitCode === 0 ? 'bg-success-soft text-success' : 'bg-danger-soft text-danger';
  return (
    <span className={`rounded-md px-1.5 py-0.5 font-mono text-xs whitespace-nowrap ${colours}`}>
      {t('exit {{code}}', { code: String(exitCode) })}
    </span>
  );
}

/** All of the command, word for word: the summary's one line may cut it off. */
function CommandLine({ line, cwd, mayBeCut }: { line: string; cwd: string; mayBeCut: boolean }) {
  const isLong = line.includes('\n') || line.length > 80;
  const isElsewhere = cwd !== '.' && cwd !== '';
  if (!isLong && !isElsewhere && line.length < 32) return null;
  return (
    <div dir="ltr" className={`relative border-b ${isLong || isElsewhere ? '' : 'sm:hidden'}`}>
      <pre
        tabIndex={0}
        role="group"
        aria-label={t('Command')}
        className="max-h-60 overflow-auto py-2 ps-3 pe-10 font-mono text-[0.8125rem] break-words whitespace-pre-wrap focus-visible:-outline-offset-2"
      >
        <Visible text={line} />
      </pre>
      <div className="absolute top-0.5 end-0.5 rounded-lg bg-card">
        <CopyButton text={line} label={t('Copy the command')} />
      </div>
      {mayBeCut && (
        <p className="px-3 pb-2 text-xs text-warning">{t('Its end may be left out until all of it is shown.')}</p>
      )}
      {isElsewhere && (
        <p className="px-3 pb-2 text-xs break-all text-muted-foreground">
          <Trans text="in <folder/>" parts={{ folder: <VisibleCode text={cwd} className="text-xs" /> }} />
        </p>
      )}
    </div>
  );
}

interface CommandOutputProps {
  output: string;
  isRunning: boolean;
  isWaiting?: boolean;
  /** Null while it runs: what comes is added to what is here. */
  whole: Whole | null;
}

function CommandOutput({ output, isRunning, isWaiting, whole }: CommandOutputProps) {
  const text = output.trimEnd();
  if (text || whole) return <OutputPane text={text} isLive={isRunning} cut={whole} restsAtEnd />;
  const words = isWaiting ? t('Waiting for your decision') : isRunning ? t('No output yet') : t('No output');
  return <p className="px-3 py-2 text-muted-foreground">{words}</p>;
}
