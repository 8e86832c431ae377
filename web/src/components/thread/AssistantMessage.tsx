import { memo, useState } from 'react';
import { firstBefore, firstShown, wordsOfSteps } from '../../format/folded-steps';
import { t } from '../../languages/text';
import type { AssistantEntry, AssistantPart } from '../../log/thread-entries';
import { ActionBlock } from '../agent/ActionBlock';
import { ApprovalCard } from '../agent/ApprovalCard';
import { Notice } from '../agent/Notice';
import { Plan } from '../agent/Plan';
import { Proposal } from '../agent/Proposal';
import { Reasoning } from '../agent/Reasoning';
import { FoldedMarkdown } from './FoldedMarkdown';
import { MessageBoundary } from './MessageBoundary';
import { TurnFooter } from './TurnFooter';

interface AssistantMessageProps {
  entry: AssistantEntry;
  /** Nothing comes after it. */
  isLast: boolean;
}

export function AssistantMessage({ entry, isLast }: AssistantMessageProps) {
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <h2 className="sr-only">{t('Agent')}</h2>
      <MessageBoundary entry={entry}>
        <FoldedParts entry={entry} isLast={isLast} />
        {entry.isTurnEnd && <TurnFooter turn={entry.turn} />}
      </MessageBoundary>
    </div>
  );
}

/** The parts from the first that is shown, and how much stands before it. */
function FoldedParts({ entry: { parts, turn, isTurnEnd }, isLast }: AssistantMessageProps) {
  const [opened, setOpened] = useState<number | null>(null);
  const first = Math.min(opened ?? firstShown(parts.length), parts.length);
  const isRunning = turn.status === 'running' && isTurnEnd;
  return (
    <>
      {first > 0 && (
        <button type="button" className="button self-start text-sm" onClick={() => setOpened(firstBefore(first))}>
          {wordsOfSteps(parts.slice(0, first))}
        </button>
      )}
      {parts.slice(first).map((part, place) => (
        <Part
          key={`${part.kind} ${part.id}`}
          part={part}
          isStreaming={isRunning && first + place === parts.length - 1}
          // Only the last word of a chat can be taken up.
          isOpen={isLast && turn.status === 'completed'}
        />
      ))}
    </>
  );
}

interface PartProps {
  part: AssistantPart;
  isStreaming: boolean;
  isOpen: boolean;
}

const Part = memo(function Part({ part, isStreaming, isOpen }: PartProps) {
  switch (part.kind) {
    case 'text':
      return part.isPlan ? (
        <Proposal text={part.text} isStreaming={isStreaming} isOpen={isOpen} />
      ) : (
        <FoldedMarkdown text={part.text} isStreaming={isStreaming} />
      );
    case 'reasoning':
      return <Reasoning text={part.text} isStreaming={isStreaming} />;
    case 'action':
      return <ActionBlock action={part.action} isWaiting={part.isWaiting} cut={part.cut} />;
    case 'plan':
      return <Plan explanation={part.explanation} steps={part.steps} />;
    case 'approval':
      return <ApprovalCard approval={part.approval} />;
    case 'notice':
      return (
        <Notice
          level={part.willRetry ? 'warning' : part.level}
          text={part.willRetry ? t('{{reason}} Trying again…', { reason: part.text }) : part.text}
        />
      );
  }
});
