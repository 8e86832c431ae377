import type { AgentAction } from '../../api/types';
import { VisibleCode } from '../code/Visible';
import { Icon } from '../shell/Icon';
import { ActionStatus } from './ActionStatus';
import { Disclosure } from './Disclosure';
import { OutputPane } from './OutputPane';
import type { Whole } from './use-whole';
import { WholeButton } from './WholeButton';

interface ToolCallBlockProps {
  name: string;
  status: AgentAction['status'];
  isWaiting?: boolean;
  input: unknown;
  output: unknown;
  whole: Whole | null;
}

/** A call of a tool, ours or of an MCP server, with what went in and came out. */
export function ToolCallBlock({ name, status, isWaiting, input, output, whole }: ToolCallBlockProps) {
  const summary = (
    <>
      <Icon name="wrench" className="text-muted-foreground" />
      <VisibleCode text={name} className="min-w-0 flex-1 truncate" />
      <ActionStatus status={status} isWaiting={isWaiting} />
    </>
  );
  return (
    <Disclosure summary={summary}>
      {whole && <WholeButton size={whole.size} fetch={whole.fetch} />}
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
