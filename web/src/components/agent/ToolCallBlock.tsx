import type { AgentAction } from '../../api/types';
import { Icon } from '../shell/Icon';
import { ActionStatus } from './ActionStatus';
import { Disclosure } from './Disclosure';
import { OutputPane } from './OutputPane';

interface ToolCallBlockProps {
  name: string;
  status: AgentAction['status'];
  isWaiting?: boolean;
  input: unknown;
  output: unknown;
}

/** A call of a tool, ours or of an MCP server, with what went in and came out. */
export function ToolCallBlock({ name, status, isWaiting, input, output }: ToolCallBlockProps) {
  const summary = (
    <>
      <Icon name="wrench" className="text-muted-foreground" />
      <code className="min-w-0 flex-1 truncate font-mono text-[0.8125rem]">{name}</code>
      <ActionStatus status={status} isWaiting={isWaiting} />
    </>
  );
  return (
    <Disclosure summary={summary}>
      <OutputPane text={readable(input)} isLive={false} />
      {output !== null && output !== undefined && (
        <div className="border-t">
          <OutputPane text={readable(output)} isLive={false} />
        </div>
      )}
    </Disclosure>
  );
}

function readable(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '');
}
