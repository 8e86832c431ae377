import {
  MessagePrimitive,
  type ReasoningMessagePartProps,
  type TextMessagePartProps,
  useAuiState,
} from '@assistant-ui/react';
import type { PartKind, PartOf } from '../../log/chat-view';
import type { ActionPart } from '../../log/thread-entries';
import { ActionBlock } from '../agent/ActionBlock';
import { ApprovalCard } from '../agent/ApprovalCard';
import { Notice } from '../agent/Notice';
import { Plan } from '../agent/Plan';
import { Proposal } from '../agent/Proposal';
import { Reasoning } from '../agent/Reasoning';
import { Markdown } from './Markdown';
import { MessageBoundary } from './MessageBoundary';
import { entryOf } from './thread-message';
import { TurnFooter } from './TurnFooter';

interface DataProps<K extends PartKind> {
  data: PartOf<K>;
}

/** assistant-ui's part slots, filled with our blocks. */
const partComponents = {
  Text: ({ text, status }: TextMessagePartProps) => <Markdown text={text} isStreaming={status.type === 'running'} />,
  Reasoning: ({ text, status }: ReasoningMessagePartProps) => (
    <Reasoning text={text} isStreaming={status.type === 'running'} />
  ),
  data: {
    by_name: {
      action: ({ data }: { data: ActionPart }) => (
        <ActionBlock action={data.action} isWaiting={data.isWaiting} cut={data.cut} />
      ),
      proposal: ({ data }: DataProps<'text'>) => <Proposal text={data.text} />,
      plan: ({ data }: DataProps<'plan'>) => <Plan explanation={data.explanation} steps={data.steps} />,
      approval: ({ data }: DataProps<'approval'>) => <ApprovalCard approval={data.approval} />,
      notice: ({ data }: DataProps<'notice'>) => (
        <Notice
          level={data.willRetry ? 'warning' : data.level}
          text={data.willRetry ? `${data.text} Trying again…` : data.text}
        />
      ),
    },
  },
};

export function AssistantMessage() {
  const entry = useAuiState((state) => entryOf(state.message));
  if (entry?.role !== 'assistant') return null;
  return (
    <MessagePrimitive.Root className="flex min-w-0 flex-col gap-3" aria-label="Answer of the agent">
      <MessageBoundary entry={entry}>
        <MessagePrimitive.Parts components={partComponents} unstable_showEmptyOnNonTextEnd={false} />
        {entry.isTurnEnd && <TurnFooter turn={entry.turn} />}
      </MessageBoundary>
    </MessagePrimitive.Root>
  );
}
