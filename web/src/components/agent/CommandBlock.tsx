import { useMemo } from 'react';
import type { CommandAction } from '../../api/types';
import { plainText } from '../../format/ansi';
import { elapsedMs, formatDuration } from '../../format/quantities';
import { Icon } from '../shell/Icon';
import { ActionStatus } from './ActionStatus';
import { Disclosure } from './Disclosure';
import { OutputPane } from './OutputPane';
import type { Whole } from './use-whole';

interface CommandBlockProps {
  action: CommandAction;
  isWaiting?: boolean;
  whole: Whole | null;
}

export function CommandBlock({ action, isWaiting, whole }: CommandBlockProps) {
  const { cwd, output, reason } = action.data;
  const line = action.title;
  return (
    <Disclosure isOpenAtFirst summary={<CommandSummary action={action} isWaiting={isWaiting} line={line} />}>
      <CommandLine line={line} cwd={cwd} />
      <CommandOutput output={output} isRunning={action.status === 'running'} isWaiting={isWaiting} whole={whole} />
      {reason && <p className="border-t px-3 py-2 text-xs break-words text-danger">{reason}</p>}
    </Disclosure>
  );
}

type SummaryProps = Omit<CommandBlockProps, 'whole'>;

function CommandSummary({ action, isWaiting, line }: SummaryProps & { line: string }) {
  const ms = action.data.durationMs ?? elapsedMs(action.startedAt, action.endedAt);
  return (
    <>
      <Icon name="terminal" className="text-muted-foreground" />
      <code className="min-w-0 flex-1 truncate font-mono text-[0.8125rem]" title={line}>
        {line.split('\n', 1)[0]}
      </code>
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
    <span className={`rounded-md px-1.5 py-0.5 font-mono text-xs whitespace-nowrap ${colours}`}>exit {exitCode}</span>
  );
}

/** The whole command, where the summary's one line cuts it off: soon on a phone, later on a wide screen. */
function CommandLine({ line, cwd }: { line: string; cwd: string }) {
  const isLong = line.includes('\n') || line.length > 80;
  if (!isLong && line.length < 32) return null;
  return (
    <pre
      className={`max-h-40 overflow-auto border-b px-3 py-2 font-mono text-[0.8125rem] break-words whitespace-pre-wrap ${isLong ? '' : 'sm:hidden'}`}
      title={cwd}
    >
      {line}
    </pre>
  );
}

interface CommandOutputProps {
  output: string;
  isRunning: boolean;
  isWaiting?: boolean;
  whole: Whole | null;
}

function CommandOutput({ output, isRunning, isWaiting, whole }: CommandOutputProps) {
  const text = useMemo(() => plainText(output).trimEnd(), [output]);
  if (text || whole) return <OutputPane text={text} isLive={isRunning} cut={isRunning ? null : whole} />;
  const words = isWaiting ? 'Waiting for your decision' : isRunning ? 'No output yet' : 'No output';
  return <p className="px-3 py-2 text-muted-foreground">{words}</p>;
}
