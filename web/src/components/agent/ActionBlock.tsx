import { memo } from 'react';
import type { AgentAction } from '../../api/types';
import { Trans } from '../../languages/Trans';
import { Visible } from '../code/Visible';
import { Icon } from '../shell/Icon';
import { CommandBlock } from './CommandBlock';
import { FileChanges } from './FileChanges';
import type { ActionCut } from '../../log/chat-view';
import { ToolCallBlock } from './ToolCallBlock';
import { useWhole } from './use-whole';

interface ActionBlockProps {
  action: AgentAction;
  /** A person has to allow it first. */
  isWaiting?: boolean;
  /** Set where it is here in part. */
  cut?: ActionCut | null;
}

/** One step of the agent. */
export const ActionBlock = memo(function ActionBlock({ action, isWaiting, cut = null }: ActionBlockProps) {
  const whole = useWhole(action.id, cut);
  switch (action.kind) {
    case 'command':
      return <CommandBlock action={action} isWaiting={isWaiting} whole={whole} />;
    case 'file_change':
      return <FileChanges action={action} isWaiting={isWaiting} whole={whole} />;
    case 'mcp_tool_call': {
      const { server, tool, arguments: input, result, error } = action.data;
      const step = { status: action.status, isWaiting, input, output: error ?? result, whole };
      return <ToolCallBlock name={`${server} / ${tool}`} {...step} />;
    }
    case 'tool_call': {
      const { tool, arguments: input, output } = action.data;
      return <ToolCallBlock name={tool} {...{ status: action.status, isWaiting, input, output, whole }} />;
    }
    case 'web_search':
      return (
        <p className="flex min-w-0 items-center gap-2 text-sm text-muted-foreground">
          <Icon name="globe" />
          <span className="min-w-0 break-words">
            <Trans
              text="Searched the web: <query/>"
              parts={{
                query: (
                  <bdi>
                    <Visible text={action.data.query} />
                  </bdi>
                ),
              }}
            />
          </span>
        </p>
      );
    case 'other':
      return (
        <p className="flex items-center gap-2 text-sm text-muted-foreground">
          <Icon name="wrench" /> <Visible text={action.title || action.data.type} />
        </p>
      );
  }
});
